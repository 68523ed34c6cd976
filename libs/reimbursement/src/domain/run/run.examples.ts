import type {
  FrozenPayee,
  HeldAmount,
  RunFact,
  RunLine,
  RunRules,
  WrittenWith,
} from '../../contract';
import { endToEndIdOf } from './end-to-end-ids';
import type { ClaimInOwed, DraftInput, OwedAmount, PayeeNow } from './lines';
import type { AccountNow, ApproveRun, IssueFiles } from './run.messages';

export const RUN_ID = '018f0000-0000-7000-8000-00000000000a';
export const OPENING_ID = '018f0000-0000-5000-8000-00000000000b';
const runId = RUN_ID;

export const rules: RunRules = {
  minimumCents: 2_000,
  minimumWaivedAfterDays: 14,
  secondApprovalAboveCents: 1_000_000,
};

/** Ids end in the number, so that they sort by it. */
export const uuid = (number: number): string =>
  `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const frozenPayee = (change: Partial<FrozenPayee> = {}): FrozenPayee => ({
  bankAccountId: uuid(900),
  iban: 'FR7630001007941234567890185',
  bic: 'BDFEFRPPCCT',
  holderName: 'Espace numérique de la Nièvre',
  address: { street: '12 rue des Lilas', postalCode: '58000', city: 'Nevers', country: 'FR' },
  ...change,
});

/** An ordinary line of the organisation of that number, all of it of one agreement at one place. */
export const line = (
  number: number,
  amountCents: number,
  change: Partial<RunLine> = {},
): RunLine => {
  const claimId = uuid(1_000 + number);
  return {
    organisationId: uuid(number),
    claimId,
    attempt: 1,
    endToEndId: endToEndIdOf(claimId, 1),
    amountCents,
    components: [{ agreementId: 'agreement a', placeId: `place ${number}`, cents: amountCents }],
    payee: frozenPayee(),
    ...change,
  };
};

export const heldAmount = (number: number, amountCents: number): HeldAmount => ({
  organisationId: uuid(number),
  reason: 'below_minimum',
  amountCents,
  components: [{ agreementId: 'agreement a', placeId: `place ${number}`, cents: amountCents }],
});

export const started = (version = 1, preparedBy = 'preparer'): RunFact => ({
  type: 'PreparationStarted',
  data: {
    ...{ runId, number: 7, version, openingEventId: OPENING_ID, preparedBy },
    startedAt: '2027-03-01T06:00:00.000Z',
    rules,
  },
});

export const frozen = (lines: readonly RunLine[], slice = 0, version = 1): RunFact => ({
  type: 'LinesFrozen',
  data: { runId, version, slice, lines },
});

export const held = (amounts: readonly HeldAmount[], slice = 0, version = 1): RunFact => ({
  type: 'AmountsHeld',
  data: { runId, version, slice, held: amounts },
});

export const SHA = 'a'.repeat(64);

export const prepared = (lines: number, payableCents: number, version = 1): RunFact => ({
  type: 'RunPrepared',
  data: {
    ...{ runId, version, organisations: lines, lines, payableCents, heldCents: 0 },
    ...{ linesSha256: SHA, preparedAt: '2027-03-01T06:01:00.000Z' },
  },
});

export const approvalGiven = (approvedBy: string, version = 1): RunFact => ({
  type: 'ApprovalGiven',
  data: { runId, version, approvedBy, approvedAt: '2027-03-01T09:00:00.000Z', linesSha256: SHA },
});

export const approved = (approvedBy: readonly string[], version = 1): RunFact => ({
  type: 'RunApproved',
  data: { runId, version, approvedBy, linesSha256: SHA },
});

export const rejected = (version = 1): RunFact => ({
  type: 'RunRejected',
  data: {
    ...{ runId, version, reason: 'doubt', rejectedBy: 'approver' },
    rejectedAt: '2027-03-01T09:00:00.000Z',
  },
});

export const released = (lines: readonly RunLine[], slice = 0, version = 1): RunFact => ({
  type: 'LinesReleased',
  data: {
    ...{ runId, version, slice },
    lines: lines.map(({ organisationId, claimId, attempt, amountCents, components }) => {
      return { organisationId, claimId, attempt, amountCents, components };
    }),
  },
});

export const written: WrittenWith = {
  createdAt: '2027-03-01T09:00:00.000Z',
  debtor: {
    iban: 'FR7630006000011234567890189',
    holderName: 'Carnet',
    address: { street: '1 rue du Pont', postalCode: '75001', city: 'Paris', country: 'FR' },
  },
  transactionsPerFileMax: 1_000,
};

export const issued = (lines: readonly RunLine[]): RunFact => ({
  type: 'PaymentFileIssued',
  data: {
    ...{ runId, version: 1, files: [file(lines)], executionOn: '2027-03-02', written },
    ...{ issuedBy: 'approver', issuedAt: '2027-03-01T10:00:00.000Z' },
  },
});

export const file = (lines: readonly RunLine[]) => ({
  ...{ messageId: 'RUN7-1-1-018f0000', paymentInformationId: 'RUN7-1-1-018f0000-P' },
  ...{ sha256: 'b'.repeat(64), bytes: 2_000, transactions: lines.length },
  amountCents: lines.reduce((sum, { amountCents }) => sum + amountCents, 0),
  firstEndToEndId: lines.at(0)?.endToEndId ?? '',
  lastEndToEndId: lines.at(-1)?.endToEndId ?? '',
});

/** The accounts of the lines, unchanged. */
export const accountsOf = (lines: readonly RunLine[]): readonly AccountNow[] =>
  lines.map(({ organisationId, payee: { bankAccountId, iban } }) => {
    return { organisationId, bankAccountId, iban };
  });

export const approve = (
  lines: readonly RunLine[],
  change: Partial<ApproveRun['data']> = {},
): ApproveRun => ({
  type: 'ApproveRun',
  data: {
    ...{ approvedBy: 'approver', isMachine: false, linesSha256: SHA },
    approvedAt: '2027-03-01T09:00:00.000Z',
    accounts: accountsOf(lines),
    accountChanges: [],
    ...change,
  },
});

export const issue = (
  lines: readonly RunLine[],
  change: Partial<IssueFiles['data']> = {},
): IssueFiles => ({
  type: 'IssueFiles',
  data: {
    ...{ version: 1, files: [file(lines)], executionOn: '2027-03-02', written },
    ...{ issuedBy: 'approver', issuedAt: '2027-03-01T10:00:00.000Z' },
    ...{ accounts: accountsOf(lines), changedClaims: [] },
    ...change,
  },
});

// --- drafts -------------------------------------------------------------------------------------

/** Of organisation `number`, at its one place. */
export const owed = (
  number: number,
  cents: number,
  change: Partial<OwedAmount> = {},
): OwedAmount => ({
  organisationId: uuid(number),
  agreementId: 'agreement a',
  placeId: `place ${number}`,
  cents,
  oldestOn: '2027-02-24',
  ...change,
});

export const payeeNow = (number: number, change: Partial<PayeeNow> = {}): PayeeNow => ({
  ...{ organisationId: uuid(number), account: frozenPayee() },
  ...{ fraudHold: false, left: false, barredIbans: [] },
  ...change,
});

export const claim = (
  number: number,
  cents: number,
  change: Partial<ClaimInOwed> = {},
): ClaimInOwed => ({
  ...{ claimId: uuid(5_000 + number), organisationId: uuid(number), amountCents: cents },
  components: [{ agreementId: 'agreement a', placeId: `place ${number}`, cents }],
  ...{ attempt: 1, status: 'waiting' },
  ...change,
});

export const draft = (change: Partial<DraftInput>): DraftInput => ({
  amounts: [],
  payees: [1, 2, 3].map((number) => payeeNow(number)),
  claims: [],
  cashCents: { 'agreement a': 10_000_000, 'agreement b': 10_000_000 },
  rules,
  startedAt: '2027-03-01T06:00:00.000Z',
  claimIdOf: (organisationId) => uuid(1_000 + Number(organisationId.slice(-12))),
  ...change,
});

export const twoLines = [line(1, 5_000), line(2, 7_000)];
export const preparedRun = [started(), frozen(twoLines), prepared(2, 12_000)] as const;
export const approvedRun = [
  ...preparedRun,
  approvalGiven('approver'),
  approved(['approver']),
] as const;

export const sentBack = (organisationIds: readonly string[], reason: string): RunFact => {
  const data = { runId: RUN_ID, version: 1, reason, organisationIds };
  return {
    type: 'RunSentBack',
    data: { ...data, sentBackAt: '2027-03-01T09:00:00.000Z' },
  } as RunFact;
};
