import type { RecordedEvent } from '@app/platform';
import type { LinesFrozen, LinesReleased, AmountsHeld } from '@app/reimbursement/contract';
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
