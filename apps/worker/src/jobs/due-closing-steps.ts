import { defineQueue, DueWork } from '@app/platform';
import { ClosingQueries, type DueStep } from '@app/read-models';
import { parisDayOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';

export const closingStepQueue = defineQueue<DueStep>({
  name: 'closing-step',
  key: ({ orderId, step, dueOn }) => `${step}-${orderId}-${dueOn}`,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 4,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  reviveAfterMs: 30_000,
});

/** Steps of orders' ends whose day has come: a step that is done makes the next one due. */
@Injectable()
export class DueClosingSteps extends DueWork<DueStep> {
  readonly queue = closingStepQueue;

  constructor(private readonly closings: ClosingQueries) {
    super();
  }

  findDue(now: Date): readonly DueStep[] {
    return this.closings.listDue(parisDayOf(now));
  }
}
