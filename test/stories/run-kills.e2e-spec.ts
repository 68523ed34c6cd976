import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '@app/platform';
import { linesSha256, writePaymentFiles } from '@app/reimbursement';
import type {
  LinesFrozen,
  PaymentFileIssued,
  PreparationStarted,
  RunPrepared,
} from '@app/reimbursement/contract';
import { Redis } from 'ioredis';
import { eventually, inParallel } from '../support/caller';
import { Carnet } from '../support/carnet';
import { hireStaff, type Place, type Staff } from './cast';
import { runsOfLog } from './paid-once';
import {
  approveRun,
  fetchPaymentFile,
  openRun,
  payablePlaces,
  putBooksIntoUse,
  runBecomes,
  type InUse,
} from './paying-cast';

/** `npm test` kills a few times; `RUN_KILLS=50 RUN_FLUSHES=20` is the long form. */
const KILLS = Number(process.env['RUN_KILLS'] ?? 4);
const FLUSHES = Number(process.env['RUN_FLUSHES'] ?? 2);
const SEED = Number(process.env['RUN_KILLS_SEED'] ?? 20_270_301);
/** Deaths while one stage of a run is worked on. */
const KILLS_PER_STAGE = 2;
/** More than one slice of 200. */
const PLACES = 210;
/** Above the minimum of a payment. */
const VOUCHERS = 2;
const DUE_BACK_WITHIN_MS = 60_000;

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(600_000 + KILLS * 120_000);

type Stage = Readonly<{
  name: 'prepare' | 'issue';
  /** The event that ends it. */
  endsWith: 'RunPrepared' | 'RunCleared';
}>;
const PREPARE: Stage = { name: 'prepare', endsWith: 'RunPrepared' };
const ISSUE: Stage = { name: 'issue', endsWith: 'RunCleared' };

let carnet: Carnet;
let staff: Staff;
let places: readonly Place[];
let books: InUse;
let events: readonly RecordedEvent[];
const downloads: { runId: string; bytes: readonly Buffer[] }[] = [];
/** From the worker's last start to the end of what it was killed in. */
const backAfterMs: number[] = [];
/** How long a stage takes when nobody dies. */
const quietMs = { prepare: 0, issue: 0 };
const done = { runs: 0, kills: 0, missed: 0, flushes: 0 };

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  places = await payablePlaces(carnet, staff, PLACES);
  downloads.push(await pay(measure));
  while (done.kills < KILLS || done.flushes < FLUSHES) downloads.push(await pay(attack));
  events = await carnet.events();
});

afterAll(() => carnet.stop());

/** A run from what is redeemed for it to a file that stays the same. */
async function pay(
  during: (stage: Stage) => Promise<void>,
): Promise<{ runId: string; bytes: readonly Buffer[] }> {
  done.runs += 1;
  books = await putBooksIntoUse(carnet, staff, Math.ceil((PLACES * VOUCHERS) / 10));
  await inParallel(places, 16, ({ placeId, cashier }) =>
    cashier.post('/v1/redemptions', {
      ...{ placeId, codes: books.takeCodes(VOUCHERS) },
      ...{ service: 'online-forms', priceCents: 100_000 },
    }),
  );
  const { runId } = await openRun(staff);
  await during(PREPARE);
  await approveRun(staff, await runBecomes(staff, runId, 'prepared'));
  await during(ISSUE);
  const first = await fetchPaymentFile(staff, runId);
  // Whoever fetches it later, after all that, gets the same.
  return { runId, bytes: [first, await fetchPaymentFile(staff, runId)] };
}

async function measure(stage: Stage): Promise<void> {
  const from = performance.now();
  await ended(stage);
  quietMs[stage.name] = performance.now() - from;
}

/**
 * Kills the worker, and loses what Redis holds, at moments drawn from the seed over the time that the
 * stage takes; then waits how long it takes to be done all the same. A death after the stage was over
 * counts for nothing.
 */
async function attack(stage: Stage): Promise<void> {
  for (let kill = 0; kill < KILLS_PER_STAGE; kill += 1) {
    await sleep(momentMs(stage, kill));
    await carnet.kill('worker');
    const hit = !(await isOver(stage));
    if (hit) done.kills += 1;
    else done.missed += 1;
    if (hit && done.flushes < FLUSHES) {
      await flushRedis();
      done.flushes += 1;
    }
    await carnet.restart('worker');
    if (!hit) return;
  }
  const since = performance.now();
  await ended(stage);
  backAfterMs.push(performance.now() - since);
}

/** Anywhere in the stage. After a restart its work is where it was, or begins within a sweep. */
function momentMs({ name }: Stage, kill: number): number {
  const asked = `${SEED} ${done.runs} ${name} ${kill}`;
  const drawn = createHash('sha256').update(asked).digest().readUInt32BE(0);
  return drawn % Math.max(1, Math.round(quietMs[name]));
}

/** Of the latest run, by the log itself. */
async function isOver({ endsWith }: Stage): Promise<boolean> {
  const log = await carnet.events();
  const opened = log.findLastIndex(({ type }) => type === 'RunOpened');
  return log.slice(opened).some(({ type }) => type === endsWith);
}

async function ended(stage: Stage): Promise<void> {
  await eventually(`the run is past ${stage.name}`, () => isOver(stage));
}

async function flushRedis(): Promise<void> {
  const redis = new Redis({ path: join(carnet.dataDir, 'redis', 'redis.sock') });
  await redis.flushall();
  await redis.quit();
}

const dataOf = <Fact extends { type: string; data: unknown }>(
  runId: string,
  type: Fact['type'],
): readonly Fact['data'][] =>
  events
    .filter((event) => event.streamName === `run-${runId}` && event.type === type)
    .map(({ data }) => data);

describe(`a worker that is killed ${KILLS} times and a queue that is lost ${FLUSHES} times`, () => {
  it('make one run of each opening, with every line frozen once', () => {
    expect(done.kills).toBeGreaterThanOrEqual(KILLS);
    expect(done.flushes).toBeGreaterThanOrEqual(FLUSHES);
    for (const { runId, taken, wasOwed, lines } of runsOfLog(events)) {
      expect([runId, ...taken]).toEqual([runId, ...wasOwed]);
      expect(lines).toBe(PLACES);
      expect(dataOf<PreparationStarted>(runId, 'PreparationStarted')).toHaveLength(1);
      const slices = dataOf<LinesFrozen>(runId, 'LinesFrozen').map(({ slice }) => slice);
      expect(slices.toSorted((a, b) => a - b)).toEqual([0, 1]);
    }
  });

  it('write one file, the same bytes whenever it is fetched, and those its events say', () => {
    for (const { runId, bytes } of downloads) {
      const [issued, ...others] = dataOf<PaymentFileIssued>(runId, 'PaymentFileIssued');
      expect(others).toEqual([]);
      const [prepared] = dataOf<RunPrepared>(runId, 'RunPrepared');
      const lines = dataOf<LinesFrozen>(runId, 'LinesFrozen').flatMap((slice) => slice.lines);
      expect(prepared?.linesSha256).toBe(linesSha256({ runId, version: 1 }, lines));
      const [started] = dataOf<PreparationStarted>(runId, 'PreparationStarted');
      if (!issued || !started) throw new Error(`run ${runId} has no file`);
      const { number } = started;
      const [again] = writePaymentFiles({
        ...{ runId, number, version: 1, lines, executionOn: issued.executionOn },
        ...issued.written,
      });
      expect(bytes.map((each) => each.equals(again?.content ?? Buffer.of()))).toEqual([true, true]);
    }
  });

  it('order each payment once, each under an id of its own', () => {
    const ordered = events.filter(({ type }) => type === 'PaymentOrdered');
    const ids = ordered.map(({ data }) => (data as { endToEndId: string }).endToEndId);
    expect(ids).toHaveLength(PLACES * done.runs);
    expect(new Set(ids).size).toBe(PLACES * done.runs);
    const inFiles = downloads.flatMap(({ bytes: [first] }) => [
      ...(first?.toString().matchAll(/<EndToEndId>([^<]+)</g) ?? []),
    ]);
    expect(inFiles.map(([, id]) => id).sort()).toEqual(ids.sort());
  });

  it('has the due work back within 60 seconds', () => {
    expect(backAfterMs.length).toBeGreaterThan(0);
    expect(Math.max(...backAfterMs)).toBeLessThan(DUE_BACK_WITHIN_MS);
  });
});
