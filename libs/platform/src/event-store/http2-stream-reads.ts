import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { ConnectionSettings } from './connection-string';
import { StoreUnavailable, type RecordedEvent } from './event-store';
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
import { encodeStreamRead, readLogItem, type StreamPage } from './read-wire';

const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Reads of streams, many at once on one HTTP/2 session, decoded by hand: a run reads a stream for every
 * organisation it pays, which costs the vendor's client four times as much.
 */
export class Http2StreamReads {
  readonly #settings: ConnectionSettings;
  readonly #deadlineMs: number;
  #session: Promise<ClientHttp2Session> | undefined;

  constructor(settings: ConnectionSettings, deadlineMs: number) {
    this.#settings = settings;
    this.#deadlineMs = deadlineMs;
  }

  /** None where there is no such stream. @throws StoreUnavailable */
  async readPage(page: StreamPage): Promise<readonly RecordedEvent[]> {
    const session = await this.#connected();
    const messages = await this.#call(session, encodeStreamRead(page));
    return messages.flatMap((message) => {
      const item = readLogItem(message);
      return item?.kind === 'event' ? item.event : [];
    });
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    session?.destroy();
  }

  #connected(): Promise<ClientHttp2Session> {
    return (this.#session ??= this.#connect());
  }

  async #connect(): Promise<ClientHttp2Session> {
    const forget = (): void => void (this.#session = undefined);
    try {
      const endpoint = await findLeader(this.#settings, CONNECT_TIMEOUT_MS);
      const session = await openSession(endpoint, this.#settings, CONNECT_TIMEOUT_MS);
      const stopPings = keepAlive(session, this.#settings, () => undefined);
      // Told by the calls that it ends.
      session.on('error', () => undefined);
      session.once('goaway', forget);
      session.once('close', () => {
        stopPings();
        forget();
      });
      return session;
    } catch (error) {
      forget();
      throw new StoreUnavailable('the event store cannot be reached', error);
    }
  }

  #call(session: ClientHttp2Session, request: Buffer): Promise<readonly Buffer[]> {
    const headers = {
      ...callHeaders('/event_store.client.streams.Streams/Read', this.#settings),
      // A follower would answer with what it has, and others may have decided on more.
      'requires-leader': 'true',
    };
    return new Promise((resolve, reject) => {
      let end: CallEnd = { code: undefined, message: 'the connection was lost' };
      const messages: Buffer[] = [];
      const splitter = new FrameSplitter();
      const unavailable = (why: string, cause?: unknown): void =>
        reject(new StoreUnavailable(`a stream cannot be read: ${why}`, cause));
      if (session.closed || session.destroyed) return unavailable('the connection is closed');
      const call = session.request(headers, { endStream: false });
      call.setTimeout(this.#deadlineMs, () =>
        call.destroy(new Error(`the store said nothing for ${this.#deadlineMs} ms`)),
      );
      call.on('response', (answer) => (end = readCallEnd(answer)));
      call.on('trailers', (trailers: IncomingHttpHeaders) => (end = readCallEnd(trailers)));
      call.on('error', (error: Error) => unavailable(error.message, error));
      call.on('data', (chunk: Buffer) => {
        try {
          splitter.push(chunk, (message) => messages.push(message));
        } catch (error) {
          call.destroy(error as Error);
        }
      });
      call.on('close', () => {
        if (end.code === GRPC.ok) return resolve(messages);
        // Whoever leads now is asked the next time.
        if (end.leader !== undefined) session.close();
        unavailable(end.message);
      });
      call.end(request);
    });
  }
}
