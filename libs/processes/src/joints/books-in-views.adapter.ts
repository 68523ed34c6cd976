import { BooksOfMonths } from '@app/accounting';
import type { PeriodFigures } from '@app/accounting/contract';
import { BookQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

/** A month of the books, once the views are past it and have seen that it is to be closed. */
@Injectable()
export class BooksInViews extends BooksOfMonths {
  constructor(private readonly books: BookQueries) {
    super();
  }

  find(month: string): PeriodFigures | undefined {
    const { isOver, ...figures } = this.books.getMonth(month);
    return isOver && this.books.findPeriod(month) !== undefined ? figures : undefined;
  }
}
