import type { RecordedEvent } from '@app/platform';
import type { RedemptionCancelled, VouchersRedeemed } from '@app/voucher-books/contract';
import type { Change } from './history';

/** `lost` and `doubled` count changes, vouchers and payments; each finding names one in words. */
export type Verdict = { lost: string[]; doubled: string[]; broken: string[] };

/**
 * Holds the whole log to what the clients were told: what was acknowledged is in it, in one piece and
 * once; what was refused is not; and nothing that a client can cause is there without its client.
 */
export function judgeChanges(
  changes: readonly Change[],
  events: readonly RecordedEvent[],
): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], broken: [] };
  const known = new Map(changes.map((change) => [change.commandId, change]));
  const written = Map.groupBy(events, ({ metadata }) => metadata.commandId);
  for (const change of changes) judgeChange(change, written.get(change.commandId) ?? [], verdict);
  for (const [commandId, [first]] of written) {
    if (first === undefined || first.metadata.actor.role === 'system') continue;
    if (known.has(commandId)) continue;
    verdict.doubled.push(`${first.type} in ${first.streamName}, command ${commandId}: no wish`);
  }
  return verdict;
}

function judgeChange(change: Change, written: readonly RecordedEvent[], verdict: Verdict): void {
  const { name, key, outcome, position } = change;
  const what = `${name} key ${key}`;
  if (outcome === 'open') verdict.broken.push(`${what} was never answered`);
  if (outcome === 'refused' && written.length > 0) {
    const told = JSON.stringify(change.body);
    verdict.broken.push(`${what} is in ${written[0]?.streamName}, but was refused: ${told}`);
  }
  if (outcome !== 'acknowledged') return;
  const [first] = written;
  if (first === undefined) {
    verdict.lost.push(`${what} was acknowledged at ${position} and is not in the log`);
    return;
  }
  const inOnePiece = written.every(
    ({ streamName, revision }, at) =>
      streamName === first.streamName && revision === first.revision + at,
  );
  if (!inOnePiece) verdict.doubled.push(`${what} has effects apart: ${placesOf(written)}`);
  const last = written.at(-1)?.position;
  if (position !== undefined && last !== position) {
    const list = last !== undefined && last > position ? verdict.doubled : verdict.broken;
    list.push(`${what} was acknowledged at ${position} and is at ${last} of the log`);
  }
}

const placesOf = (events: readonly RecordedEvent[]): string =>
  events.map(({ streamName, revision }) => `${streamName}@${revision}`).join(', ');

/** Vouchers that are redeemed while they are redeemed. */
export function vouchersUsedTwice(events: readonly RecordedEvent[]): string[] {
  const usedBy = new Map<string, string>();
  const found: string[] = [];
  for (const { type, data } of events) {
    if (type !== 'VouchersRedeemed' && type !== 'RedemptionCancelled') continue;
    const { book, vouchers, redemptionId } = data as (
      VouchersRedeemed | RedemptionCancelled
    )['data'];
    for (const voucher of vouchers) {
      const name = `voucher ${voucher} of book ${book}`;
      if (type === 'RedemptionCancelled') usedBy.delete(name);
      else if (usedBy.has(name)) found.push(`${name}: ${usedBy.get(name)} and ${redemptionId}`);
      else usedBy.set(name, redemptionId);
    }
  }
  return found;
}

/** Payments that the bank was given in more than one file. */
export function paidInTwoFiles(filesOf: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...filesOf]
    .filter(([, files]) => files.size > 1)
    .map(([endToEndId, files]) => `payment ${endToEndId} is in files ${[...files].join(', ')}`);
}
