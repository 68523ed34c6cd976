import { EventStoreDBClient } from '@eventstore/db-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnEventStore, type EventStoreProcess } from '../../bench/event-store-process';
import { built } from '../support/built';

/** Compiled apps/event-store/src/main.js of the present sources. */
export const eventStoreMain = async (): Promise<string> =>
  join(await built(), 'apps/event-store/src/main.js');

export type ServerProcess = EventStoreProcess &
  Readonly<{ client: EventStoreDBClient; connectionString: string }>;

/** A temporary directory and the servers run on it, all gone after the spec. */
export type Bench = Readonly<{
  dir: string;
  start: () => Promise<ServerProcess>;
  /** Starts a server that must not come up; gives its exit code and what it said. */
  startInVain: () => Promise<{ code: number | null; output: string }>;
}>;

/** Gives the spec a directory (or the one named) and a way to run servers on it. */
export async function withServers<T>(
  use: (bench: Bench) => Promise<T>,
  { at }: { at?: string } = {},
): Promise<T> {
  const main = await eventStoreMain();
  const dir = at ?? (await mkdtemp(join(tmpdir(), 'event-store-faults-')));
  const started: EventStoreProcess[] = [];
  const clients: EventStoreDBClient[] = [];
  const spawn = (): EventStoreProcess => {
    const server = spawnEventStore(main, ['--dir', dir, '--port', '0']);
    started.push(server);
    return server;
  };
  try {
    return await use({
      dir,
      start: async () => {
        const server = spawn();
        const connectionString = await server.ready;
        const client = EventStoreDBClient.connectionString(connectionString);
        clients.push(client);
        return { ...server, client, connectionString };
      },
      startInVain: async () => {
        const server = spawn();
        const ended = server.exited.then((code) => ({ code, output: server.output() }));
        const ready = server.ready.then(() => Promise.reject(new Error('it came up')));
        return Promise.race([ended, ready.catch(() => ended)]);
      },
    });
  } finally {
    for (const client of clients) await client.dispose();
    for (const server of started) {
      server.kill('SIGKILL');
      await server.exited;
    }
    if (!at) await rm(dir, { recursive: true, force: true });
  }
}
