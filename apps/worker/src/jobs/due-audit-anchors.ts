import { DayAnchors, defineQueue, DueWork, type Metrics } from '@app/platform';
import { Injectable } from '@nestjs/common';

/** The first day that is over and has no root. */
export type AuditAnchorJob = { day: string };

export const auditAnchorQueue = defineQueue<AuditAnchorJob>({
  name: 'audit-anchor',
  key: ({ day }) => day,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  reviveAfterMs: 60_000,
});

/** Days that are over and have no root yet. */
@Injectable()
export class DueAuditAnchors extends DueWork<AuditAnchorJob> {
  readonly queue = auditAnchorQueue;
  /** Of the last sweep: nobody knows before the first. */
  #days = Number.NaN;

  constructor(private readonly anchors: DayAnchors) {
    super();
  }

  register(metrics: Metrics): void {
    metrics.gauge({
      name: 'carnet_audit_days_unanchored',
      help: 'Days that are over and have no signed root of the audit trail.',
      read: () => this.#days,
    });
  }

  async findDue(): Promise<readonly AuditAnchorJob[]> {
    this.#days = Number.NaN;
    const due = await this.anchors.findDue();
    this.#days = due?.days ?? 0;
    return due === undefined ? [] : [{ day: due.first }];
  }
}
