import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { readAnswer, type BatchAnswer } from './batch-append-wire';
import type { ConnectionSettings, Endpoint } from './connection-string';
import {
  callHeaders,
  FrameSplitter,
  keepAlive,
  openSession,
  readCallEnd,
  type CallEnd,
} from './grpc-session';

export type ConnectionEvents = Readonly<{
  onAnswer: (answer: BatchAnswer) => void;
  /** No new append may be written here; what is in flight may still be answered. */
  onDraining: (connection: AppendConnection) => void;
  /** The last word: called once, also after `close`. */
  onEnd: (connection: AppendConnection, end: CallEnd) => void;
}>;

/** One HTTP/2 session with the one BatchAppend call on it, and its keep-alive. */
export class AppendConnection {
  readonly #session: ClientHttp2Session;
  readonly #call: ClientHttp2Stream;
  #hasAnswered = false;
  #end: CallEnd = { code: undefined, message: 'the connection was lost' };

  static async open(
    endpoint: Endpoint,
    settings: ConnectionSettings,
    options: ConnectionEvents & Readonly<{ connectTimeoutMs: number }>,
  ): Promise<AppendConnection> {
    const session = await openSession(endpoint, settings, options.connectTimeoutMs);
    return new AppendConnection(session, settings, options);
  }

  private constructor(
    session: ClientHttp2Session,
    settings: ConnectionSettings,
    { onAnswer, onDraining, onEnd }: ConnectionEvents,
  ) {
    this.#session = session;
    const path = '/event_store.client.streams.Streams/BatchAppend';
    this.#call = session.request(callHeaders(path, settings), { endStream: false });
    const stopPings = keepAlive(session, settings, ({ message }) => {
      this.#end = { code: undefined, message };
    });
    const splitter = new FrameSplitter();
    const fail = (error: Error): void => {
      if (this.#end.code === undefined) this.#end = { code: undefined, message: error.message };
    };
    this.#call.on('response', (headers) => {
      if (headers['grpc-status'] !== undefined || headers[':status'] !== 200) {
        this.#end = readCallEnd(headers);
      }
    });
    this.#call.on('trailers', (headers: IncomingHttpHeaders) => (this.#end = readCallEnd(headers)));
    this.#call.on('error', fail);
    this.#call.on('data', (chunk: Buffer) => {
      try {
        splitter.push(chunk, (message) => {
          this.#hasAnswered = true;
          onAnswer(readAnswer(message));
        });
      } catch (error) {
        // Nothing after an unreadable answer can be matched: whatever is in flight is unknown.
        this.#call.destroy(error as Error);
      }
    });
    // A server that has ended its half answers nothing more, while ours would stay open for ever.
    this.#call.on('end', () => this.#call.destroy());
    this.#call.on('close', () => {
      stopPings();
      session.destroy();
      onEnd(this, this.#end);
    });
    session.on('error', fail);
    session.once('goaway', () => {
      onDraining(this);
      this.#call.end();
    });
  }

  /** A server that never answered here and then refused the call has written nothing of it. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Bytes handed over that the socket has not taken yet. */
  get bytesWaiting(): number {
    return this.#call.writableLength;
  }

  send(frames: Buffer): void {
    this.#call.write(frames);
  }

  close(): void {
    this.#session.destroy();
  }
}
