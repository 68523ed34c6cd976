import { given } from '@app/platform/testing/given';
import type { RunFact } from '../../contract';
import { run } from './run';
import {
  accountsOf,
  approve,
  file,
  frozenPayee,
  issue,
  issued,
  line,
  RUN_ID,
  uuid,
  preparedRun,
  approvedRun,
  sentBack,
  twoLines as lines,
} from './run.examples';
import type { RunWish } from './run.messages';

describe('the payment file', () => {
  it('is issued for an approved version', () =>
    given(run, ...approvedRun)
      .when(issue(lines))
      .then(issued(lines)));

  it('is not issued before', () =>
    given(run, ...preparedRun)
      .when(issue(lines))
      .thenRefused('run_state', { status: 'prepared' }));

  it('is issued once: the same bytes again, no others', () => {
    given(run, ...approvedRun, issued(lines))
      .when(issue(lines))
      .thenNothing();
    given(run, ...approvedRun, issued(lines))
      .when(issue(lines, { files: [{ ...file(lines), sha256: 'd'.repeat(64) }] }))
      .thenRefused('already_so');
  });

  it('is not issued to a changed account: the run goes back', () =>
    given(run, ...approvedRun)
      .when(
        issue(lines, {
          accounts: accountsOf(lines).slice(1),
          issuedAt: '2027-03-01T09:00:00.000Z',
        }),
      )
      .then(sentBack([uuid(1)], 'bank_account_changed')));

  it('is not issued for a claim that the bank has answered meanwhile', () =>
    given(run, ...approvedRun)
      .when(issue(lines, { changedClaims: [uuid(2)], issuedAt: '2027-03-01T09:00:00.000Z' }))
      .then(sentBack([uuid(2)], 'claim_changed')));

  it('holds exactly the lines', () => {
    given(run, ...approvedRun)
      .when(issue(lines, { files: [{ ...file(lines), amountCents: 11_999 }] }))
      .thenRefused('files_differ_from_lines');
    given(run, ...approvedRun)
      .when(issue(lines, { files: [{ ...file(lines), transactions: 3 }] }))
      .thenRefused('files_differ_from_lines');
  });

  it('is executed on a TARGET day', () =>
    given(run, ...approvedRun)
      .when(issue(lines, { executionOn: '2027-03-06' }))
      .thenRefused('not_a_banking_day', { nextBankingDay: '2027-03-08' }));
});

describe('the submission', () => {
  const startSubmission = (change: object = {}): RunWish => ({
    type: 'StartSubmission',
    data: {
      startedBy: 'worker',
      isMachine: true,
      startedAt: '2027-03-01T10:01:00.000Z',
      ...change,
    },
  });
  const report = (outcome: 'submitted' | 'unclear', change: object = {}): RunWish => ({
    type: 'ReportSubmission',
    data: { outcome, reportedBy: 'worker', reportedAt: '2027-03-01T10:02:00.000Z', ...change },
  });
  const begun: RunFact = {
    type: 'SubmissionStarted',
    data: { runId: RUN_ID, startedBy: 'worker', startedAt: '2027-03-01T10:01:00.000Z' },
  };
  const unclear: RunFact = {
    type: 'SubmissionUnclear',
    data: { runId: RUN_ID, reportedBy: 'worker', reportedAt: '2027-03-01T10:02:00.000Z' },
  };
  const submitted: RunFact = {
    type: 'RunSubmitted',
    data: { runId: RUN_ID, submittedBy: 'worker', submittedAt: '2027-03-01T10:02:00.000Z' },
  };
  const issuedRun = [...approvedRun, issued(lines)] as const;

  it('is started once', () => {
    given(run, ...issuedRun)
      .when(startSubmission())
      .then(begun);
    given(run, ...issuedRun, begun)
      .when(startSubmission())
      .thenRefused('already_so');
    given(run, ...issuedRun, begun, submitted)
      .when(startSubmission())
      .thenRefused('run_state', { status: 'submitted' });
  });

  it('is never made again by itself when it is unclear', () =>
    given(run, ...issuedRun, begun, unclear)
      .when(startSubmission({ evidence: 'any' }))
      .thenRefused('submission_unclear'));

  it('is made again by a person, on evidence, who is not the one that reported it', () => {
    const byPerson: RunFact = {
      ...unclear,
      data: { ...unclear.data, reportedBy: 'finance' },
    };
    const again = {
      startedBy: 'approver',
      isMachine: false,
      evidence: 'the bank has no such file',
    };
    given(run, ...issuedRun, begun, unclear)
      .when(startSubmission({ ...again, evidence: undefined }))
      .thenRefused('evidence_required');
    given(run, ...issuedRun, begun, byPerson)
      .when(startSubmission({ ...again, startedBy: 'finance' }))
      .thenRefused('same_person');
    given(run, ...issuedRun, begun, byPerson)
      .when(startSubmission(again))
      .then({
        type: 'SubmissionStarted',
        data: {
          ...{ runId: RUN_ID, startedBy: 'approver', startedAt: '2027-03-01T10:01:00.000Z' },
          evidence: 'the bank has no such file',
        },
      });
  });

  it('is submitted, or nobody knows', () => {
    given(run, ...issuedRun, begun)
      .when(report('submitted'))
      .then(submitted);
    given(run, ...issuedRun, begun)
      .when(report('unclear'))
      .then(unclear);
    given(run, ...issuedRun)
      .when(report('submitted'))
      .thenRefused('run_state');
    given(run, ...issuedRun, begun, submitted)
      .when(report('submitted'))
      .thenRefused('already_so');
  });

  it('turns from unclear to submitted only on evidence', () => {
    given(run, ...issuedRun, begun, unclear)
      .when(report('submitted'))
      .thenRefused('evidence_required');
    given(run, ...issuedRun, begun, unclear)
      .when(report('submitted', { evidence: 'pain.002 BANK1' }))
      .then({ ...submitted, data: { ...submitted.data, evidence: 'pain.002 BANK1' } });
  });

  it('completes the run when the bank has answered every payment', () => {
    const complete = (unanswered: number): RunWish => ({
      type: 'CompleteRun',
      data: { unanswered, completedAt: '2027-03-04T10:00:00.000Z' },
    });
    const completed: RunFact = {
      type: 'RunCompleted',
      data: { runId: RUN_ID, outcome: 'answered', completedAt: '2027-03-04T10:00:00.000Z' },
    };
    given(run, ...issuedRun, begun, submitted)
      .when(complete(1))
      .thenRefused('payments_unanswered', { unanswered: 1 });
    given(run, ...issuedRun, begun, submitted)
      .when(complete(0))
      .then(completed);
    given(run, ...issuedRun, begun, submitted, completed)
      .when(complete(0))
      .thenNothing();
    given(run, ...issuedRun)
      .when(complete(0))
      .thenRefused('run_state', { status: 'issued' });
  });
});

it('refuses everything of a run that nobody prepared', () =>
  given(run)
    .when(approve([line(1, 5, { payee: frozenPayee() })]))
    .thenRefused('run_unknown'));
