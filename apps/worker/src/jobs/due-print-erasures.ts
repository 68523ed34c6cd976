import { instantOf } from '@app/kernel';
import { defineQueue, DueWork } from '@app/platform';
import { PrintQueries } from '@app/read-models';
import type { PrintJob } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';

export const printErasureQueue = defineQueue<PrintJob>({
  name: 'print-erasure',
  key: ({ printId }) => printId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  reviveAfterMs: 60_000,
});

/** How long the files of prints are kept. */
export abstract class PrintRetention {
  abstract readonly keepDays: number;
}

/** Files that were kept long enough, by the configuration of today. */
@Injectable()
export class DuePrintErasures extends DueWork<PrintJob> {
  readonly queue = printErasureQueue;

  constructor(
    private readonly prints: PrintQueries,
    private readonly retention: PrintRetention,
  ) {
    super();
  }

  findDue(now: Date): readonly PrintJob[] {
    const before = new Date(now.getTime() - this.retention.keepDays * DAY_MS);
    return this.prints.listMadeBefore(instantOf(before)).map(({ printId }) => ({ printId }));
  }
}

const DAY_MS = 86_400_000;
