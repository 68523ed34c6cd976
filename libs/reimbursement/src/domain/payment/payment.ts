import type { Decider } from '@app/kernel';
import type { BookedDebitDisputed, PaymentFact } from '../../contract';
import { refuse } from '../refuse';
import { ATTEMPTS_MAX, endToEndIdOf } from '../run/end-to-end-ids';
import type {
  OrderPayment,
  PaymentWish,
  RejectPayment,
  ReleaseClaim,
  RepresentPayment,
  ReturnPayment,
  SettlePayment,
  WithdrawAttempt,
} from './payment.messages';
import { evolve, lastAttempt, type Attempt, type Claim, type Payment } from './payment.state';

/**
 * One claim of one organisation in one run, with its attempts. Only a booked debit makes it paid, only
 * a camt return undoes that, and what a rejection or return puts back in owed stays the claim's until
 * it is paid after all, re-presented or released.
 */
export const payment: Decider<PaymentWish, Payment, PaymentFact> = {
  name: 'payment',
  initialState: { status: 'none' },
  evolve,

  decide: (wish, state) => {
    if (wish.type === 'OrderPayment') return order(wish, state);
    if (state.status === 'none') return refuse('payment_unknown');
    switch (wish.type) {
      case 'WithdrawAttempt':
        return withdraw(wish, state);
      case 'SettlePayment':
        return settle(wish, state);
      case 'RejectPayment':
        return reject(wish, state);
      case 'ReturnPayment':
        return returnPayment(wish, state);
      case 'RepresentPayment':
        return represent(wish, state);
      case 'ReleaseClaim':
        return release(wish, state);
    }
  },
};

/** ISO reason codes after which nothing is sent to that account again: wrong, closed, blocked. */
const BARRING_REASONS: ReadonlySet<string> = new Set(['AC01', 'AC04', 'AC06']);

function order({ data }: OrderPayment, state: Payment): readonly PaymentFact[] {
  const { attempt, endToEndId, runId, version } = data;
  if (endToEndId !== endToEndIdOf(data.claimId, attempt)) return refuse('claim_differs');
  if (state.status === 'none') {
    return attempt === 1 ? [{ type: 'PaymentOrdered', data }] : refuse('payment_unknown');
  }
  const known = state.attempts.find((each) => each.endToEndId === endToEndId);
  if (known)
    return known.runId === runId && known.version === version ? [] : refuse('claim_changed');
  if (!state.granted || attempt !== lastAttempt(state).attempt + 1) return refuse('claim_changed');
  if (!sameClaim(data, state)) return refuse('claim_differs');
  if (state.barredIbans.includes(data.iban)) return refuse('bank_account_barred');
  return [{ type: 'PaymentOrdered', data }];
}

/** Safe for any version that was released: none of it was ever in a file. */
function withdraw({ data }: WithdrawAttempt, state: Claim): readonly PaymentFact[] {
  const { runId, version, status, attempt, endToEndId } = lastAttempt(state);
  const isThis = runId === data.runId && version === data.version;
  if (!isThis || status !== 'ordered' || attempt === 1) return [];
  return [
    {
      type: 'AttemptWithdrawn',
      data: { ...ofAttempt(state, { runId, attempt, endToEndId }), version },
    },
  ];
}

function settle({ data }: SettlePayment, state: Claim): readonly PaymentFact[] {
  const { amountCents: debitCents, bookedOn, source, statementReference } = data;
  if (state.sources.includes(source)) return [];
  const attempt = findAttempt(state, data.endToEndId);
  const evidence = { bookedOn, source, statementReference };
  const dispute = (reason: BookedDebitDisputed['data']['reason']): readonly PaymentFact[] => [
    {
      type: 'BookedDebitDisputed',
      data: { ...ofAttempt(state, attempt), debitCents, reason, ...evidence },
    },
  ];
  if (debitCents !== state.amountCents) return dispute('amount_differs');
  if (attempt !== lastAttempt(state)) return dispute('later_attempt');
  if (attempt.status === 'settled') return dispute('settled_before');
  if (attempt.status === 'returned') return dispute('returned_before');
  if (state.released) return dispute('claim_released');
  const from = attempt.status === 'ordered' ? 'inRun' : 'owed';
  return [{ type: 'PaymentSettled', data: { ...moving(state, attempt), from, ...evidence } }];
}

function reject({ data }: RejectPayment, state: Claim): readonly PaymentFact[] {
  const { reasonCode, source, statementReference } = data;
  if (state.sources.includes(source)) return [];
  const attempt = findAttempt(state, data.endToEndId);
  const evidence = { reasonCode, source, statementReference };
  if (attempt.status === 'rejected') return [];
  if (attempt.status !== 'ordered') {
    return [{ type: 'LateRejectionKept', data: { ...ofAttempt(state, attempt), ...evidence } }];
  }
  const account = accountOf(attempt, reasonCode);
  return [
    { type: 'PaymentRejected', data: { ...moving(state, attempt), ...account, ...evidence } },
  ];
}

function returnPayment({ data }: ReturnPayment, state: Claim): readonly PaymentFact[] {
  const { reasonCode, bookedOn, source, statementReference } = data;
  if (state.sources.includes(source)) return [];
  const attempt = findAttempt(state, data.endToEndId);
  if (attempt.status === 'returned') return refuse('already_so');
  // Reports come in disorder: the return waits until its debit is known.
  if (attempt.status !== 'settled') return refuse('payment_not_settled');
  if (data.amountCents !== state.amountCents) return refuse('amount_differs');
  const evidence = { reasonCode, bookedOn, source, statementReference };
  const account = accountOf(attempt, reasonCode);
  return [
    { type: 'PaymentReturned', data: { ...moving(state, attempt), ...account, ...evidence } },
  ];
}

function represent({ data }: RepresentPayment, state: Claim): readonly PaymentFact[] {
  const { isMachine, ...granted } = data;
  const { status, endToEndId, attempt } = lastAttempt(state);
  if (state.granted) return refuse('already_so');
  if (state.released || (status !== 'rejected' && status !== 'returned')) {
    return refuse('claim_not_open');
  }
  if (data.evidence.endToEndId !== endToEndId) return refuse('evidence_differs');
  if (isMachine && state.returns >= 2) return refuse('person_required');
  if (attempt === ATTEMPTS_MAX) return refuse('attempts_exhausted');
  const { claimId, organisationId } = state;
  return [
    {
      type: 'RepresentmentGranted',
      data: { claimId, organisationId, nextAttempt: attempt + 1, ...granted },
    },
  ];
}

function release({ data }: ReleaseClaim, state: Claim): readonly PaymentFact[] {
  if (state.released) return [];
  const { status } = lastAttempt(state);
  if (status !== 'rejected' && status !== 'returned') return refuse('claim_not_open');
  const { claimId, organisationId, amountCents, components } = state;
  return [
    {
      type: 'ClaimReleased',
      data: { claimId, organisationId, runId: data.runId, amountCents, components },
    },
  ];
}

/** @throws DomainError `payment_unknown` when no attempt of the claim had that id. */
const findAttempt = ({ attempts }: Claim, endToEndId: string): Attempt =>
  attempts.find((attempt) => attempt.endToEndId === endToEndId) ?? refuse('payment_unknown');

const ofAttempt = (
  { claimId, organisationId, amountCents }: Claim,
  { runId, attempt, endToEndId }: Pick<Attempt, 'runId' | 'attempt' | 'endToEndId'>,
) => ({ claimId, organisationId, runId, attempt, endToEndId, amountCents });

const moving = (state: Claim, attempt: Attempt) => ({
  ...ofAttempt(state, attempt),
  components: state.components,
});

const accountOf = ({ iban }: Attempt, reasonCode: string) => ({
  iban,
  accountBarred: BARRING_REASONS.has(reasonCode),
});

/** Unmerged: what is re-presented is what failed, cent by cent. */
const sameClaim = (
  { organisationId, amountCents, components }: OrderPayment['data'],
  state: Claim,
): boolean =>
  organisationId === state.organisationId &&
  amountCents === state.amountCents &&
  partsOf(components) === partsOf(state.components);

const partsOf = (components: Claim['components']): string =>
  components
    .map(({ agreementId, placeId, cents }) => `${agreementId} ${placeId} ${cents}`)
    .sort()
    .join();
