import { DayAnchors, JobHost, Processes } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { auditAnchorQueue, type AuditAnchorJob } from './due-audit-anchors';

@Injectable()
@Processes(auditAnchorQueue)
export class AuditAnchorProcessor extends JobHost<AuditAnchorJob> {
  constructor(private readonly anchors: DayAnchors) {
    super();
  }

  /** Safe to run again: the log takes each day once, and the rest follows from what it took. */
  async process(): Promise<void> {
    await this.anchors.anchorDue();
  }
}
