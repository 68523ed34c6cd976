import type { EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { Appender } from './appenders';
import type { Attempt, Written } from './ledger';

/** An outcome that has not come this long after its server was killed never comes. */
const OUTCOME_MAX_MS = 20_000;

/** Writers that append until they are told to stop or meet their first unknown outcome. */
export type Writers = Readonly<{
  attempts: Attempt[];
  /** Appends sent and not answered at this moment. */
  open: () => number;
  /** No further append is sent; resolves once every open one has an outcome. */
  stop: () => Promise<void>;
}>;

/**
 * `count` writers at once: three of four have a stream of their own and expect its revision, the
 * others share streams and expect any, if the appender can.
 */
export function startWriters(
  appender: Appender,
  { count, name }: { count: number; name: string },
): Writers {
  const attempts: Attempt[] = [];
  const stopping = new AbortController();
  const write = async (stream: string, first: 'any' | 'no_stream'): Promise<void> => {
    let expected: Attempt['expected'] = first;
    for (let i = 0; !stopping.signal.aborted; i++) {
      const ids = Array.from({ length: 1 + (i % 3) }, () => randomUUID());
      const attempt: Attempt = { stream, expected, ids, outcome: 'open' };
      attempts.push(attempt);
      await send(appender, attempt, stopping.signal);
      if (attempt.outcome !== 'acknowledged') return;
      if (first !== 'any' && attempt.revision !== undefined) expected = attempt.revision;
    }
  };
  const running = Array.from({ length: count }, (_, i) =>
    i % 4 === 0 && appender.knowsAny
      ? write(`${name}-shared-${i % 16}`, 'any')
      : write(`${name}-own-${i}`, 'no_stream'),
  );
  return {
    attempts,
    open: () => attempts.filter(({ outcome }) => outcome === 'open').length,
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/**
 * Sends an attempt, or sends it again with the same ids and expectation, and notes its outcome.
 * The wait for it is bounded from the moment `stopping` aborts, or from now on without one.
 */
export async function send(
  appender: Appender,
  attempt: Attempt,
  stopping: AbortSignal = AbortSignal.abort(),
): Promise<void> {
  try {
    attempt.revision = await orNever(appender.append(attempt), stopping);
    attempt.outcome = 'acknowledged';
  } catch (error) {
    attempt.outcome = appender.outcomeOf(error);
  }
}

/** The vendor's client may leave an append of a broken connection without an answer for ever. */
function orNever(appending: Promise<bigint>, stopping: AbortSignal): Promise<bigint> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      timer = setTimeout(reject, OUTCOME_MAX_MS, new Error('no outcome'));
    };
    const settled = (): void => {
      stopping.removeEventListener('abort', giveUp);
      clearTimeout(timer);
    };
    if (stopping.aborted) giveUp();
    else stopping.addEventListener('abort', giveUp, { once: true });
    void appending.finally(settled).then(resolve, reject);
  });
}

/** What the log holds after a position (exclusive), stream by stream, and where it ends. */
export async function readLog(
  client: EventStoreDBClient,
  after: bigint | undefined,
): Promise<{ log: Map<string, Written[]>; last: bigint | undefined }> {
  const log = new Map<string, Written[]>();
  let last = after;
  const from = after === undefined ? 'start' : { commit: after, prepare: after };
  for await (const { event } of client.readAll({ fromPosition: from })) {
    if (!event || event.position.commit === after) continue;
    last = event.position.commit;
    if (event.streamId.startsWith('$')) continue;
    const stream = log.get(event.streamId) ?? [];
    stream.push({ id: event.id, revision: event.revision });
    log.set(event.streamId, stream);
  }
  return { log, last };
}
