import { EventStoreDBClient } from '@eventstore/db-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnEventStore } from '../../bench/event-store-process';
import type { Appender, ConnectAppender } from './appenders';
import { judge, type Attempt, type Verdict } from './ledger';
import { readLog, send, startWriters } from './writers';

const WRITERS = 64;
const RESTART_MAX_MS = 30_000;
/** Rounds on one directory: a restart meets what the kills before it left, within bounds. */
const ROUNDS_PER_DIRECTORY = 10;

export type KillRounds = Readonly<{
  /** Compiled apps/event-store/src/main.js. */
  main: string;
  /** How the writers append. */
  connect: ConnectAppender;
  rounds: number;
  /** The same seed draws the same moments of the kills. */
  seed: number;
  /** Told after each round. */
  onRound?: (summary: KillSummary) => void;
}>;

export type KillSummary = {
  rounds: number;
  /** Rounds whose kill hit no open append: they prove nothing about appends. */
  void: number;
  lost: number;
  doubled: number;
  broken: number;
  acknowledged: number;
  unknown: number;
  /** Unknown outcomes that turned out to have been written. */
  unknownWritten: number;
  restartMsMax: number;
  why: string[];
};

/**
 * Kills the server with SIGKILL under 64 writers, starts it again and holds its log against what
 * the writers were told. Odd rounds kill within 3 s of the start, even ones after the writers have
 * been at work for up to a second.
 */
export async function killRounds({
  main,
  connect,
  rounds,
  seed,
  onRound,
}: KillRounds): Promise<KillSummary> {
  const summary: KillSummary = {
    rounds: 0,
    void: 0,
    lost: 0,
    doubled: 0,
    broken: 0,
    acknowledged: 0,
    unknown: 0,
    unknownWritten: 0,
    restartMsMax: 0,
    why: [],
  };
  const random = randomFrom(seed);
  while (summary.rounds < rounds) {
    const dir = await mkdtemp(join(tmpdir(), 'event-store-kills-'));
    const directory: Directory = { main, connect, dir, attempts: [], last: undefined };
    const until = Math.min(rounds, summary.rounds + ROUNDS_PER_DIRECTORY);
    while (summary.rounds < until) {
      const early = summary.rounds % 2 === 1;
      await killRound(
        directory,
        summary,
        early ? { early: 3_000 * random() } : { late: 1_000 * random() },
      );
      summary.rounds++;
      onRound?.(summary);
    }
    await judgeDirectory(directory, summary);
    await rm(dir, { recursive: true, force: true });
  }
  return summary;
}

/** A directory, with every attempt ever made on it and the end of the log at the last round. */
type Directory = {
  main: string;
  connect: ConnectAppender;
  dir: string;
  attempts: Attempt[];
  last: bigint | undefined;
};

/** Milliseconds after the start, or after the writers began. */
type KillAfter = { early: number } | { late: number };

async function killRound(
  directory: Directory,
  summary: KillSummary,
  after: KillAfter,
): Promise<void> {
  const attempts = await writeAndKill(directory, summary, after);
  await onServer(directory, summary, async (client, appender) => {
    const { log, last } = await readLog(client, directory.last);
    add(summary, judge(attempts, log));
    const unknown = attempts.filter(({ outcome }) => outcome === 'unknown' || outcome === 'unsent');
    const ids = new Set([...log.values()].flat().map(({ id }) => id));
    summary.unknown += unknown.length;
    summary.unknownWritten += unknown.filter(({ ids: [id] }) => id && ids.has(id)).length;
    summary.acknowledged += attempts.length - unknown.length;
    // Sent again as they were, unknown appends must become known, and stand once.
    await Promise.all(unknown.map((attempt) => send(appender, attempt)));
    for (const { outcome, stream } of unknown) {
      if (outcome === 'acknowledged') continue;
      add(summary, { lost: 0, doubled: 0, broken: 1, why: [`repeat ${outcome} in ${stream}`] });
    }
    const again = await readLog(client, directory.last);
    add(summary, judge(attempts, again.log));
    directory.last = again.last ?? last;
  });
  directory.attempts.push(...attempts);
}

async function writeAndKill(
  directory: Directory,
  summary: KillSummary,
  after: KillAfter,
): Promise<Attempt[]> {
  const server = spawnEventStore(directory.main, ['--dir', directory.dir, '--port', '0']);
  const spawnedAt = Date.now();
  const early = 'early' in after ? sleep(after.early).then(() => undefined) : undefined;
  const connectionString = await Promise.race([server.ready, ...(early ? [early] : [])]);
  if (connectionString === undefined) {
    server.kill('SIGKILL');
    await server.exited;
    summary.void++;
    return [];
  }
  const appender = directory.connect(connectionString);
  const name = `kill-${summary.rounds}`;
  const writers = startWriters(appender, { count: WRITERS, name });
  const wait = 'early' in after ? after.early - (Date.now() - spawnedAt) : after.late;
  await sleep(Math.max(0, wait));
  if (writers.open() === 0) summary.void++;
  server.kill('SIGKILL');
  await server.exited;
  await writers.stop();
  await appender.close();
  return writers.attempts;
}

/** Starts the server again, within the time it may take, for as long as `use` needs it. */
async function onServer(
  { main, connect, dir }: Directory,
  summary: KillSummary,
  use: (client: EventStoreDBClient, appender: Appender) => Promise<void>,
): Promise<void> {
  const spawnedAt = Date.now();
  const server = spawnEventStore(main, ['--dir', dir, '--port', '0']);
  const connectionString = await server.ready;
  const restartMs = Date.now() - spawnedAt;
  summary.restartMsMax = Math.max(summary.restartMsMax, restartMs);
  if (restartMs > RESTART_MAX_MS) {
    add(summary, { lost: 0, doubled: 0, broken: 1, why: [`a restart took ${restartMs} ms`] });
  }
  const client = EventStoreDBClient.connectionString(connectionString);
  const appender = connect(connectionString);
  try {
    await use(client, appender);
  } finally {
    await appender.close();
    await client.dispose();
    await server.stop();
  }
}

/** After its last round the whole directory must still hold what every round was told. */
async function judgeDirectory(directory: Directory, summary: KillSummary): Promise<void> {
  await onServer(directory, summary, async (client) => {
    const { log } = await readLog(client, undefined);
    add(summary, judge(directory.attempts, log));
  });
}

function add(summary: KillSummary, { lost, doubled, broken, why }: Verdict): void {
  summary.lost += lost;
  summary.doubled += doubled;
  summary.broken += broken;
  summary.why.push(...why.slice(0, 20 - summary.why.length));
}

/** Numbers in [0, 1) from a seed, by the linear congruential generator of ISO C's `rand48`. */
function randomFrom(seed: number): () => number {
  const modulus = 1n << 48n;
  let state = ((BigInt(seed) << 16n) + 0x330en) % modulus;
  return () => {
    state = (state * 0x5deece66dn + 0xbn) % modulus;
    return Number(state) / Number(modulus);
  };
}
