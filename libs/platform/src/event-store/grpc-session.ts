import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { ConnectionSettings, Endpoint } from './connection-string';

/** Opens an HTTP/2 session, in plain text or TLS as the connection string says. */
export function openSession(
  { host, port }: Endpoint,
  settings: ConnectionSettings,
  timeoutMs: number,
): Promise<ClientHttp2Session> {
  const scheme = settings.tls === undefined ? 'http' : 'https';
  const session = connect(`${scheme}://${host}:${port}`, {
    ...settings.tls,
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      session.destroy(new Error(`${host}:${port} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    // An error after this is told by 'close' too, which is what its users listen to.
    session.on('error', (error: Error) => {
      clearTimeout(timer);
      reject(error);
    });
    session.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`${host}:${port} closed the connection`));
    });
    // The peer's settings, not the socket alone: a proxy in front of nothing accepts sockets too.
    session.once('remoteSettings', () => {
      clearTimeout(timer);
      session.setLocalWindowSize(WINDOW_BYTES);
      resolve(session);
    });
  });
}

/** Room for answers on their way, so that the server never waits for a window update. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * Pings the peer as the connection string says: one that is gone without a word does not answer, and
 * its session is destroyed after `onLost`. Answers how to stop.
 */
export function keepAlive(
  session: ClientHttp2Session,
  { keepAliveIntervalMs, keepAliveTimeoutMs }: ConnectionSettings,
  onLost: (error: Error) => void,
): () => void {
  if (keepAliveIntervalMs <= 0) return () => undefined;
  const ping = (): void => {
    const timer = setTimeout(() => {
      onLost(new Error(`no answer to a ping in ${keepAliveTimeoutMs} ms`));
      session.destroy();
    }, keepAliveTimeoutMs);
    timer.unref();
    if (!session.destroyed) session.ping(() => clearTimeout(timer));
  };
  const pings = setInterval(ping, keepAliveIntervalMs).unref();
  return () => clearInterval(pings);
}

/** Headers of a gRPC call; credentials travel only where nobody can read them. */
export function callHeaders(path: string, settings: ConnectionSettings): OutgoingHttpHeaders {
  const { credentials, tls } = settings;
  return {
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'carnet',
    ...(credentials !== undefined &&
      tls !== undefined && {
        authorization: `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`,
      }),
  };
}

/** How the server ended a call: from the trailers, or from the headers when there is nothing else. */
export type CallEnd = Readonly<{
  /** gRPC status code, or undefined where the answer was none of gRPC. */
  code: number | undefined;
  message: string;
  leader?: Endpoint;
}>;

export const GRPC = { ok: 0, permissionDenied: 7, unimplemented: 12, unauthenticated: 16 } as const;

export function readCallEnd(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): CallEnd {
  const text = (name: string): string | undefined => headers[name]?.toString();
  const [status, host, port] = ['grpc-status', 'leader-endpoint-host', 'leader-endpoint-port'].map(
    text,
  );
  const why = text('exception') ?? text('grpc-message') ?? `HTTP ${headers[':status'] ?? 'end'}`;
  return {
    code: status === undefined ? undefined : Number(status),
    message: `${why} (gRPC status ${status ?? 'absent'})`,
    ...(host !== undefined && port !== undefined && { leader: { host, port: Number(port) } }),
  };
}

/** Cuts a byte stream into the messages of its gRPC frames; a message may span many chunks. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  readonly #messageBytesMax: number;

  constructor(messageBytesMax = 17 * 1024 * 1024) {
    this.#messageBytesMax = messageBytesMax;
  }

  push(chunk: Buffer, onMessage: (message: Buffer) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 5) {
      if (bytes[at] !== 0) throw new RangeError('a compressed gRPC message nobody asked for');
      const end = at + 5 + bytes.readUInt32BE(at + 1);
      if (end - at > this.#messageBytesMax) throw new RangeError('a gRPC message too large');
      if (end > bytes.length) break;
      onMessage(bytes.subarray(at + 5, end));
      at = end;
    }
    this.#rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
  }
}
