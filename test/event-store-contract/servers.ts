import { EventStoreDBClient } from '@eventstore/db-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStore } from '../../apps/event-store/src/server';

/** The server a spec is held against; its client is the only one of the spec's process. */
export type Server = {
  readonly client: EventStoreDBClient;
  readonly connectionString: string;
};

/** A server we own and can stop and start again, on the same port and directory. */
export type OwnServer = Server & { restart: () => Promise<void> };

type Running = Readonly<{ port: number; connectionString: string; stop: () => Promise<void> }>;

/** Set to `esdb://…`, the suite holds that server, and only that one, to the contract. */
const OTHER_SERVER = process.env['EVENTSTORE_URL'];

/** Declares the same specs once per form of the server, or once for the server of the URL. */
export function onEveryServer(declare: (server: Server) => void): void {
  if (OTHER_SERVER) describe('on the server of EVENTSTORE_URL', () => declare(otherServer()));
  else {
    onDurableServer(declare);
    describe('on the in-memory server', () => declare(ownServer(() => ({ inMemory: true }))));
  }
}

/** Declares specs that must stop the server: none on somebody else's. */
export function onDurableServer(declare: (server: OwnServer) => void): void {
  if (OTHER_SERVER) return describe.skip('on the durable server', () => it.todo('is not ours'));
  describe('on the durable server', () => {
    let dir = '';
    beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'event-store-contract-'))));
    declare(ownServer(() => ({ dir })));
    afterAll(() => rm(dir, { recursive: true, force: true }));
  });
}

function otherServer(): Server {
  const connectionString = OTHER_SERVER ?? '';
  const client = EventStoreDBClient.connectionString(connectionString);
  afterAll(() => client.dispose());
  return { client, connectionString };
}

function ownServer(storage: () => { dir: string } | { inMemory: true }): OwnServer {
  let running: Running;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    running = await startEventStore(storage(), { port: 0 });
    client = EventStoreDBClient.connectionString(running.connectionString);
  });
  afterAll(async () => {
    await client.dispose();
    await running.stop();
  });
  return {
    get client() {
      return client;
    },
    get connectionString() {
      return running.connectionString;
    },
    restart: async () => {
      await running.stop();
      running = await startEventStore(storage(), { port: running.port });
    },
  };
}
