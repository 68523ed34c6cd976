import {
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Session,
  createSecureServer,
  createServer,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { GrpcCall } from './grpc-call';
import { GrpcError, UNAVAILABLE, UNIMPLEMENTED } from './grpc-status';

export type Tls = Readonly<{ cert: string | Buffer; key: string | Buffer }>;
/** Serves one method; `undefined` from `find` means there is none. */
export type Method = (call: GrpcCall) => void;

export type GrpcServerOptions = Readonly<{
  host: string;
  port: number;
  tls?: Tls | undefined;
  /** Finds a method by its path, `/package.Service/Method`. */
  find: (path: string) => Method | undefined;
}>;

/** A caller silent for this long is asked for a sign of life, and cut off without one. */
const PING_EVERY_MS = 20_000;
/** How long callers have to hang up by themselves when the server stops. */
const GOODBYE_MS = 500;
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024;

/** gRPC over `node:http2` (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
export class GrpcServer {
  private readonly server: Http2Server | Http2SecureServer;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly sockets = new Set<Socket>();
  private readonly calls = new Set<GrpcCall>();
  private isStopping = false;

  private constructor(private readonly options: GrpcServerOptions) {
    const settings = {
      settings: { initialWindowSize: STREAM_WINDOW_BYTES, maxConcurrentStreams: 10_000 },
      maxSessionMemory: 64,
    };
    this.server = options.tls
      ? createSecureServer({ ...settings, ...options.tls, minVersion: 'TLSv1.2' })
      : createServer(settings);
    this.server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('session', (session: ServerHttp2Session) => this.welcome(session));
    this.server.on('sessionError', () => {});
    this.server.on('stream', (stream, headers) => this.serve(new GrpcCall(stream, headers)));
  }

  /** Throws the socket's error (`EADDRINUSE`, `EACCES`…) when it cannot listen. */
  static async listen(options: GrpcServerOptions): Promise<GrpcServer> {
    const grpc = new GrpcServer(options);
    await new Promise<void>((resolve, reject) => {
      grpc.server.once('error', reject);
      grpc.server.listen(options.port, options.host, () => {
        grpc.server.off('error', reject);
        grpc.server.on('error', () => {});
        resolve();
      });
    });
    return grpc;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get openCalls(): number {
    return this.calls.size;
  }

  /** Ends all calls with UNAVAILABLE and hangs up. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const call of this.calls) call.end(new GrpcError(UNAVAILABLE, 'Server is shutting down.'));
    for (const session of this.sessions) session.close();
    const timer = setTimeout(() => {
      for (const session of this.sessions) session.destroy();
      for (const socket of this.sockets) socket.destroy();
    }, GOODBYE_MS);
    await closed;
    clearTimeout(timer);
  }

  private welcome(session: ServerHttp2Session): void {
    this.sessions.add(session);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    session.on('error', () => {});
    let isAlive = true;
    const timer = setInterval(() => {
      if (session.destroyed) return;
      if (!isAlive) return session.destroy();
      isAlive = false;
      session.ping(() => (isAlive = true));
    }, PING_EVERY_MS);
    timer.unref();
    session.on('close', () => {
      clearInterval(timer);
      this.sessions.delete(session);
    });
  }

  private serve(call: GrpcCall): void {
    const { headers, stream } = call;
    if (!String(headers['content-type']).startsWith('application/grpc')) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    this.calls.add(call);
    stream.on('close', () => this.calls.delete(call));
    call.guard(() => {
      if (this.isStopping) throw new GrpcError(UNAVAILABLE, 'Server is shutting down.');
      if (headers[':method'] !== 'POST') throw new GrpcError(UNIMPLEMENTED, 'Only POST is served.');
      const encoding = headers['grpc-encoding'] ?? 'identity';
      if (encoding !== 'identity') {
        throw new GrpcError(UNIMPLEMENTED, `Encoding ${String(encoding)} is not supported.`);
      }
      const method = this.options.find(String(headers[':path']));
      if (!method) throw new GrpcError(UNIMPLEMENTED, 'Method is unimplemented.');
      method(call);
    });
  }
}
