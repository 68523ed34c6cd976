import type { Event } from '@app/kernel';
import type {
  BankEvidence,
  Component,
  HeldAmount,
  PaymentFile,
  RunLine,
} from '@app/reimbursement/contract';

/** Facts of one run as its streams say them: an organisation, two agreements, two places. */
export const RUN = { runId: 'run-1', number: 1 };
export const AT = '2026-03-04T06:00:00.000Z';
export const RULES = {
  ...{ minimumCents: 2_000, minimumWaivedAfterDays: 14, secondApprovalAboveCents: 5_000_000 },
};

export const component = (placeId: string, cents: number, agreementId = 'a-1'): Component => ({
  ...{ agreementId, placeId, cents },
});

export const opened = (run = RUN): Event => ({
  type: 'RunOpened',
  data: { ...run, openedBy: 'worker', openedAt: AT, openedOn: '2026-03-04' },
});

export const started = (version = 1, run = RUN): Event => ({
  type: 'PreparationStarted',
  data: {
    ...{ ...run, version, openingEventId: '00000000-0000-5000-8000-000000000000' },
    ...{ preparedBy: 'worker', startedAt: AT, rules: RULES },
  },
});

export const line = (change: Partial<RunLine> = {}): RunLine => {
  const components = change.components ?? [component('p-1', 3_000)];
  const claimId = change.claimId ?? 'c-1';
  const attempt = change.attempt ?? 1;
  return {
    ...{ organisationId: 'o-1', claimId, attempt, endToEndId: `${claimId}-${attempt}` },
    ...{ amountCents: components.reduce((sum, { cents }) => sum + cents, 0), components },
    payee: {
      ...{ bankAccountId: 'b-1', iban: 'FR7630006000011234567890189', holderName: 'Asso' },
      address: { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' },
    },
    ...change,
  };
};

export const held = (change: Partial<HeldAmount> = {}): HeldAmount => {
  const components = change.components ?? [component('p-2', 1_000)];
  return {
    ...{ organisationId: 'o-2', reason: 'below_minimum' as const, components },
    ...{ amountCents: components.reduce((sum, { cents }) => sum + cents, 0) },
    ...change,
  };
};

export const frozen = (lines: readonly RunLine[], version = 1, slice = 0): Event => ({
  type: 'LinesFrozen',
  data: { runId: 'run-1', version, slice, lines },
});

export const amountsHeld = (amounts: readonly HeldAmount[], version = 1): Event => ({
  type: 'AmountsHeld',
  data: { runId: 'run-1', version, slice: 0, held: amounts },
});

export const prepared = (version = 1): Event => ({
  type: 'RunPrepared',
  data: {
    ...{ runId: 'run-1', version, organisations: 1, lines: 1, payableCents: 3_000 },
    ...{ heldCents: 1_000, linesSha256: 'ab', preparedAt: AT },
  },
});

export const approved = (version = 1): readonly Event[] => [
  {
    type: 'ApprovalGiven',
    data: { runId: 'run-1', version, approvedBy: 'ann', approvedAt: AT, linesSha256: 'ab' },
  },
  {
    type: 'RunApproved',
    data: { runId: 'run-1', version, approvedBy: ['ann'], linesSha256: 'ab' },
  },
];

export const rejected = (version = 1): Event => ({
  type: 'RunRejected',
  data: { runId: 'run-1', version, reason: 'a double', rejectedBy: 'ann', rejectedAt: AT },
});

export const released = (lines: readonly RunLine[], version = 1, slice = 0): Event => ({
  type: 'LinesReleased',
  data: { runId: 'run-1', version, slice, lines: lines.map(({ payee: _, ...each }) => each) },
});

export const FILE: PaymentFile = {
  ...{ messageId: 'MSG', paymentInformationId: 'PMT', sha256: 'cd', bytes: 900, transactions: 1 },
  ...{ amountCents: 3_000, firstEndToEndId: 'c-1-1', lastEndToEndId: 'c-1-1' },
};

export const issued = (version = 1): Event => ({
  type: 'PaymentFileIssued',
  data: {
    ...{ runId: 'run-1', version, files: [FILE], executionOn: '2026-03-05' },
    ...{ issuedBy: 'worker', issuedAt: AT },
  },
});

export const CLEARED: Event = { type: 'RunCleared', data: RUN };

const moving = ({ payee, ...each }: RunLine): object => ({ ...each, runId: 'run-1' });

const evidence = (source: string): BankEvidence => ({
  source,
  statementReference: `REF ${source}`,
});

export const ordered = (each: RunLine, version = 1): Event => ({
  type: 'PaymentOrdered',
  data: { ...moving(each), version, iban: each.payee.iban, bankAccountId: 'b-1' },
});

export const settled = (each: RunLine, from = 'inRun'): Event => ({
  type: 'PaymentSettled',
  data: { ...moving(each), from, bookedOn: '2026-03-05', ...evidence('debit') },
});

export const paymentRejected = (each: RunLine, accountBarred = true): Event => ({
  type: 'PaymentRejected',
  data: {
    ...{ ...moving(each), reasonCode: 'AC04', iban: each.payee.iban, accountBarred },
    ...evidence('rejection'),
  },
});

export const paymentReturned = (each: RunLine): Event => ({
  type: 'PaymentReturned',
  data: {
    ...{ ...moving(each), reasonCode: 'MD07', iban: each.payee.iban, accountBarred: false },
    ...{ bookedOn: '2026-03-09', ...evidence('return') },
  },
});

/** A debit of another sum, in `entry-1`. */
export const disputed = (each: RunLine): Event => ({
  type: 'BookedDebitDisputed',
  data: {
    ...{ ...moving(each), debitCents: 1, reason: 'amount_differs', bookedOn: '2026-03-05' },
    ...evidence(`entry-1/${each.endToEndId}`),
  },
});

/** Two people have said what the entry is; it took effect, or it did not. */
export const ofEntry = (
  type: 'BankEntryResolved' | 'BankEntryApplied' | 'BankEntryReopened',
): Event => ({ type, data: { entryId: 'entry-1' } });

export const granted = ({ claimId, organisationId, endToEndId }: RunLine): Event => ({
  type: 'RepresentmentGranted',
  data: {
    ...{ claimId, organisationId, nextAttempt: 2, grantedBy: 'ann', grantedAt: AT },
    evidence: { endToEndId, reference: 'a letter' },
  },
});

export const claimReleased = (each: RunLine): Event => ({
  type: 'ClaimReleased',
  data: moving(each),
});

export const withdrawn = (each: RunLine, version = 2): Event => ({
  type: 'AttemptWithdrawn',
  data: { ...moving(each), version },
});

export const payeeFact = (
  type: 'FraudHoldPlaced' | 'FraudHoldLifted' | 'PayeeLeft' | 'PayeeRejoined',
): Event => {
  const organisationId = 'o-1';
  switch (type) {
    case 'FraudHoldPlaced':
      return { type, data: { organisationId, reason: 'odd', placedBy: 'ann', placedAt: AT } };
    case 'FraudHoldLifted':
      return { type, data: { organisationId, reason: 'fine', liftedBy: 'bob', liftedAt: AT } };
    case 'PayeeRejoined':
      return { type, data: { organisationId, rejoinedOn: '2026-03-04', recordedBy: 'ann' } };
    case 'PayeeLeft':
      return {
        type,
        data: {
          ...{ organisationId, leftOn: '2026-03-04', recoverUntilOn: '2026-05-03' },
          recordedBy: 'ann',
        },
      };
  }
};
