import { directoryImportQueue } from '@app/places';
import { CanaryDue, canaryQueue, type AnyDefinition, type DueWork } from '@app/platform';
import {
  bankRematchQueue,
  bankReportQueue,
  runOpeningQueue,
  runQueue,
  runSliceQueue,
} from '@app/reimbursement';
import { printQueue } from '@app/voucher-books';
import type { Type } from '@nestjs/common';
import { AuditAnchorProcessor } from './jobs/audit-anchor.processor';
import { BankReportErasureProcessor } from './jobs/bank-report-erasure.processor';
import { BankRematchProcessor, BankReportProcessor } from './jobs/bank-report.processor';
import { CanaryProcessor } from './jobs/canary.processor';
import { ClosingStepProcessor } from './jobs/closing-step.processor';
import { ContactErasureProcessor } from './jobs/contact-erasure.processor';
import { DirectoryImportProcessor } from './jobs/directory-import.processor';
import { auditAnchorQueue, DueAuditAnchors } from './jobs/due-audit-anchors';
import { bankReportErasureQueue, DueBankReportErasures } from './jobs/due-bank-report-erasures';
import { DueBankRematches, DueBankReports } from './jobs/due-bank-reports';
import { closingStepQueue, DueClosingSteps } from './jobs/due-closing-steps';
import { DueDirectoryImports } from './jobs/due-directory-imports';
import { contactErasureQueue, DueContactErasures } from './jobs/due-contact-erasures';
import { DuePrintErasures, printErasureQueue } from './jobs/due-print-erasures';
import { DuePrints } from './jobs/due-prints';
import { DueRunOpenings } from './jobs/due-run-openings';
import { DueRuns } from './jobs/due-runs';
import { DueSolvency, solvencyQueue } from './jobs/due-solvency';
import { DueWebhooks, webhookQueue } from './jobs/due-webhooks';
import { PrintErasureProcessor } from './jobs/print-erasure.processor';
import { PrintProcessor } from './jobs/print.processor';
import { RunOpeningProcessor } from './jobs/run-opening.processor';
import { RunSliceProcessor } from './jobs/run-slice.processor';
import { RunProcessor } from './jobs/run.processor';
import { SolvencyProcessor } from './jobs/solvency.processor';
import { WebhookProcessor } from './jobs/webhook.processor';

/** Every queue whose jobs this worker does. */
export const QUEUES: readonly AnyDefinition[] = [
  canaryQueue,
  directoryImportQueue,
  closingStepQueue,
  printQueue,
  printErasureQueue,
  contactErasureQueue,
  runOpeningQueue,
  runQueue,
  runSliceQueue,
  bankReportQueue,
  bankRematchQueue,
  bankReportErasureQueue,
  solvencyQueue,
  auditAnchorQueue,
  webhookQueue,
];

/** Who does them: one processor per queue. */
export const PROCESSORS: readonly Type[] = [
  CanaryProcessor,
  DirectoryImportProcessor,
  ClosingStepProcessor,
  PrintProcessor,
  PrintErasureProcessor,
  ContactErasureProcessor,
  RunOpeningProcessor,
  RunProcessor,
  RunSliceProcessor,
  BankReportProcessor,
  BankRematchProcessor,
  BankReportErasureProcessor,
  SolvencyProcessor,
  AuditAnchorProcessor,
  WebhookProcessor,
];

/** Where due work comes from: injectable, one per queue. */
export const DUE_WORK: readonly Type<DueWork>[] = [
  CanaryDue,
  DueDirectoryImports,
  DueClosingSteps,
  DuePrints,
  DuePrintErasures,
  DueContactErasures,
  DueRunOpenings,
  DueRuns,
  DueBankReports,
  DueBankRematches,
  DueBankReportErasures,
  DueSolvency,
  DueAuditAnchors,
  DueWebhooks,
];

/** Looked for every second too, since somebody outside waits: one question of an index, mostly empty. */
export const URGENT_WORK: readonly Type<DueWork>[] = [DueWebhooks];
export const URGENT_EVERY_MS = 1_000;

/** All due work has a job again at most this long after Redis lost it. */
export const SWEEP_EVERY_MS = 10_000;
