import { jsonEvent } from '@eventstore/db-client';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withServers, type Bench } from './server-process';

const APPENDS = 4;
const EVENTS_PER_APPEND = 3;

describe('an event store whose log was torn by a crash', () => {
  it.each([1, 8, 60, 150])('lets go of the last append, whole, %i bytes short', async (bytes) =>
    withServers(async (bench) => {
      await writeAndKill(bench);
      const log = logOf(bench);
      const cut = eventsOf(log);
      truncateSync(log, cut.length - bytes);

      const server = await bench.start();
      expect(await numbers(server)).toEqual(numbersOf(APPENDS - 1));
      const aside = readdirSync(bench.dir).filter((name) => name.startsWith('cut-'));
      expect(aside).toHaveLength(1);
      const kept = readFileSync(join(bench.dir, aside[0] ?? ''));
      expect(cut.includes(kept)).toBe(true);

      await append(server, APPENDS - 1, BigInt((APPENDS - 1) * EVENTS_PER_APPEND - 1));
      expect(await numbers(server)).toEqual(numbersOf(APPENDS));
    }),
  );

  it('lets go of zeros the file system left at its end', () =>
    withServers(async (bench) => {
      await writeAndKill(bench);
      appendFileSync(logOf(bench), Buffer.alloc(5_000));
      const server = await bench.start();
      expect(await numbers(server)).toEqual(numbersOf(APPENDS));
      // They are there after any end: nothing to speak of, nothing to keep.
      expect(server.output()).not.toContain('cut');
      expect(readdirSync(bench.dir).filter((name) => name.startsWith('cut-'))).toEqual([]);
    }));
});

describe('an event store whose log is damaged', () => {
  // Of the first append, of the last one and of its last bytes: none of them is the tail of a crash.
  it.each([
    ['the first append', () => 200],
    ['the last append', (length: number) => length - 200],
    ['the last byte', (length: number) => length - 1],
  ])('does not start, and names the file and the place, in %s', (_title, placeIn) =>
    withServers(async (bench) => {
      await writeAndKill(bench);
      const log = logOf(bench);
      const bytes = readFileSync(log);
      const place = placeIn(eventsOf(log).length);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      writeFileSync(log, bytes);
      const { code, output } = await bench.startInVain();
      expect(code).toBeGreaterThan(0);
      expect(output).toMatch(/\d{16}\.log.* byte \d+/);
      expect(readFileSync(log).equals(bytes)).toBe(true);
    }),
  );
});

type Server = Awaited<ReturnType<Bench['start']>>;

/** Leaves a log of four appends of three events, and nothing else: no snapshot, no lock kept. */
async function writeAndKill({ start }: Bench): Promise<void> {
  const server = await start();
  for (let i = 0; i < APPENDS; i++) await append(server, i);
  server.kill('SIGKILL');
  await server.exited;
}

async function append({ client }: Server, at: number, expected?: bigint): Promise<void> {
  const events = numbersOf(1).map((number) =>
    jsonEvent({ type: 'Numbered', data: { number: at * EVENTS_PER_APPEND + number } }),
  );
  await client.appendToStream('torn', events, { expectedRevision: expected ?? 'any' });
}

async function numbers({ client }: Server): Promise<number[]> {
  const read: number[] = [];
  for await (const { event } of client.readStream('torn')) {
    if (event) read.push((event.data as { number: number }).number);
  }
  return read;
}

const numbersOf = (appends: number): number[] =>
  Array.from({ length: appends * EVENTS_PER_APPEND }, (_, number) => number);

/** What is in a log, without the zeros reserved after it. */
function eventsOf(log: string): Buffer {
  const bytes = readFileSync(log);
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** The one segment so small a log has. */
function logOf({ dir }: Bench): string {
  const [log = ''] = readdirSync(dir).filter((name) => name.endsWith('.log'));
  return join(dir, log);
}
