import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@app/platform';
import { backUp, restore } from '../../apps/standalone/src/backup';
import { Audit, type Finding } from '../../apps/verify/src/audit';
import { Carnet } from '../support/carnet';
import { hireStaff, type Place, type Staff } from './cast';
import { payablePlaces, putBooksIntoUse, type InUse } from './paying-cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(600_000);

const BOOKS = 12;

let carnet: Carnet;
let staff: Staff;
let place: Place;
let books: InUse;
let saved: string;
/** Redemptions answered with 201, in order, and how many of them before the backup began. */
const acknowledged: string[] = [];
const spent: string[] = [];
let before: number;
let after: readonly RecordedEvent[];
let balance: Readonly<Record<'then' | 'now', unknown>>;

beforeAll(async () => {
  saved = mkdtempSync(join(tmpdir(), 'carnet-saved-'));
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  [place] = (await payablePlaces(carnet, staff, 1)) as [Place];
  books = await putBooksIntoUse(carnet, staff, BOOKS);
  await redeem(10);
  const load = redeem(60);
  while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  before = acknowledged.length;
  backUp(carnet.dataDir, join(saved, 'backup'), () => undefined);
  await load;
  await destroyAndRestore();
});

afterAll(async () => {
  await carnet.stop();
  rmSync(saved, { recursive: true, force: true });
});

async function redeem(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const codes = books.takeCodes(1);
    const { redemptionId } = await place.cashier.post<{ redemptionId: string }>('/v1/redemptions', {
      placeId: place.placeId,
      codes,
      service: 'online-forms',
      priceCents: 1_000,
    });
    spent.push(...codes);
    acknowledged.push(redemptionId);
  }
}

/** Everything is gone but the backup and the key ring, which is kept elsewhere. */
async function destroyAndRestore(): Promise<void> {
  const path = `/v1/places/${place.placeId}/balance`;
  const then = await staff.preparer.get(path);
  const programs = ['api', 'worker', 'projector', 'event-store', 'redis'] as const;
  for (const name of programs) await carnet.kill(name);
  const keyRing = join(carnet.dataDir, 'key-ring.json');
  renameSync(keyRing, join(saved, 'key-ring.json'));
  rmSync(carnet.dataDir, { recursive: true });
  // As the supervisor makes it for an empty Redis.
  mkdirSync(join(carnet.dataDir, 'redis'), { recursive: true });
  restore(join(saved, 'backup'), carnet.dataDir, () => undefined);
  renameSync(join(saved, 'key-ring.json'), keyRing);
  carnet.forget();
  for (const name of programs.toReversed()) await carnet.restart(name);
  after = await carnet.events();
  balance = { then, now: await staff.preparer.get(path) };
}

const redemptionsOf = (events: readonly RecordedEvent[]): readonly string[] =>
  events
    .filter(({ type }) => type === 'VouchersRedeemed')
    .map(({ data }) => (data as { redemptionId: string }).redemptionId);

describe('a restore of a backup that was made under load', () => {
  it('holds everything that was acknowledged before, and a beginning of what came after', () => {
    const kept = redemptionsOf(after);
    expect(before).toBeGreaterThanOrEqual(20);
    expect(kept.length).toBeGreaterThanOrEqual(before);
    expect(kept).toEqual(acknowledged.slice(0, kept.length));
  });

  it('keeps every invariant', () => {
    const findings: Finding[] = [];
    const audit = new Audit((finding) => void findings.push(finding));
    for (const event of after) audit.see(event);
    audit.end();
    expect(findings).toEqual([]);
  });

  it('makes the views anew, as of its own log', () => {
    const redeemedCents = redemptionsOf(after).length * 1_000;
    expect(balance.now).toMatchObject({ redeemedCents });
    expect(balance.then).toMatchObject({ redeemedCents: acknowledged.length * 1_000 });
  });

  it('serves: what was redeemed stays so, what was not can be', async () => {
    const [used] = spent;
    const again = { placeId: place.placeId, service: 'online-forms', priceCents: 1_000 };
    const refused = await place.cashier.refused('/v1/redemptions', { ...again, codes: [used] });
    expect(refused).toBe('409 voucher_used');
    const { redemptionId } = await place.cashier.post<{ redemptionId: string }>('/v1/redemptions', {
      ...again,
      codes: books.takeCodes(1),
    });
    expect(redemptionId).toEqual(expect.any(String));
  });
});
