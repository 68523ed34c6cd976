import type { BookRange, ClosingSums, HandedOutBook } from '../contract';

/** What an order's own stream does not know of its books, from the read models. */
export abstract class StockFigures {
  /**
   * Books of the range that were handed out, in part or whole: all that the log held when it was asked.
   * One handed out in the milliseconds after that is put back where it belongs (`StockCorrected`).
   * @throws ReadModelBehind where the views do not get there in 2 s.
   */
  abstract listHandedOut(range: BookRange): Promise<readonly HandedOutBook[]>;

  /** They are told, and decide nothing: they may lag by seconds. */
  abstract getClosingSums(orderId: string): Promise<ClosingSums> | ClosingSums;
}
