import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { ConnectionSettings } from './connection-string';
import { StoreUnavailable, type FollowOptions, type Position } from './event-store';
import {
  callHeaders,
  FrameSplitter,
  GRPC,
  keepAlive,
  openSession,
  readCallEnd,
  type CallEnd,
} from './grpc-session';
import { findLeader } from './leader';
import type { LogItem, LogSubscription } from './log-following';
import { encodeSubscription, readLogItem } from './read-wire';

const CONNECT_TIMEOUT_MS = 3_000;

/** A view that nothing concerns moves on at least this often. */
const WINDOW_EVENTS = 1_000;

/**
 * A subscription to $all on an HTTP/2 session of its own. Messages wait undecoded; beyond twice a
 * batch the call is paused, and the server held back by flow control.
 */
export class Http2LogSubscription implements LogSubscription {
  readonly #waitingMax: number;
  readonly #isKnown: FollowOptions['isKnown'];
  #waiting: Buffer[] = [];
  #session: ClientHttp2Session | undefined;
  #call: ClientHttp2Stream | undefined;
  #isCancelled = false;
  #atEndOfTurn: NodeJS.Immediate | undefined;
  #end: Readonly<{ error?: Error }> | undefined;
  #wake: () => void = () => undefined;

  constructor(
    settings: ConnectionSettings,
    after: Position | undefined,
    { types, batchMax, isKnown }: Pick<FollowOptions, 'types' | 'batchMax' | 'isKnown'>,
  ) {
    this.#isKnown = isKnown;
    this.#waitingMax = 2 * batchMax;
    const request = encodeSubscription({ after, types, windowEvents: WINDOW_EVENTS });
    this.#open(settings, request).catch((error: unknown) => this.#fail(error));
  }

  async next(max: number): Promise<readonly LogItem[] | undefined> {
    for (;;) {
      if (this.#isCancelled) return undefined;
      const items = this.#take(max);
      if (items.length > 0) return items;
      // What was taken was of no use, and nobody wakes for what waits already.
      if (this.#waiting.length > 0) continue;
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#waiting = [];
    this.#session?.destroy();
    this.#wake();
  }

  #take(max: number): readonly LogItem[] {
    const messages = this.#waiting.splice(0, max);
    if (this.#waiting.length < this.#waitingMax) this.#call?.resume();
    const items: LogItem[] = [];
    for (const message of messages) {
      const item = readLogItem(message, this.#isKnown);
      if (item === undefined) continue;
      // Of checkpoints in a row only the last says anything.
      if (item.kind === 'checkpoint' && items.at(-1)?.kind === 'checkpoint') items.pop();
      items.push(item);
    }
    return items;
  }

  async #open(settings: ConnectionSettings, request: Buffer): Promise<void> {
    const endpoint = await findLeader(settings, CONNECT_TIMEOUT_MS);
    const session = await openSession(endpoint, settings, CONNECT_TIMEOUT_MS);
    if (this.#isCancelled) return session.destroy();
    this.#session = session;
    let end: CallEnd = { code: undefined, message: 'the connection was lost' };
    const lose = ({ message }: Error): void => void (end = { code: undefined, message });
    const stopPings = keepAlive(session, settings, lose);
    session.on('error', lose);
    const headers = {
      ...callHeaders('/event_store.client.streams.Streams/Read', settings),
      // A follower hands over late what was written long ago; one that leads no more ends the call.
      'requires-leader': 'true',
    };
    const call = session.request(headers, { endStream: false });
    this.#call = call;
    call.on('response', (headers) => {
      if (headers['grpc-status'] !== undefined || headers[':status'] !== 200) {
        end = readCallEnd(headers);
      }
    });
    call.on('trailers', (headers: IncomingHttpHeaders) => (end = readCallEnd(headers)));
    call.on('error', lose);
    this.#listen(call);
    call.on('end', () => call.destroy());
    call.on('close', () => {
      stopPings();
      session.destroy();
      this.#ended(end);
    });
    call.end(request);
  }

  #listen(call: ClientHttp2Stream): void {
    const splitter = new FrameSplitter();
    call.on('data', (chunk: Buffer) => {
      try {
        splitter.push(chunk, (message) => this.#waiting.push(message));
      } catch (error) {
        return void call.destroy(error as Error);
      }
      if (this.#waiting.length >= this.#waitingMax) call.pause();
      // By the end of the turn the answers to this process's own appends are read too: most of what comes
      // here is known then.
      this.#atEndOfTurn ??= setImmediate(() => {
        this.#atEndOfTurn = undefined;
        this.#wake();
      });
    });
  }

  #ended({ code, message }: CallEnd): void {
    if (code === GRPC.ok) this.#end ??= {};
    else this.#end ??= { error: new StoreUnavailable(`the subscription broke: ${message}`) };
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#end ??= { error: new StoreUnavailable('the event store cannot be reached', error) };
    this.#wake();
  }
}
