import { sumCents } from '@app/kernel';
import type { PaymentFile, RunFact } from '../../contract';
import { refuse } from '../refuse';
import { assertBankingDay } from './execution-day';
import type { CompleteRun, IssueFiles, ReportSubmission, StartSubmission } from './run.messages';
import { assertStatus, linesOf, type StartedRun } from './run.state';
import { changedAccounts } from './run-approval';

type FileWish = IssueFiles | StartSubmission | ReportSubmission | CompleteRun;

/** The file and its way to the bank. An unclear submission is never made again by itself. */
export function decideFile(wish: FileWish, state: StartedRun): readonly RunFact[] {
  switch (wish.type) {
    case 'IssueFiles':
      return issue(wish, state);
    case 'StartSubmission':
      return startSubmission(wish, state);
    case 'ReportSubmission':
      return reportSubmission(wish, state);
    case 'CompleteRun':
      return complete(wish, state);
  }
}

function issue({ data }: IssueFiles, state: StartedRun): readonly RunFact[] {
  const { version, files, executionOn } = data;
  const { runId, issued } = state;
  if (issued) return sameFiles(files, issued.files) ? [] : refuse('already_so');
  if (version !== state.version) return refuse('run_state', { status: state.status });
  assertStatus(state, 'approved');
  const sentBack = findChange(data, state);
  if (sentBack) {
    const sentBackAt = data.issuedAt;
    return [{ type: 'RunSentBack', data: { runId, version, ...sentBack, sentBackAt } }];
  }
  const lines = linesOf(state);
  const transactions = files.reduce((sum, file) => sum + file.transactions, 0);
  const amountCents = sumCents(files.map((file) => file.amountCents));
  if (transactions !== lines.length || amountCents !== state.prepared?.payableCents) {
    return refuse('files_differ_from_lines', { transactions, amountCents });
  }
  assertBankingDay(executionOn);
  const { accounts: _, changedClaims: __, ...said } = data;
  return [{ type: 'PaymentFileIssued', data: { runId, ...said } }];
}

const sameFiles = (a: readonly PaymentFile[], b: readonly PaymentFile[]): boolean =>
  a.map(({ sha256 }) => sha256).join() === b.map(({ sha256 }) => sha256).join();

function findChange({ accounts, changedClaims }: IssueFiles['data'], state: StartedRun) {
  const changed = changedAccounts(state, accounts);
  if (changed.length > 0) {
    return { reason: 'bank_account_changed', organisationIds: changed } as const;
  }
  if (changedClaims.length === 0) return undefined;
  return { reason: 'claim_changed', organisationIds: changedClaims } as const;
}

function startSubmission({ data }: StartSubmission, state: StartedRun): readonly RunFact[] {
  const { isMachine, ...started } = data;
  if (state.status === 'submitting') return refuse('already_so');
  assertStatus(state, 'issued', 'unclear');
  if (state.status === 'unclear') {
    if (isMachine) return refuse('submission_unclear');
    if (data.evidence === undefined) return refuse('evidence_required');
    if (data.startedBy === state.unclearBy) return refuse('same_person');
  }
  return [{ type: 'SubmissionStarted', data: { runId: state.runId, ...started } }];
}

function reportSubmission({ data }: ReportSubmission, state: StartedRun): readonly RunFact[] {
  const { outcome, reportedBy, reportedAt } = data;
  const { runId } = state;
  const evidence = data.evidence === undefined ? {} : { evidence: data.evidence };
  if (state.status === outcome) return refuse('already_so');
  assertStatus(state, 'submitting', 'unclear');
  if (outcome === 'unclear') {
    return [{ type: 'SubmissionUnclear', data: { runId, reportedBy, reportedAt, ...evidence } }];
  }
  if (state.status === 'unclear' && data.evidence === undefined) return refuse('evidence_required');
  const submitted = { runId, submittedBy: reportedBy, submittedAt: reportedAt, ...evidence };
  return [{ type: 'RunSubmitted', data: submitted }];
}

function complete({ data }: CompleteRun, state: StartedRun): readonly RunFact[] {
  const { unanswered, completedAt } = data;
  if (state.status === 'completed') return [];
  assertStatus(state, 'submitted', 'unclear');
  if (unanswered > 0) return refuse('payments_unanswered', { unanswered });
  const { runId } = state;
  return [{ type: 'RunCompleted', data: { runId, outcome: 'answered', completedAt } }];
}
