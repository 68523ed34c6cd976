import { randomBytes } from 'node:crypto';
import { AppendConnection } from './append-connection';
import { assertAppendable, type AppendPort } from './append-port';
import { FrameBatch, type BatchAnswer } from './batch-append-wire';
import type { ConnectionSettings, Endpoint } from './connection-string';
import {
  AppendRefused,
  OutcomeUnknown,
  StoreUnavailable,
  type Appended,
  type AppendInput,
} from './event-store';
import { GRPC, type CallEnd } from './grpc-session';
import { findLeader } from './leader';

export type Http2AppendWriterOptions = Readonly<{
  settings: ConnectionSettings;
  /** After this long an append that was sent is of unknown outcome, ± `SWEEP_MS`. */
  deadlineMs: number;
  limits?: Partial<WriterLimits>;
}>;

export type WriterLimits = Readonly<{
  /** Appends not answered yet; one more is refused at once, since waiting would not make room. */
  appendsMax: number;
  /** Bytes not sent yet, ours and the socket's. */
  bytesMax: number;
  connectTimeoutMs: number;
  /** Pause before connecting again: random up to this, doubled with every failure up to the max. */
  reconnectMs: number;
  reconnectMsMax: number;
}>;

const LIMITS: WriterLimits = {
  appendsMax: 8_192,
  bytesMax: 16 * 1024 * 1024,
  connectTimeoutMs: 3_000,
  reconnectMs: 50,
  reconnectMsMax: 1_000,
};

/** How often deadlines are looked at: one timer for all instead of one for each. */
const SWEEP_MS = 25;

type Pending = {
  readonly correlation: number;
  readonly input: AppendInput;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
  readonly deadlineAt: number;
  /** Where its frame lies in the batch until it is sent. */
  readonly from: number;
  readonly to: number;
  sentOn: AppendConnection | undefined;
};

/**
 * Appends over one BatchAppend call on one HTTP/2 session. All appends of a turn of the event loop
 * leave in one write; answers come in any order and are matched by correlation id. While there is no
 * connection appends wait for the one being made, and are refused at once between two tries.
 */
export class Http2AppendWriter implements AppendPort {
  readonly #settings: ConnectionSettings;
  readonly #deadlineMs: number;
  readonly #limits: WriterLimits;
  readonly #pending: PendingAppends;
  readonly #batch = new FrameBatch();
  /** Correlation ids: 80 random bits of this writer, then a counter of 48. */
  readonly #correlationPrefix = correlationPrefix();
  #unsent: Pending[] = [];
  #flush: NodeJS.Immediate | undefined;
  #connection: AppendConnection | undefined;
  #state: 'connecting' | 'connected' | 'waiting' | 'closed' = 'connecting';
  #failures = 0;
  #lastFailure: unknown;
  #leader: Endpoint | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor({ settings, deadlineMs, limits }: Http2AppendWriterOptions) {
    this.#settings = settings;
    this.#deadlineMs = deadlineMs;
    this.#limits = { ...LIMITS, ...limits };
    this.#pending = new PendingAppends(this.#limits.appendsMax);
    void this.#connect();
  }

  append(input: AppendInput): Promise<Appended> {
    return new Promise((resolve, reject) => {
      assertAppendable(input);
      this.#assertRoom(input);
      const deadlineMs = input.deadlineMs ?? this.#deadlineMs;
      const correlation = this.#pending.nextCorrelation();
      const from = this.#batch.length;
      const uuid = this.#correlationPrefix + correlation.toString(16).padStart(12, '0');
      this.#batch.add(input, uuid, Date.now() + deadlineMs);
      const deadlineAt = performance.now() + deadlineMs;
      const to = this.#batch.length;
      const pending: Pending = {
        correlation,
        input,
        resolve,
        reject,
        deadlineAt,
        from,
        to,
        sentOn: undefined,
      };
      this.#pending.add(pending);
      this.#unsent.push(pending);
      this.#flush ??= setImmediate(() => this.#send());
      this.#sweep ??= setInterval(() => this.#expire(), SWEEP_MS);
    });
  }

  close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#reconnect);
    this.#connection?.close();
    for (const pending of this.#pending.list()) {
      const closed = new Error('the writer was closed');
      if (pending.sentOn === undefined)
        this.#reject(pending, new StoreUnavailable('closed', closed));
      else this.#reject(pending, new OutcomeUnknown(pending.input.streamName, closed));
    }
    return Promise.resolve();
  }

  #assertRoom({ streamName }: AppendInput): void {
    const { appendsMax, bytesMax } = this.#limits;
    if (this.#state === 'closed') throw new StoreUnavailable('the event store client is closed');
    if (this.#state === 'waiting') {
      throw new StoreUnavailable('the event store cannot be reached', this.#lastFailure);
    }
    const bytes = this.#batch.length + (this.#connection?.bytesWaiting ?? 0);
    if (this.#pending.size >= appendsMax || bytes >= bytesMax) {
      throw new StoreUnavailable(`${streamName}: too many appends are under way`);
    }
  }

  #send(): void {
    this.#flush = undefined;
    const connection = this.#connection;
    if (connection === undefined) return;
    const waiting = this.#unsent.filter((pending) => this.#pending.has(pending));
    if (waiting.length === this.#unsent.length) {
      connection.send(this.#batch.copy(0, this.#batch.length));
    } else {
      // Some gave up while there was no connection; they said "not sent", so they must not be.
      const frames = waiting.map(({ from, to }) => this.#batch.copy(from, to));
      connection.send(Buffer.concat(frames));
    }
    for (const pending of waiting) pending.sentOn = connection;
    this.#forgetUnsent();
  }

  #forgetUnsent(): void {
    this.#unsent = [];
    this.#batch.clear();
  }

  #answer({ correlation, settle }: BatchAnswer): void {
    const pending = this.#pending.find(correlation);
    // Without one it is the late answer of an append whose deadline has passed.
    if (pending === undefined) return;
    this.#forget(pending);
    try {
      pending.resolve(settle(pending.input));
    } catch (error) {
      pending.reject(error as Error);
    }
  }

  #expire(): void {
    const now = performance.now();
    for (const pending of this.#pending.list()) {
      if (pending.deadlineAt > now) continue;
      const late = new Error('no answer before the deadline');
      if (pending.sentOn === undefined) {
        this.#reject(pending, new StoreUnavailable('no connection before the deadline', late));
      } else this.#reject(pending, new OutcomeUnknown(pending.input.streamName, late));
    }
  }

  #reject(pending: Pending, error: Error): void {
    if (!this.#pending.has(pending)) return;
    pending.reject(error);
    this.#forget(pending);
  }

  #forget(pending: Pending): void {
    this.#pending.delete(pending);
    if (this.#pending.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  async #connect(): Promise<void> {
    this.#state = 'connecting';
    const { connectTimeoutMs } = this.#limits;
    try {
      const endpoint = this.#leader ?? (await findLeader(this.#settings, connectTimeoutMs));
      this.#leader = undefined;
      const connection = await AppendConnection.open(endpoint, this.#settings, {
        connectTimeoutMs,
        onAnswer: (answer) => this.#answered(answer),
        onDraining: (draining) => this.#left(draining),
        onEnd: (ended, end) => this.#ended(ended, end),
      });
      if (this.#isClosed()) return connection.close();
      this.#connection = connection;
      this.#state = 'connected';
      this.#send();
    } catch (error) {
      this.#fail(error);
    }
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #answered(answer: BatchAnswer): void {
    this.#failures = 0;
    this.#answer(answer);
  }

  #left(connection: AppendConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (!this.#isClosed()) void this.#connect();
  }

  #ended(connection: AppendConnection, end: CallEnd): void {
    for (const pending of this.#pending.list()) {
      if (pending.sentOn !== connection) continue;
      this.#reject(pending, errorOfLost(pending.input, end, connection.hasAnswered));
    }
    if (end.leader !== undefined) this.#leader = end.leader;
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#fail(new Error(end.message));
  }

  /** Nothing that is still unsent was ever written, so it is refused instead of kept waiting. */
  #fail(error: unknown): void {
    if (this.#isClosed()) return;
    this.#state = 'waiting';
    this.#lastFailure = error;
    const unsent = this.#unsent;
    this.#forgetUnsent();
    for (const pending of unsent) {
      this.#reject(pending, new StoreUnavailable('the event store cannot be reached', error));
    }
    const { reconnectMs, reconnectMsMax } = this.#limits;
    const ms = Math.min(reconnectMs * 2 ** this.#failures, reconnectMsMax) * Math.random();
    this.#failures += 1;
    this.#reconnect = setTimeout(() => void this.#connect(), ms);
  }
}

/** By their correlation ids, in places made once: a Map would grow and shrink with every tide of them. */
class PendingAppends {
  readonly #places: (Pending | undefined)[];
  #last = 0;
  #size = 0;

  constructor(appendsMax: number) {
    this.#places = new Array<undefined>(appendsMax).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  /** The next one whose place is free: there is one as long as fewer are pending than may be. */
  nextCorrelation(): number {
    do this.#last += 1;
    while (this.#places[this.#last % this.#places.length] !== undefined);
    return this.#last;
  }

  add(pending: Pending): void {
    this.#places[pending.correlation % this.#places.length] = pending;
    this.#size += 1;
  }

  find(correlation: number): Pending | undefined {
    const pending = this.#places[correlation % this.#places.length];
    return pending?.correlation === correlation ? pending : undefined;
  }

  has({ correlation }: Pending): boolean {
    return this.find(correlation) !== undefined;
  }

  delete({ correlation }: Pending): void {
    if (this.find(correlation) === undefined) return;
    this.#places[correlation % this.#places.length] = undefined;
    this.#size -= 1;
  }

  /** Those there are now, as they are settled one by one. */
  list(): readonly Pending[] {
    return this.#places.filter((pending) => pending !== undefined);
  }
}

/** A UUID without its last group. */
function correlationPrefix(): string {
  const hex = randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-`;
}

/** What the end of a call says of an append it has not answered. */
function errorOfLost({ streamName }: AppendInput, end: CallEnd, hasAnswered: boolean): Error {
  const cause = new Error(end.message);
  if (!hasAnswered && (end.code === GRPC.permissionDenied || end.code === GRPC.unauthenticated)) {
    return new AppendRefused(streamName, 'access-denied', cause);
  }
  if (!hasAnswered && end.code === GRPC.unimplemented) {
    return new StoreUnavailable('the server has no BatchAppend: use the client writer', cause);
  }
  return new OutcomeUnknown(streamName, cause);
}
