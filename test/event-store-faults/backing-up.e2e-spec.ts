import type { EventStoreDBClient } from '@eventstore/db-client';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { APPENDERS } from './appenders';
import { eventStoreMain, withServers } from './server-process';
import { startWriters } from './writers';

const run = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [await eventStoreMain(), ...args])).stdout;

describe('a backup taken under 64 writers', () => {
  it('is whole, and restores to the beginning of the log', () =>
    withServers(async ({ dir, start }) => {
      const server = await start();
      const appender = APPENDERS.vendor(server.connectionString);
      const writers = startWriters(appender, { count: 64, name: 'copied' });
      const backups: string[] = [];
      const written: number[] = [];
      for (let i = 0; i < 3; i++) {
        const acknowledged = () =>
          writers.attempts.filter(({ outcome }) => outcome === 'acknowledged').length;
        const before = acknowledged();
        while (acknowledged() < before + 200) await new Promise(setImmediate);
        written.push(acknowledged());
        const to = join(dir, `backup-${i}`);
        await run('backup', dir, to);
        backups.push(to);
      }
      await writers.stop();
      await appender.close();
      const log = await idsOf(server.client);
      for (const [i, backup] of backups.entries()) {
        expect(await run('verify', backup)).toMatch(/ are whole\b/);
        await withServers(
          async (restored) => {
            const ids = await idsOf((await restored.start()).client);
            expect(ids).toEqual(log.slice(0, ids.length));
            // Everything acknowledged before the backup began is in it.
            expect(ids.length).toBeGreaterThanOrEqual(written[i] ?? Infinity);
          },
          { at: backup },
        );
      }
    }));
});

async function idsOf(client: EventStoreDBClient): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readAll()) if (event) ids.push(event.id);
  return ids;
}
