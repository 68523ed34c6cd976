import { documents, maybe, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const AT = '2026-04-08T05:00:00.000Z';
const SHA256 = 'b1946ac9'.repeat(8);
const END_TO_END = `${IDS.claim.replaceAll('-', '')}-1`;

const STATUS = oneOf(
  ...(['prepared', 'opened', 'preparing', 'approved', 'releasing', 'released'] as const),
  ...(['issued', 'submitting', 'submitted', 'unclear', 'completed'] as const),
);

const COUNTS = {
  ...{ organisations: 50, lines: 50, payableCents: 1_250_000, heldCents: 3_000 },
  ...{ linesSha256: orNull(SHA256), preparedAt: orNull(AT) },
};

const RUN = {
  ...{ runId: IDS.run, number: 12, status: STATUS },
  waitsFor: oneOf('approval', 'work', 'preparation', 'submission', 'bank', 'nothing'),
  ...{ version: 1, openedAt: AT, openedOn: '2026-04-08', ...COUNTS },
  ...{ executionOn: orNull('2026-04-09'), issuedAt: orNull(AT), unanswered: 50 },
  outcome: orNull(oneOf('answered', 'nothing_payable')),
  completedAt: orNull(AT),
};

const FAILURE = {
  reason: oneOf('rejected', 'bank_account_changed', 'claim_changed'),
  ...{ at: AT, by: maybe('person-2'), words: maybe('One place is there twice') },
  organisationIds: maybe([IDS.organisation]),
};

const WHOLE_RUN = {
  ...RUN,
  openedBy: 'person-1',
  files: [
    {
      ...{ part: 1, messageId: 'CARNET-R12-1', sha256: SHA256, bytes: 41_000 },
      ...{ transactions: 50, amountCents: 1_250_000 },
    },
  ],
  submission: [
    {
      step: oneOf('started', 'submitted', 'unclear'),
      ...{ by: 'person-2', at: AT, evidence: maybe('The bank’s answer of 10:12') },
    },
  ],
  versions: [
    {
      ...{ version: 1, preparedBy: 'person-1', startedAt: AT, ...COUNTS, approvalsNeeded: 1 },
      approvals: [{ approvedBy: 'person-2', approvedAt: AT }],
      failure: orNull(FAILURE),
    },
  ],
};

const COMPONENTS = [{ agreementId: IDS.agreement, placeId: IDS.place, cents: 25_000 }];

const OF_ORGANISATION = {
  ...{ runId: IDS.run, version: 1, organisationId: IDS.organisation },
  organisationName: orNull('Espace numérique de Nevers'),
};

const LINE = {
  ...{ ...OF_ORGANISATION, claimId: IDS.claim, attempt: 1, endToEndId: END_TO_END },
  ...{ amountCents: 25_000, components: COMPONENTS, bankAccountId: IDS.bankAccount },
  ...{ ibanMasked: 'FR76…0189', holderName: 'Espace numérique de Nevers' },
};

const HOLDS = [
  ...(['below_minimum', 'not_positive', 'no_verified_account', 'quarantine'] as const),
  ...(['fraud_hold', 'agreement_short', 'too_large', 'claim_open'] as const),
] as const;

const HELD = {
  ...{ ...OF_ORGANISATION, reason: oneOf(...HOLDS) },
  // Empty for what belongs to no claim.
  ...{ claimId: '', amountCents: 1_000, components: COMPONENTS },
};

const PART = {
  ...{ runId: IDS.run, version: 1, number: 12, seq: 'line-0-0', organisationId: IDS.organisation },
  ...{ agreementId: IDS.agreement, placeId: IDS.place, cents: 25_000 },
  ...{ claimId: '', attempt: 1, reason: oneOf('', ...HOLDS) },
};

const PAYMENT = {
  ...{ claimId: IDS.claim, organisationId: IDS.organisation },
  status: oneOf('settled', 'ordered', 'rejected', 'returned', 'released'),
  ...{ amountCents: 25_000, components: COMPONENTS, attempt: 1, endToEndId: END_TO_END },
  ...{ runId: IDS.run, version: 1, ibanMasked: 'FR76…0189', granted: false },
  ...{ reasonCode: orNull('AC04'), bookedOn: orNull('2026-04-09'), disputes: 0 },
};

const STEP = {
  step: oneOf(
    ...(['ordered', 'withdrawn', 'settled', 'rejected', 'returned', 'lateRejection'] as const),
    ...(['disputed', 'representmentGranted', 'released'] as const),
  ),
  ...{ at: AT, attempt: 1, endToEndId: orNull(END_TO_END), runId: orNull(IDS.run) },
  ...{ bookedOn: orNull('2026-04-09'), reasonCode: orNull('AC04') },
  ...{ statementReference: orNull('RELEVE-2026-04-09'), dispute: orNull('amount_differs') },
};

const JOB_ID = `reimbursement-run.${IDS.run}`;

export const RUNS = documents('runs', {
  openRun: {
    does: 'Opens a run: it pays what is owed at this moment and no earlier run has frozen.',
    more: 'A job prepares it. One run at a time, until its payment file is there.',
    answers: { runId: IDS.run, number: 12, jobId: JOB_ID },
    refuses: ['run_in_preparation'],
  },
  listRuns: { does: 'Lists runs, the latest first.', item: RUN },
  getRun: {
    does: 'Tells where a run is, what it pays, and who prepared and approved it.',
    answers: WHOLE_RUN,
  },
  listRunLines: {
    does: 'Lists what a version of a run pays, one line a payment.',
    item: LINE,
  },
  listHeldAmounts: {
    does: 'Lists what a version of a run holds, and why: it stays owed.',
    item: HELD,
  },
  listRunParts: {
    does: 'Lists what a version of a run pays and holds, by agreement and place.',
    item: PART,
  },
  prepareRun: {
    does: 'Prepares a run again on the same cut-off, after a rejection or a changed account.',
    answers: { runId: IDS.run, version: orNull(2), jobId: JOB_ID },
    refuses: ['run_unknown', 'run_state'],
  },
  approveRun: {
    does: 'Approves the lines of a run, by another person than who prepared it.',
    more: 'Above a limit it takes two. A changed account sends the run back to preparation.',
    asks: { linesSha256: SHA256 },
    answers: { runId: IDS.run, status: oneOf('approved', 'prepared') },
    refuses: [
      ...['run_unknown', 'run_state', 'lines_sha256_differs', 'approver_prepared', 'same_person'],
      ...['approver_changed_account', 'bank_account_changed'],
    ],
  },
  rejectRun: {
    does: 'Rejects a run: its lines go back to owed, and it can be prepared again.',
    asks: { reason: 'One place is there twice' },
    answers: { runId: IDS.run, status: oneOf('releasing') },
    refuses: ['run_unknown', 'run_state'],
  },
  downloadPaymentFile: {
    does: 'Gives the payment file (pain.001.001.09) of a run: the same bytes at every download.',
    files: { 'application/xml': '<?xml version="1.0" encoding="UTF-8"?>…' },
    refuses: [
      ...['run_unknown', 'run_state', 'payments_not_ordered', 'payment_file_unknown'],
      'payment_file_lost',
    ],
  },
  recordSubmission: {
    does: 'Records what became of handing the payment file to the bank.',
    more: 'Nobody sends an unclear one again without the word of the bank and another person.',
    asks: { outcome: 'submitted', evidence: 'The bank’s answer of 10:12' },
    answers: { runId: IDS.run, status: oneOf('submitted', 'submitting', 'unclear') },
    refuses: [
      ...['run_unknown', 'run_state', 'already_so', 'payments_not_ordered', 'evidence_required'],
      ...['submission_unclear', 'same_person'],
    ],
  },
});

export const PAYMENTS = documents('payments', {
  listPayments: {
    does: 'Lists payments; a place manager is told of its organisation’s.',
    item: PAYMENT,
  },
  getPayment: {
    does: 'Tells of a payment, its attempts and what the bank answered.',
    answers: { ...PAYMENT, steps: [STEP] },
  },
  representPayment: {
    does: 'Grants a rejected or returned payment its next attempt, in the next run.',
    more: 'The evidence names the end-to-end id of the attempt that failed.',
    asks: { evidence: { endToEndId: END_TO_END, reference: 'New account, verified' } },
    answers: { claimId: IDS.claim, granted: true },
    refuses: [
      ...['payment_unknown', 'claim_not_open', 'evidence_differs', 'attempts_exhausted'],
      'already_so',
    ],
  },
  listFraudHolds: { does: 'Lists organisations to which nothing is paid for now.', item: holdOf() },
  placeFraudHold: {
    does: 'Holds what an organisation would be paid, from the next preparation on.',
    asks: { reason: 'Sessions on a public holiday' },
    answers: { organisationId: IDS.organisation, fraudHold: true },
    refuses: ['not_found', 'already_so'],
  },
  liftFraudHold: {
    does: 'Lifts a fraud hold, by another person than who placed it.',
    asks: { reason: 'The sessions took place' },
    answers: { organisationId: IDS.organisation, fraudHold: false },
    refuses: ['not_found', 'no_fraud_hold', 'same_person'],
  },
});

function holdOf() {
  return {
    ...{ organisationId: IDS.organisation },
    organisationName: orNull('Espace numérique de Nevers'),
    ...{ reason: 'Sessions on a public holiday', placedBy: 'person-1', placedAt: AT },
  };
}
