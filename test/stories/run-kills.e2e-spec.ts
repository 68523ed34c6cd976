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
import { inParallel } from '../support/caller';
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
/** A run is killed and its queue lost so often on its way. */
const KILLS_PER_RUN = 4;
const FLUSHES_PER_RUN = 2;
const RUNS = Math.max(Math.ceil(KILLS / KILLS_PER_RUN), Math.ceil(FLUSHES / FLUSHES_PER_RUN));
/** More than one slice of 200. */
const PLACES = 210;
/** Above the minimum of a payment. */
const VOUCHERS = 2;
const DUE_BACK_WITHIN_MS = 60_000;
const SEED = Number(process.env['RUN_KILLS_SEED'] ?? 20_270_301);

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(600_000 + RUNS * 240_000);

let carnet: Carnet;
let staff: Staff;
let places: readonly Place[];
let books: InUse;
let events: readonly RecordedEvent[];
const downloads: { runId: string; bytes: readonly Buffer[] }[] = [];
const backAfterMs: number[] = [];
const done = { kills: 0, flushes: 0, inTheMiddle: 0 };

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  places = await payablePlaces(carnet, staff, PLACES);
  books = await putBooksIntoUse(carnet, staff, Math.ceil((PLACES * VOUCHERS * RUNS) / 10));
  for (let run = 0; run < RUNS; run += 1) {
    await redeemEverywhere();
    downloads.push(await payUnderAttack(run));
  }
  events = await carnet.events();
});

afterAll(() => carnet.stop());

function redeemEverywhere(): Promise<unknown> {
  return inParallel(places, 16, ({ placeId, cashier }) =>
    cashier.post('/v1/redemptions', {
      ...{ placeId, codes: books.takeCodes(VOUCHERS) },
      ...{ service: 'online-forms', priceCents: 100_000 },
    }),
  );
}

/** From the opening to a file that stays the same, with deaths and losses at every stage. */
async function payUnderAttack(run: number): Promise<{ runId: string; bytes: readonly Buffer[] }> {
  const { runId } = await openRun(staff);
  const preparing = runBecomes(staff, runId, 'prepared');
  await attack(preparing, run * 2);
  const prepared = await preparing;
  await approveRun(staff, prepared);
  const issued = runBecomes(staff, runId, 'issued').then(() => fetchPaymentFile(staff, runId));
  await attack(issued, run * 2 + 1);
  const first = await issued;
  // Whoever fetches it later, after all that, gets the same.
  return { runId, bytes: [first, await fetchPaymentFile(staff, runId)] };
}

/**
 * Kills the worker twice and loses Redis's data once, at moments drawn from the seed, until the stage
 * is over; then waits how long the work takes to be done.
 */
async function attack(stage: Promise<unknown>, number: number): Promise<void> {
  let isOver = false;
  void stage.then(() => (isOver = true));
  const middle = (): boolean => !isOver;
  for (let kill = 0; kill < KILLS_PER_RUN / 2 && done.kills < KILLS; kill += 1) {
    await sleep(momentMs(number, kill));
    if (middle()) done.inTheMiddle += 1;
    await carnet.kill('worker');
    done.kills += 1;
    if (kill === 0 && done.flushes < FLUSHES) {
      await flushRedis();
      done.flushes += 1;
    }
    await carnet.restart('worker');
  }
  const since = performance.now();
  await stage;
  backAfterMs.push(performance.now() - since);
}

/** Within the first moments of a stage, when its work is being done. */
function momentMs(stage: number, kill: number): number {
  const drawn = createHash('sha256').update(`${SEED} ${stage} ${kill}`).digest().readUInt32BE(0);
  return drawn % 600;
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
    expect([done.kills, done.flushes]).toEqual([KILLS, FLUSHES]);
    // Deaths beside the work show nothing.
    expect(done.inTheMiddle).toBeGreaterThan(0);
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
    expect(ids).toHaveLength(PLACES * RUNS);
    expect(new Set(ids).size).toBe(PLACES * RUNS);
    const inFiles = downloads.flatMap(({ bytes: [first] }) => [
      ...(first?.toString().matchAll(/<EndToEndId>([^<]+)</g) ?? []),
    ]);
    expect(inFiles.map(([, id]) => id).sort()).toEqual(ids.sort());
  });

  it('has the due work back within 60 seconds', () => {
    expect(backAfterMs).toHaveLength(RUNS * 2);
    expect(Math.max(...backAfterMs)).toBeLessThan(DUE_BACK_WITHIN_MS);
  });
});
