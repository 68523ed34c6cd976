import type { RecordedEvent } from '@app/platform';
import { Carnet } from '../support/carnet';
import { hireStaff, type Place, type Staff } from './cast';
import { redeemedOf, runsOfLog } from './paid-once';
import {
  approveRun,
  fetchPaymentFile,
  openRun,
  payablePlaces,
  putBooksIntoUse,
  runBecomes,
  type InUse,
} from './paying-cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(600_000);

const CLIENTS = 16;
const PLACES = 12;
const BOOKS = 300;
const RUNS = 4;

let carnet: Carnet;
let staff: Staff;
let places: readonly Place[];
let books: InUse;
let events: readonly RecordedEvent[];
let redeemedMeanwhile = 0;

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  places = await payablePlaces(carnet, staff, PLACES);
  books = await putBooksIntoUse(carnet, staff, BOOKS);
  const clients = new Clients();
  await clients.haveRedeemed(100);
  for (let run = 0; run < RUNS; run += 1) await payWhile(clients);
  await clients.stop();
  // Nobody redeems any more: this one takes what is left.
  await payWhile(clients);
  events = await carnet.events();
});

afterAll(() => carnet.stop());

/** Sixteen tills that redeem until they are told to stop; every tenth session is taken back. */
class Clients {
  #made = 0;
  #isOpen = true;
  readonly #work: Promise<unknown>;

  constructor() {
    this.#work = Promise.all(Array.from({ length: CLIENTS }, (_, at) => this.#keepRedeeming(at)));
  }

  get made(): number {
    return this.#made;
  }

  async haveRedeemed(count: number): Promise<void> {
    while (this.#made < count) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
    await this.#work;
  }

  async #keepRedeeming(client: number): Promise<void> {
    for (let session = 0; this.#isOpen; session += 1) {
      const place = places[(client + session) % places.length];
      const codes = nextCodes();
      if (!place || codes.length === 0) return;
      const { redemptionId } = await place.cashier.post<{ redemptionId: string }>(
        '/v1/redemptions',
        { placeId: place.placeId, codes, service: 'online-forms', priceCents: 100_000 },
      );
      this.#made += 1;
      if (session % 10 !== 9) continue;
      const path = `/v1/redemptions/${redemptionId}/cancellation`;
      await staff.approver.post(path, { reason: 'by mistake' });
    }
  }
}

/** Empty when every voucher is spent: then a till has nothing to do. */
function nextCodes(): readonly string[] {
  try {
    return books.takeCodes(1);
  } catch {
    return [];
  }
}

/** A run from its opening to its file, while everybody else goes on. */
async function payWhile(clients: Clients): Promise<void> {
  const before = clients.made;
  const { runId } = await openRun(staff);
  const prepared = await runBecomes(staff, runId, 'prepared', 'completed');
  if (prepared.status === 'completed') return;
  await approveRun(staff, prepared);
  await runBecomes(staff, runId, 'issued');
  await fetchPaymentFile(staff, runId);
  redeemedMeanwhile = Math.max(redeemedMeanwhile, clients.made - before);
}

describe('runs that are prepared while sixteen clients keep redeeming', () => {
  it('each take what was owed at their opening, and not a cent more or less', () => {
    const runs = runsOfLog(events);
    expect(runs).toHaveLength(RUNS + 1);
    for (const { runId, taken, wasOwed } of runs) {
      expect([runId, ...taken]).toEqual([runId, ...wasOwed]);
    }
    // A run that nobody redeemed beside would show nothing.
    expect(redeemedMeanwhile).toBeGreaterThan(0);
  });

  it('together pay what was ever redeemed, less what waits for the minimum', async () => {
    const balances = await Promise.all(
      places.map(({ placeId, manager }) =>
        manager.get<{ redeemedCents: number; owedCents: number; inRunCents: number }>(
          `/v1/places/${placeId}/balance`,
        ),
      ),
    );
    const sum = (of: (each: (typeof balances)[number]) => number): number =>
      balances.reduce((total, each) => total + of(each), 0);
    expect(sum((each) => each.redeemedCents)).toBe(redeemedOf(events));
    const frozen = runsOfLog(events).reduce((total, { frozenCents }) => total + frozenCents, 0);
    expect(sum((each) => each.inRunCents)).toBe(frozen);
    expect(sum((each) => each.owedCents)).toBe(redeemedOf(events) - frozen);
    expect(frozen).toBeGreaterThan(redeemedOf(events) / 2);
  });
});
