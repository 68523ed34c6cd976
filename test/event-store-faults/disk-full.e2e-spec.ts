import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withServers } from './server-process';

/** Only root may mount the small file system that can be filled without harm to anybody. */
const mayMount = process.getuid?.() === 0 && process.platform === 'linux' && canMount();

(mayMount ? describe : describe.skip)('an event store whose disk is full (needs root)', () => {
  let disk = '';
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'event-store-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  });
  afterAll(() => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  it('refuses appends, reads on, and recovers when there is room again', () =>
    withServers(
      async ({ dir, start }) => {
        const filler = join(dir, 'filler-of-another-program');
        const server = await start();
        const kept = await appendUntilRefused(server.client, 1);
        const free = statfsSync(dir);
        writeFileSync(filler, Buffer.alloc(Math.max(0, free.bavail * free.bsize - 300_000)));

        const full = await appendUntilRefused(server.client, 1_000);
        kept.push(...full);
        expect(await readIds(server.client)).toEqual(kept);

        rmSync(filler);
        const more = await appendUntilRefused(server.client, 20);
        expect(more).toHaveLength(20);
        kept.push(...more);
        expect(await readIds(server.client)).toEqual(kept);

        await server.stop();
        const restarted = await start();
        expect(await readIds(restarted.client)).toEqual(kept);
      },
      { at: disk },
    ));
});

/** Appends at most `max` events of 20 kB; gives the ids of those acknowledged. */
async function appendUntilRefused(client: EventStoreDBClient, max: number): Promise<string[]> {
  const acknowledged: string[] = [];
  while (acknowledged.length < max) {
    const data = { padding: 'x'.repeat(20_000) };
    const event = jsonEvent({ id: randomUUID(), type: 'Padded', data });
    try {
      await client.appendToStream('full', event);
    } catch (error) {
      // A refusal, not a broken connection: the server lives and says what is wrong.
      expect(error).not.toMatchObject({ type: 'unavailable' });
      return acknowledged;
    }
    acknowledged.push(event.id);
  }
  return acknowledged;
}

async function readIds(client: EventStoreDBClient): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readStream('full')) if (event) ids.push(event.id);
  return ids;
}

function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'event-store-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
