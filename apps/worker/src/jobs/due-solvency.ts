import { defineQueue, DueWork } from '@app/platform';
import { SolvencyQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

/** A booked day of the ring-fenced account, and how often it was told of before. */
export type SolvencyJob = { on: string; told: number };

export const solvencyQueue = defineQueue<SolvencyJob>({
  name: 'solvency',
  key: ({ on, told }) => `${on}-${told}`,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  reviveAfterMs: 30_000,
});

/** Days on which the bank and the ledger differ otherwise than was told. */
@Injectable()
export class DueSolvency extends DueWork<SolvencyJob> {
  readonly queue = solvencyQueue;

  constructor(private readonly solvency: SolvencyQueries) {
    super();
  }

  findDue(): readonly SolvencyJob[] {
    return this.solvency.listUntold().map(({ compared: { on }, told }) => ({ on, told }));
  }
}
