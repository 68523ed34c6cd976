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
  const log: Log = {
    byCommand: Map.groupBy(events, ({ metadata }) => metadata.commandId),
    byPosition: new Map(events.map((event) => [event.position, event])),
  };
  const told = new Set(changes.map((change) => judgeChange(change, log, verdict)));
  for (const [commandId, [first]] of log.byCommand) {
    if (first === undefined || first.metadata.actor.role === 'system') continue;
    if (told.has(commandId)) continue;
    verdict.doubled.push(`${first.type} in ${first.streamName}, command ${commandId}: no wish`);
  }
  return verdict;
}

type Log = Readonly<{
  byCommand: ReadonlyMap<string, readonly RecordedEvent[]>;
  byPosition: ReadonlyMap<bigint, RecordedEvent>;
}>;

/** Answers the command that did it, which is the wish's own unless something is wrong. */
function judgeChange(change: Change, { byCommand, byPosition }: Log, verdict: Verdict): string {
  const { name, key, outcome, position, commandId } = change;
  const what = `${name} key ${key}`;
  const own = byCommand.get(commandId) ?? [];
  if (outcome === 'open') verdict.broken.push(`${what} was never answered`);
  if (outcome === 'refused' && own[0] !== undefined) {
    const told = JSON.stringify(change.body);
    verdict.broken.push(`${what} is in ${own[0].streamName}, but was refused: ${told}`);
  }
  if (outcome !== 'acknowledged') return commandId;
  const told = position === undefined ? own.at(-1) : byPosition.get(position);
  const did = told?.metadata.commandId ?? commandId;
  const written = byCommand.get(did) ?? [];
  const [first] = written;
  if (told === undefined || first === undefined) {
    verdict.lost.push(`${what} was acknowledged at ${position} and is not in the log`);
    return commandId;
  }
  if (did !== commandId) verdict.broken.push(`${what} was done as ${did}, not as ${commandId}`);
  const inOnePiece = written.every(
    ({ streamName, revision }, at) =>
      streamName === first.streamName && revision === first.revision + at,
  );
  if (!inOnePiece) verdict.doubled.push(`${what} has effects apart: ${placesOf(written)}`);
  const more = written.filter((event) => event.position > told.position);
  if (more.length > 0) verdict.doubled.push(`${what} has more effects: ${placesOf(more)}`);
  return did;
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
