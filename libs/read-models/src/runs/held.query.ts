import type { ReadStore } from '@app/platform';
import type { HoldReason } from '@app/reimbursement/contract';
import type { OwedPair } from '../ledger/balances.query';
import { runs } from './runs.projection';
import type { PaymentRow, PaymentStepRow, RunPartRow, RunVersionRow } from './runs.tables';

const { runVersions, runParts, payments, paymentSteps } = runs.table;

export type Held = Readonly<{
  /** Part of what is owed. */
  heldCents: number;
  heldReasons: readonly Readonly<{ reason: HoldReason; cents: number }>[];
}>;

type Of = Readonly<{ placeId: string } | { organisationId: string }>;
type Part = Pick<RunPartRow, 'agreementId' | 'placeId' | 'cents'> &
  Readonly<{ reason: HoldReason }>;

/**
 * What of owed waits, and why: what the version of a run prepared last has held, and what rejected and
 * returned payments have put back, which only their re-presentments pay.
 */
export class HeldQueries {
  constructor(private readonly store: ReadStore) {}

  /** @param owed of the same place or organisation at the same instant: nothing else is held. */
  getHeld(of: Of, owed: readonly OwedPair[], asOf?: Date): Held {
    return this.store.snapshot(() => {
      const atMs = asOf?.getTime() ?? Number.MAX_SAFE_INTEGER;
      const parts =
        'placeId' in of
          ? this.#partsHeld('placeId', of.placeId, atMs)
          : this.#partsHeld('organisationId', of.organisationId, atMs);
      return heldOf(parts, owed);
    });
  }

  #partsHeld(column: Column, id: string, atMs: number): readonly Part[] {
    const last = this.#lastPrepared(atMs);
    const parts = last === undefined ? [] : this.#partsOf(last, column, id);
    const held = parts.flatMap(({ reason, ...part }) =>
      reason === '' ? [] : [{ ...part, reason }],
    );
    const ordinary = held.filter(({ claimId }) => claimId === '');
    const reasons = new Map(held.map(({ claimId, reason }) => [claimId, reason]));
    // A version that failed has given back what it had frozen.
    const isFrozen = last !== undefined && !hasFailed(last, atMs);
    const frozen = new Map(
      isFrozen ? parts.map(({ claimId, attempt }) => [claimId, attempt]) : undefined,
    );
    const claims = this.#openClaims(column, id, atMs)
      .filter(({ claimId, failedAttempt }) => (frozen.get(claimId) ?? 0) <= failedAttempt)
      .flatMap(({ claimId, components }) =>
        components
          .filter(({ placeId }) => column !== 'placeId' || placeId === id)
          .map((component) => ({ ...component, reason: reasons.get(claimId) ?? CLAIM_OPEN })),
      );
    return [...ordinary, ...claims];
  }

  #lastPrepared(atMs: number): RunVersionRow | undefined {
    const tail = `WHERE preparedMs <= ? ORDER BY number DESC, version DESC LIMIT 1`;
    return this.store.rows(runVersions, tail, atMs)[0];
  }

  #partsOf({ runId, version }: RunVersionRow, column: Column, id: string): readonly RunPartRow[] {
    const tail = `WHERE "${column}" = ? AND runId = ? AND version = ?`;
    return this.store.rows(runParts, tail, id, runId, version);
  }

  /** Rejected or returned by then, and neither paid, ordered again nor released. */
  #openClaims(column: Column, id: string, atMs: number): readonly OpenClaim[] {
    const ofParts = `WHERE claimId IN (
      SELECT claimId FROM "${runParts.name}" WHERE "${column}" = ? AND claimId <> '')`;
    return this.store.rows(payments, ofParts, id).flatMap(({ claimId, components }) => {
      const tail = 'WHERE claimId = ? AND atMs <= ? ORDER BY position';
      const failedAttempt = findFailed(this.store.rows(paymentSteps, tail, claimId, atMs));
      return failedAttempt === undefined ? [] : [{ claimId, components, failedAttempt }];
    });
  }
}

type OpenClaim = Pick<PaymentRow, 'claimId' | 'components'> & Readonly<{ failedAttempt: number }>;

type Column = 'placeId' | 'organisationId';

const hasFailed = ({ failure }: RunVersionRow, atMs: number): boolean =>
  failure !== null && Date.parse(failure.at) <= atMs;

const CLAIM_OPEN: HoldReason = 'claim_open';

/** The attempt after which the parts of a claim with these steps wait in owed; undefined: they do not. */
const findFailed = (steps: readonly PaymentStepRow[]): number | undefined => {
  const last = steps.findLast(({ step }) => MOVING_STEPS.has(step))?.step;
  if (last !== 'rejected' && last !== 'returned' && last !== 'withdrawn') return undefined;
  return steps.findLast(({ step }) => step === 'rejected' || step === 'returned')?.attempt;
};

/** The others change nothing about where a claim's parts are. */
const MOVING_STEPS: ReadonlySet<PaymentStepRow['step']> = new Set([
  ...(['ordered', 'withdrawn', 'settled', 'rejected', 'returned', 'released'] as const),
]);

/** Never more of a pair than is owed: a cancellation may have taken what was held. */
const heldOf = (parts: readonly Part[], owed: readonly OwedPair[]): Held => {
  const left = new Map(owed.map((pair) => [keyOf(pair), Math.max(pair.owedCents, 0)]));
  const byReason = new Map<HoldReason, number>();
  for (const part of parts) {
    const cents = Math.min(Math.max(part.cents, 0), left.get(keyOf(part)) ?? 0);
    if (cents === 0) continue;
    left.set(keyOf(part), (left.get(keyOf(part)) ?? 0) - cents);
    byReason.set(part.reason, (byReason.get(part.reason) ?? 0) + cents);
  }
  const heldReasons = [...byReason].map(([reason, cents]) => ({ reason, cents }));
  const heldCents = heldReasons.reduce((sum, { cents }) => sum + cents, 0);
  return { heldCents, heldReasons };
};

const keyOf = ({ agreementId, placeId }: Pick<OwedPair, 'agreementId' | 'placeId'>): string =>
  `${agreementId} ${placeId}`;
