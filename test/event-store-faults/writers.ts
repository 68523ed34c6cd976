import {
  EventStoreDBClient,
  jsonEvent,
  WrongExpectedVersionError,
  type AppendResult,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
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
 * others share streams and expect any.
 */
export function startWriters(
  client: EventStoreDBClient,
  { count, name }: { count: number; name: string },
): Writers {
  const attempts: Attempt[] = [];
  const stopping = new AbortController();
  const running = Array.from({ length: count }, (_, i) =>
    i % 4 === 0
      ? write(client, attempts, stopping.signal, `${name}-shared-${i % 16}`, 'any')
      : write(client, attempts, stopping.signal, `${name}-own-${i}`, 'no_stream'),
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

async function write(
  client: EventStoreDBClient,
  attempts: Attempt[],
  stopping: AbortSignal,
  stream: string,
  first: 'any' | 'no_stream',
): Promise<void> {
  let expected: Attempt['expected'] = first;
  for (let i = 0; !stopping.aborted; i++) {
    const ids = Array.from({ length: 1 + (i % 3) }, () => randomUUID());
    const attempt: Attempt = { stream, expected, ids, outcome: 'open' };
    attempts.push(attempt);
    await send(client, attempt, stopping);
    if (attempt.outcome !== 'acknowledged') return;
    if (first !== 'any' && attempt.revision !== undefined) expected = attempt.revision;
  }
}

/** Sends an attempt, or sends it again with the same ids and expectation, and notes its outcome. */
export async function send(
  client: EventStoreDBClient,
  attempt: Attempt,
  stopping?: AbortSignal,
): Promise<void> {
  const events = attempt.ids.map((id, i) =>
    jsonEvent({ id, type: 'Written', data: { i, padding: 'x'.repeat(150) } }),
  );
  try {
    const appending = client.appendToStream(attempt.stream, events, {
      expectedRevision: attempt.expected,
    });
    attempt.revision = (await orNever(appending, stopping)).nextExpectedRevision;
    attempt.outcome = 'acknowledged';
  } catch (error) {
    attempt.outcome = error instanceof WrongExpectedVersionError ? 'refused' : 'unknown';
  }
}

/** The client may leave an append of a broken connection without an answer for ever. */
function orNever(appending: Promise<AppendResult>, stopping?: AbortSignal): Promise<AppendResult> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      void timers.push(setTimeout(reject, OUTCOME_MAX_MS, new Error('never')));
    const timers: NodeJS.Timeout[] = [];
    if (stopping?.aborted ?? true) giveUp();
    else stopping?.addEventListener('abort', giveUp, { once: true });
    const settled = (): void => {
      stopping?.removeEventListener('abort', giveUp);
      timers.forEach(clearTimeout);
    };
    void appending.then(resolve, reject).finally(settled);
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
