import type { PeriodFigures } from '../contract';

/** The books as they are kept in the views. */
export abstract class BooksOfMonths {
  /**
   * Undefined as long as the books have not passed the month's end on the log's clock, and its
   * proposal: until then something may still fall into it.
   */
  abstract find(month: string): PeriodFigures | undefined;
}
