import { AdvanceRunHandler } from './advance-run';
import { ApproveRunHandler, RejectRunHandler } from './approval';
import { FreezeRunSliceHandler } from './freeze-run-slice';
import { OpenRunHandler } from './open-run';
import { GetPaymentFileHandler } from './payment-file';
import { PrepareRunHandler } from './prepare-run';
import { RunIssue } from './run-issue';
import { RunPreparation } from './run-preparation';
import { RunRelease } from './run-release';
import { RecordSubmissionHandler } from './submissions';

export const RUN_HANDLERS = [
  RunPreparation,
  RunRelease,
  RunIssue,
  OpenRunHandler,
  PrepareRunHandler,
  AdvanceRunHandler,
  FreezeRunSliceHandler,
  ApproveRunHandler,
  RejectRunHandler,
  RecordSubmissionHandler,
  GetPaymentFileHandler,
];
