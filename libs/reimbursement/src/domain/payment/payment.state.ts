import type { Component, PaymentFact, PaymentOrdered } from '../../contract';

export type Attempt = Pick<
  PaymentOrdered['data'],
  'attempt' | 'runId' | 'version' | 'endToEndId' | 'iban'
> &
  Readonly<{ status: 'ordered' | 'settled' | 'rejected' | 'returned' }>;

export type Claim = Readonly<{
  status: 'open';
  claimId: string;
  organisationId: string;
  amountCents: number;
  components: readonly Component[];
  /** Oldest first, never empty; only the last can be ordered or settled. */
  attempts: readonly [Attempt, ...Attempt[]];
  /** The next run takes it as its next attempt. */
  granted: boolean;
  released: boolean;
  returns: number;
  barredIbans: readonly string[];
  /** Of every answer of the bank that was taken in. */
  sources: readonly string[];
}>;

export type Payment = { status: 'none' } | Claim;

export const lastAttempt = ({ attempts }: Claim): Attempt => attempts.at(-1) ?? attempts[0];

/** Folds one fact; `payment.ts` states the rules by which facts come about. */
export function evolve(state: Payment, fact: PaymentFact): Payment {
  if (fact.type === 'PaymentOrdered') return ordered(state, fact.data);
  if (state.status === 'none') return state;
  switch (fact.type) {
    case 'AttemptWithdrawn': {
      const [first, ...others] = state.attempts.slice(0, -1);
      // Only a re-presentment is ordered before its file, so there is an attempt before it.
      return first ? { ...state, attempts: [first, ...others], granted: true } : state;
    }
    case 'PaymentSettled':
      return answered({ ...state, granted: false }, fact.data.source, 'settled');
    case 'PaymentRejected':
      return barred(answered(state, fact.data.source, 'rejected'), fact.data);
    case 'PaymentReturned':
      return barred(
        answered({ ...state, returns: state.returns + 1 }, fact.data.source, 'returned'),
        fact.data,
      );
    case 'LateRejectionKept':
    case 'BookedDebitDisputed':
      return { ...state, sources: [...state.sources, fact.data.source] };
    case 'RepresentmentGranted':
      return { ...state, granted: true };
    case 'ClaimReleased':
      return { ...state, released: true, granted: false };
  }
}

const ordered = (state: Payment, data: PaymentOrdered['data']): Claim => {
  const { claimId, organisationId, amountCents, components } = data;
  const { attempt, runId, version, endToEndId, iban } = data;
  const next: Attempt = { attempt, runId, version, endToEndId, iban, status: 'ordered' };
  if (state.status === 'open') {
    return { ...state, attempts: [...state.attempts, next], granted: false };
  }
  return {
    status: 'open',
    ...{ claimId, organisationId, amountCents, components },
    attempts: [next],
    ...{ granted: false, released: false, returns: 0 },
    ...{ barredIbans: [], sources: [] },
  };
};

const answered = (state: Claim, source: string, status: Attempt['status']): Claim => {
  const { attempts, sources } = state;
  const [first, ...others] = attempts.map((attempt, index) =>
    index === attempts.length - 1 ? { ...attempt, status } : attempt,
  );
  return {
    ...state,
    attempts: [first ?? attempts[0], ...others],
    sources: [...sources, source],
  };
};

const barred = (
  state: Claim,
  { iban, accountBarred }: Readonly<{ iban: string; accountBarred: boolean }>,
): Claim => (accountBarred ? { ...state, barredIbans: [...state.barredIbans, iban] } : state);
