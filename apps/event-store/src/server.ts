import { DiskFiles, MemoryFiles } from './engine/files';
import { Engine } from './engine/engine';
import { lockDirectory } from './engine/directory-lock';
import { type Log, SILENT } from './engine/logger';
import { type Users, requireUser } from './wire/basic-auth';
import { GrpcServer, type Method, type Tls } from './wire/grpc-server';
import { publicMethods, streamMethods } from './wire/services';

/** Where the events are: a directory of this server's own, or nowhere after it stops. */
export type Storage = Readonly<{ dir: string } | { inMemory: true }>;

export type EventStoreOptions = Readonly<{
  /** 0, the default, takes a free one. */
  port?: number;
  /** Default 127.0.0.1. Anything but loopback needs `tls` and `users`. */
  host?: string;
  tls?: Tls;
  /** Who may read and write, with TLS only: the client sends no passwords in clear. */
  users?: Users;
  logger?: Log;
  /** The clock events are stamped with, in ms: for people, never for order. Default the machine's. */
  now?: () => number;
}>;

export type EventStoreStats = Readonly<{
  events: number;
  streams: number;
  logBytes: number;
  segments: number;
  openCalls: number;
  queuedAppends: number;
  /** Why appends are refused, absent while they are taken. */
  refusal?: string;
}>;

export type EventStoreHandle = Readonly<{
  port: number;
  /** For `EventStoreDBClient.connectionString`. */
  connectionString: string;
  stats: () => EventStoreStats;
  /** Finishes the appends it took, then ends all calls and closes the files. */
  stop: () => Promise<void>;
}>;

/**
 * Starts an event store in this process. Throws with a message of one line when the port is
 * busy, the directory is in use, the log is damaged or the options contradict each other.
 */
export async function startEventStore(
  storage: Storage,
  options: EventStoreOptions = {},
): Promise<EventStoreHandle> {
  const { port = 0, host = '127.0.0.1', tls, users, logger = SILENT, now = Date.now } = options;
  assertSafe({ host, tls, users });
  const lock = 'dir' in storage ? lockDirectory(storage.dir) : undefined;
  try {
    const engine =
      'dir' in storage
        ? new Engine(new DiskFiles(storage.dir), { log: logger, now })
        : new Engine(new MemoryFiles(), { log: logger, keepsSnapshots: false, now });
    const server = await listen(engine, { host, port, tls, users }).catch(async (error) => {
      await engine.close();
      throw error;
    });
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      await engine.close(() => server.stop());
      lock?.release();
    };
    return {
      port: server.port,
      connectionString: `esdb://${urlHost(host)}:${server.port}?tls=${tls !== undefined}`,
      stats: () => statsOf(engine, server),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** The lines an operator reads are `logger`'s; a refusal is an error of one line. */
type Exposure = Readonly<{ host: string; tls: Tls | undefined; users: Users | undefined }>;

function assertSafe({ host, tls, users }: Exposure): void {
  if (users && !tls) throw new Error('users need TLS: passwords would travel in clear');
  if (isLoopback(host) || (tls && users)) return;
  throw new Error(`${host} can be reached from outside: give a certificate, a key and users`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function listen(
  engine: Engine,
  { users, ...address }: Exposure & Readonly<{ port: number }>,
): Promise<GrpcServer> {
  const open = publicMethods(() => ({ host: address.host, port: server.port }));
  const guarded = new Map<string, Method>();
  for (const [path, method] of streamMethods(engine)) {
    guarded.set(path, users ? requireUser(users, method) : method);
  }
  const server = await GrpcServer.listen({
    ...address,
    find: (path) => open.get(path) ?? guarded.get(path),
  });
  return server;
}

function statsOf(engine: Engine, server: GrpcServer): EventStoreStats {
  const { refusal } = engine;
  return {
    events: engine.index.count,
    streams: engine.index.streams.size,
    logBytes: engine.end,
    segments: engine.segmentCount,
    openCalls: server.openCalls,
    queuedAppends: engine.queued,
    ...(refusal === undefined ? {} : { refusal }),
  };
}
