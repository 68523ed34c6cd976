import { DueWork } from '@app/platform';
import { PrintQueries } from '@app/read-models';
import { printQueue, type PrintJob } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';

/** Prints that were requested and have not come to their end. */
@Injectable()
export class DuePrints extends DueWork<PrintJob> {
  readonly queue = printQueue;

  constructor(private readonly prints: PrintQueries) {
    super();
  }

  findDue(): readonly PrintJob[] {
    return this.prints.listRequested().map(({ printId }) => ({ printId }));
  }
}
