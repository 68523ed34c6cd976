import type { Component, PaymentFact } from '../../contract';
import { endToEndIdOf } from '../run/end-to-end-ids';
import { uuid } from '../run/run.examples';
import type { OrderPayment, PaymentWish } from './payment.messages';

export const CLAIM_ID = uuid(1_001);
export const CLAIM_CENTS = 5_000;
export const components: readonly Component[] = [
  { agreementId: 'agreement a', placeId: 'place 1', cents: 6_000 },
  { agreementId: 'agreement b', placeId: 'place 1', cents: -1_000 },
];

export const endToEndId = (attempt = 1): string => endToEndIdOf(CLAIM_ID, attempt);

export const order = (attempt = 1, change: Partial<OrderPayment['data']> = {}): OrderPayment => ({
  type: 'OrderPayment',
  data: {
    ...{ claimId: CLAIM_ID, organisationId: uuid(1), runId: `run ${attempt}`, version: 1 },
    ...{ attempt, endToEndId: endToEndId(attempt), amountCents: CLAIM_CENTS, components },
    ...{ bankAccountId: uuid(900), iban: `IBAN ${attempt}` },
    ...change,
  },
});

const ofAttempt = (attempt: number) => ({
  ...{ claimId: CLAIM_ID, organisationId: uuid(1), runId: `run ${attempt}` },
  ...{ attempt, endToEndId: endToEndId(attempt), amountCents: CLAIM_CENTS },
});
const moving = (attempt: number) => ({ ...ofAttempt(attempt), components });
const evidence = (source: string) => ({ source, statementReference: `of ${source}` });

export const ordered = (attempt = 1): PaymentFact => ({
  type: 'PaymentOrdered',
  data: order(attempt).data,
});

export const settled = (
  source: string,
  from: 'inRun' | 'owed' = 'inRun',
  attempt = 1,
): PaymentFact => ({
  type: 'PaymentSettled',
  data: { ...moving(attempt), from, bookedOn: '2027-03-02', ...evidence(source) },
});

export const rejected = (source: string, reasonCode = 'AM09', attempt = 1): PaymentFact => ({
  type: 'PaymentRejected',
  data: { ...moving(attempt), reasonCode, ...account(reasonCode, attempt), ...evidence(source) },
});

export const returned = (source: string, reasonCode = 'AM09', attempt = 1): PaymentFact => ({
  type: 'PaymentReturned',
  data: {
    ...{ ...moving(attempt), reasonCode, ...account(reasonCode, attempt) },
    ...{ bookedOn: '2027-03-03', ...evidence(source) },
  },
});

const account = (reasonCode: string, attempt: number) => ({
  iban: `IBAN ${attempt}`,
  accountBarred: ['AC01', 'AC04', 'AC06'].includes(reasonCode),
});

export const granted = (nextAttempt = 2): PaymentFact => ({
  type: 'RepresentmentGranted',
  data: {
    ...{ claimId: CLAIM_ID, organisationId: uuid(1), nextAttempt },
    evidence: { endToEndId: endToEndId(nextAttempt - 1), reference: 'letter' },
    ...{ grantedBy: 'finance', grantedAt: '2027-03-04T09:00:00.000Z' },
  },
});

export const released: PaymentFact = {
  type: 'ClaimReleased',
  data: {
    ...{ claimId: CLAIM_ID, organisationId: uuid(1), runId: 'run 2' },
    ...{ amountCents: CLAIM_CENTS, components },
  },
};

export const withdrawn = (attempt = 2): PaymentFact => ({
  type: 'AttemptWithdrawn',
  data: { ...ofAttempt(attempt), version: 1 },
});

export const kept = (source: string, attempt = 1): PaymentFact => ({
  type: 'LateRejectionKept',
  data: { ...ofAttempt(attempt), reasonCode: 'AM09', ...evidence(source) },
});

export const disputed = (
  source: string,
  reason: string,
  { attempt = 1, debitCents = CLAIM_CENTS } = {},
): PaymentFact =>
  ({
    type: 'BookedDebitDisputed',
    data: {
      ...ofAttempt(attempt),
      debitCents,
      reason,
      bookedOn: '2027-03-02',
      ...evidence(source),
    },
  }) as PaymentFact;

export const settle = (source: string, attempt = 1, amountCents = CLAIM_CENTS): PaymentWish => ({
  type: 'SettlePayment',
  data: {
    ...{ endToEndId: endToEndId(attempt), amountCents, bookedOn: '2027-03-02' },
    ...evidence(source),
  },
});

export const reject = (source: string, reasonCode = 'AM09', attempt = 1): PaymentWish => ({
  type: 'RejectPayment',
  data: { endToEndId: endToEndId(attempt), reasonCode, ...evidence(source) },
});

export const giveBack = (
  source: string,
  { reasonCode = 'AM09', attempt = 1, amountCents = CLAIM_CENTS } = {},
): PaymentWish => ({
  type: 'ReturnPayment',
  data: {
    ...{ endToEndId: endToEndId(attempt), amountCents, reasonCode, bookedOn: '2027-03-03' },
    ...evidence(source),
  },
});

export const represent = (old = 1, isMachine = false): PaymentWish => ({
  type: 'RepresentPayment',
  data: {
    evidence: { endToEndId: endToEndId(old), reference: 'letter' },
    ...{ grantedBy: 'finance', isMachine, grantedAt: '2027-03-04T09:00:00.000Z' },
  },
});

export const release: PaymentWish = { type: 'ReleaseClaim', data: { runId: 'run 2' } };

export const withdraw = (runId = 'run 2', version = 1): PaymentWish => ({
  type: 'WithdrawAttempt',
  data: { runId, version },
});
