import type { RecordedEvent } from '@app/platform';
import type {
  AmountsHeld,
  DebtRepaid,
  LinesFrozen,
  LinesReleased,
  PaymentOrdered,
  PaymentSettled,
} from '@app/reimbursement/contract';
import type { RedemptionCancelled, VouchersRedeemed } from '@app/voucher-books/contract';

/** Cents by agreement and place. */
export type ByPair = ReadonlyMap<string, number>;

/** What a run froze and held, and what by its cut-off had been redeemed and frozen by no run before. */
export type RunOfLog = Readonly<{
  runId: string;
  taken: ByPair;
  wasOwed: ByPair;
  lines: number;
  /** Cents of its lines. */
  frozenCents: number;
}>;

/**
 * Every run of a log beside the fold of its redemptions and cancellations up to the run's opening:
 * both are told by the log alone, none by a view. For logs without rejections and returns.
 */
export function runsOfLog(events: readonly RecordedEvent[]): readonly RunOfLog[] {
  const openings = events.filter(({ type }) => type === 'RunOpened');
  const frozenBefore = new Map<string, number>();
  return openings.map(({ data, position }) => {
    const { runId } = data as { runId: string };
    const wasOwed = new Map<string, number>();
    for (const event of events) {
      if (event.position > position) break;
      const moved = redeemedBy(event);
      if (moved) add(wasOwed, moved.pair, moved.cents);
    }
    for (const [pair, cents] of frozenBefore) add(wasOwed, pair, -cents);
    const own = events.filter(({ streamName }) => streamName === `run-${runId}`);
    const frozen = new Map<string, number>();
    const held = new Map<string, number>();
    let lines = 0;
    for (const { type, data: said } of own) {
      if (type === 'PreparationStarted') held.clear();
      if (type === 'LinesFrozen') lines += addLines(frozen, said as LinesFrozen['data'], 1);
      if (type === 'LinesReleased') lines += addLines(frozen, said as LinesReleased['data'], -1);
      if (type === 'AmountsHeld') addHeld(held, said as AmountsHeld['data']);
    }
    let frozenCents = 0;
    for (const [pair, cents] of frozen) {
      add(frozenBefore, pair, cents);
      frozenCents += cents;
    }
    for (const [pair, cents] of held) add(frozen, pair, cents);
    return { runId, taken: sorted(frozen), wasOwed: sorted(wasOwed), lines, frozenCents };
  });
}

/** Net redeemed by the end of the log. */
export function redeemedOf(events: readonly RecordedEvent[]): number {
  return events.reduce((sum, event) => sum + (redeemedBy(event)?.cents ?? 0), 0);
}

function redeemedBy({ type, data }: RecordedEvent): { pair: string; cents: number } | undefined {
  if (type !== 'VouchersRedeemed' && type !== 'RedemptionCancelled') return undefined;
  const { agreementId, placeId, coveredCents } = data as (
    VouchersRedeemed | RedemptionCancelled
  )['data'];
  const cents = type === 'VouchersRedeemed' ? coveredCents : -coveredCents;
  return { pair: `${agreementId} ${placeId}`, cents };
}

function addLines(
  to: Map<string, number>,
  { lines }: LinesFrozen['data'] | LinesReleased['data'],
  sign: 1 | -1,
): number {
  for (const { components } of lines) {
    for (const { agreementId, placeId, cents } of components) {
      add(to, `${agreementId} ${placeId}`, sign * cents);
    }
  }
  return sign * lines.length;
}

function addHeld(to: Map<string, number>, { held }: AmountsHeld['data']): void {
  for (const { agreementId, placeId, cents } of held.flatMap(({ components }) => components)) {
    add(to, `${agreementId} ${placeId}`, cents);
  }
}

const add = (to: Map<string, number>, pair: string, cents: number): void =>
  void to.set(pair, (to.get(pair) ?? 0) + cents);

const sorted = (sums: ByPair): ByPair =>
  new Map([...sums].filter(([, cents]) => cents !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));

export type RedemptionOfLog = Readonly<{
  redemptionId: string;
  isCancelled: boolean;
  /** Booked debits less returns of the payments it was part of; 1 where an older debt paid it. */
  timesPaid: number;
}>;

type Part = {
  redemptionId: string;
  pair: string;
  cents: number;
  position: bigint;
  claimId?: string;
};

/**
 * Which redemption was paid by which payment, told by the log alone: an ordinary line is made of all of
 * its pairs that came before its run's opening and that no claim has. Throws where a line is not just
 * that: then something is paid twice, or not at all.
 */
export function claimsOfLog(events: readonly RecordedEvent[]): Readonly<{
  redemptions: readonly RedemptionOfLog[];
  /** Net of returns, by end-to-end id. */
  paidCents: ReadonlyMap<string, number>;
}> {
  const parts = events.flatMap(partsOf);
  const openedAt = new Map<string, bigint>();
  const runOf = new Map<string, string>();
  const timesPaid = new Map<string, number>();
  const paidCents = new Map<string, number>();
  for (const { type, data, position } of events) {
    if (type === 'RunOpened') openedAt.set((data as { runId: string }).runId, position);
    if (type === 'ClaimReleased') {
      const { claimId } = data as { claimId: string };
      for (const part of parts) if (part.claimId === claimId) delete part.claimId;
    }
    if (type === 'PaymentOrdered') {
      const payment = data as PaymentOrdered['data'];
      runOf.set(payment.claimId, payment.runId);
      if (payment.attempt === 1) take(parts, payment, openedAt.get(payment.runId) ?? 0n);
    }
    if (type === 'PaymentSettled' || type === 'PaymentReturned') {
      const { claimId, endToEndId, amountCents } = data as PaymentSettled['data'];
      const times = type === 'PaymentSettled' ? 1 : -1;
      timesPaid.set(claimId, (timesPaid.get(claimId) ?? 0) + times);
      add(paidCents, endToEndId, times * amountCents);
    }
  }
  const cancelled = new Set(
    parts.filter(({ cents }) => cents < 0).map((part) => part.redemptionId),
  );
  // What is in no payment although nothing is owed was paid by what the place had too much before.
  const left = new Map<string, number>();
  for (const { pair, cents, claimId } of parts) if (claimId === undefined) add(left, pair, cents);
  const redemptions = parts
    .filter(({ cents, redemptionId }) => cents > 0 && redemptionId !== '')
    .map(({ redemptionId, claimId, pair }) => ({
      ...{ redemptionId, isCancelled: cancelled.has(redemptionId) },
      timesPaid:
        claimId === undefined ? Number(left.get(pair) === 0) : (timesPaid.get(claimId) ?? 0),
    }));
  return { redemptions, paidCents };
}

/** A redemption, a cancellation, or a debt repaid: that is owed again and of no redemption. */
function partsOf(event: RecordedEvent): readonly Part[] {
  const { position } = event;
  if (event.type === 'DebtRepaid') {
    const { components } = event.data as DebtRepaid['data'];
    return components.map(({ agreementId, placeId, cents }) => {
      return { redemptionId: '', pair: `${agreementId} ${placeId}`, cents, position };
    });
  }
  const moved = redeemedBy(event);
  if (!moved) return [];
  const { redemptionId } = event.data as VouchersRedeemed['data'];
  return [{ redemptionId, ...moved, position }];
}

function take(
  parts: readonly Part[],
  { claimId, endToEndId, components }: PaymentOrdered['data'],
  openedAt: bigint,
): void {
  for (const { agreementId, placeId, cents } of components) {
    const own = parts.filter(
      ({ pair, position, claimId: taken }) =>
        pair === `${agreementId} ${placeId}` && position < openedAt && taken === undefined,
    );
    const found = own.reduce((sum, part) => sum + part.cents, 0);
    if (found !== cents) throw new Error(`${endToEndId} pays ${cents} where ${found} were owed`);
    for (const part of own) part.claimId = claimId;
  }
}
