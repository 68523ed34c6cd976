import type { RecordedEvent } from '@app/platform';
import { BeneficiaryReferences, VoucherCodes, type CodeOrigin } from '@app/voucher-books';
import type { BookRange, BooksIssued } from '@app/voucher-books/contract';
import { eventually, inParallel, type Caller } from '../support/caller';
import { Carnet } from '../support/carnet';
import {
  imbalanceOf,
  negativeOf,
  type FunnelOf,
  type MoneyOf,
} from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import {
  BOOK_COSTS_CENTS,
  daysFromToday,
  hireStaff,
  labelPlaces,
  orderBooks,
  registerPrescribers,
  signAgreement,
  today,
  typeDeposit,
  type Funding,
  type OrderAnswer,
  type Place,
  type Prescriber,
  type Staff,
} from './cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

const BOOKS = 1_000;
const ALLOCATED = [400, 300, 200] as const;
const HANDED_OUT = [100, 60, 40] as const;
/** Of each book handed out: what five sessions take of its ten vouchers. */
const SESSIONS = [[1], [2, 3], [4], [5, 6], [7]] as const;
const AT_ONCE = 16;

type Redeemed = Readonly<{ redemptionId: string; book: number; coveredCents: number }>;
type Session = Readonly<{ place: Place; book: number; vouchers: readonly number[] }>;
type Asked = Readonly<{ asOf?: string }>;

let carnet: Carnet;
let staff: Staff;
let funding: Funding;
let orderId: string;
let prescribers: readonly Prescriber[];
let places: readonly Place[];
let codes: VoucherCodes;
let origin: CodeOrigin;
/** By prescriber. */
let handedOut: readonly (readonly number[])[];
let sessions: readonly Session[];
let redeemed: readonly Redeemed[];
let events: readonly RecordedEvent[];

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  funding = await signAgreement(carnet, staff);
  prescribers = await registerPrescribers(carnet, staff, ALLOCATED.length);
  places = await labelPlaces(carnet, staff, 20);
  await getAnOrderIntoUse();
  await handOut();
  await redeemAThousandTimes();
  await takeSomeBack();
  await loseSomeBooks();
  events = await carnet.events();
});

afterAll(() => carnet.stop());

/** Money typed by one person and confirmed by another, books ordered, delivered and active. */
async function getAnOrderIntoUse(): Promise<void> {
  const { agreementId, funder } = funding;
  ({ orderId } = await orderBooks(funding, BOOKS));
  const amountCents = 12_000_000;
  const deposit = { agreementId, amountCents, bankReference: 'VIR CD23 2026-03' };
  const { depositId, confirmed } = await typeDeposit(staff, deposit);
  expect(confirmed).toBe(false);
  await becomes('issued');
  await funder.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() });
  await eventually('the agreement is asked for the activation', async () => {
    const log = await carnet.events();
    return log.some(({ type }) => type === 'ActivationRequested');
  });
  const confirmation = { statementReference: 'CAMT 2026-061' };
  expect(await staff.preparer.refused(`/v1/deposits/${depositId}/confirmation`, confirmation)).toBe(
    '409 same_person',
  );
  await staff.approver.post(`/v1/deposits/${depositId}/confirmation`, confirmation);
  await becomes('active');
  const issued = (await carnet.events()).find(({ type }) => type === 'BooksIssued');
  const { keyId } = issued?.data as BooksIssued['data'];
  origin = { orderId, keyId };
  codes = new VoucherCodes(carnet.keyRing);
}

function becomes(status: string): Promise<true> {
  return eventually(`the order is ${status}`, async () => {
    const order = await funding.funder.get<OrderAnswer>(`/v1/orders/${orderId}`);
    return order.status === status && true;
  });
}

/** Books to prescribers, some moved between them and back; two hundred of them to people. */
async function handOut(): Promise<void> {
  const { funder } = funding;
  const [ccas, agency, mission] = prescribers as [Prescriber, Prescriber, Prescriber];
  const stocks: BookRange[] = [];
  for (const [index, { prescriberId }] of prescribers.entries()) {
    const allocation = { prescriberId, books: ALLOCATED[index] };
    stocks.push(await funder.post<BookRange>(`/v1/orders/${orderId}/allocations`, allocation));
  }
  const [, ofAgency, ofMission] = stocks as [BookRange, BookRange, BookRange];
  await funder.post(`/v1/orders/${orderId}/transfers`, {
    ...{ fromPrescriberId: agency.prescriberId, toPrescriberId: ccas.prescriberId },
    ...{ firstBook: ofAgency.lastBook - 9, lastBook: ofAgency.lastBook },
  });
  await mission.caller.post(`/v1/orders/${orderId}/returns`, {
    ...{ prescriberId: mission.prescriberId },
    ...{ firstBook: ofMission.lastBook - 19, lastBook: ofMission.lastBook },
  });
  handedOut = stocks.map(({ firstBook }, index) =>
    Array.from({ length: HANDED_OUT[index] ?? 0 }, (_, offset) => firstBook + offset),
  );
  await Promise.all(
    prescribers.map(({ prescriberId, caller }, index) =>
      inParallel(handedOut[index] ?? [], AT_ONCE / 4, (book, nth) =>
        caller.post('/v1/distributions', {
          // The code of the cover says the same as the number on it.
          ...(nth % 10 === 0 ? { code: codeOf(book) } : { book }),
          ...{ prescriberId, public: nth % 3 === 0 ? 'senior' : 'job-seeker', commune: '23096' },
          // Every person gets two books.
          ...(nth % 2 === 0 && { beneficiaryRef: `DOSSIER ${Math.floor(nth / 4)}` }),
        }),
      ),
    ),
  );
}

const codeOf = (book: number, voucher = 0): string => codes.codeOf(origin, { book, voucher });

async function redeemAThousandTimes(): Promise<void> {
  sessions = handedOut.flat().flatMap((book, nth) =>
    SESSIONS.map((vouchers, session) => {
      const place = places[(nth * 7 + session) % places.length] as Place;
      return { place, book, vouchers };
    }),
  );
  expect(sessions).toHaveLength(1_000);
  redeemed = await inParallel(sessions, AT_ONCE, (session, nth) =>
    redeem(session, nth % 3 === 0 ? 550 : 0),
  );
}

function redeem({ place, book, vouchers }: Session, remainderCents: number): Promise<Redeemed> {
  return place.cashier.post<Redeemed>('/v1/redemptions', {
    ...{ placeId: place.placeId, codes: vouchers.map((voucher) => codeOf(book, voucher)) },
    ...{ service: 'online-forms', priceCents: vouchers.length * 1_000 + remainderCents },
  });
}

/** Forty by the place, 25 by finance; of ten the vouchers are used again, elsewhere. */
async function takeSomeBack(): Promise<void> {
  const cancel = (caller: Caller, { redemptionId }: Redeemed) =>
    caller.post(`/v1/redemptions/${redemptionId}/cancellation`, { reason: 'a wrong price' });
  const taken = [...redeemed.entries()].filter(([nth]) => nth % 25 === 0);
  await inParallel(taken, AT_ONCE, ([nth, each]) => cancel(managerOf(nth), each));
  const later = redeemed.filter((_, nth) => nth % 40 === 1);
  await inParallel(later, AT_ONCE, (each) => cancel(staff.approver, each));
  await inParallel(taken.slice(0, 10), AT_ONCE, ([nth]) => {
    const session = sessions[nth] as Session;
    return redeem({ ...session, place: places[nth % 7] as Place }, 0);
  });
}

const managerOf = (nth: number): Caller => (sessions[nth] as Session).place.manager;

/** One stays blocked, one is found again, one lives on under a new number and is used there. */
async function loseSomeBooks(): Promise<void> {
  const [ccas] = prescribers as [Prescriber];
  const [lost, found, replaced] = (handedOut[0] ?? []).slice(-3) as [number, number, number];
  for (const book of [lost, found, replaced]) {
    await ccas.caller.post(`/v1/books/${book}/block`, { reason: 'stolen' });
  }
  await ccas.caller.post(`/v1/books/${found}/unblock`);
  const { book } = await ccas.caller.post<{ book: number }>(`/v1/books/${replaced}/replacement`);
  await eventually('the new book is in the stock', async () => {
    const log = await carnet.events();
    return log.some(({ type }) => type === 'ReplacementStocked');
  });
  const { prescriberId } = ccas;
  await ccas.caller.post('/v1/distributions', { book, prescriberId, public: 'senior' });
  await redeem({ place: places[0] as Place, book, vouchers: [1] }, 0);
  const unused = { placeId: places[0]?.placeId, service: 'online-forms', priceCents: 1_000 };
  const cashier = places[0]?.cashier as Caller;
  const refusal = (of: number) =>
    cashier.refused('/v1/redemptions', { ...unused, codes: [codeOf(of, 10)] });
  expect(await refusal(lost)).toBe('409 book_blocked');
  expect(await refusal(replaced)).toBe('409 book_replaced');
}

/** Every balance of the story as the api answers it. */
async function shown({ asOf }: Asked = {}) {
  const { auditor, preparer } = staff;
  const query = asOf === undefined ? '' : `?asOf=${asOf}`;
  const balance = (path: string): Promise<unknown> => auditor.get(`/v1/${path}/balance${query}`);
  const stock = ({ prescriberId }: Prescriber) =>
    auditor.get<{ orders: StockAnswer[] }>(`/v1/prescribers/${prescriberId}/stock${query}`);
  return {
    agreement: await balance(`agreements/${funding.agreementId}`),
    funder: await preparer.get(`/v1/funders/${funding.funderId}/balance${query}`),
    places: await inParallel(places, AT_ONCE, ({ placeId }) => balance(`places/${placeId}`)),
    organisations: await inParallel(places, AT_ONCE, ({ organisationId }) =>
      balance(`organisations/${organisationId}`),
    ),
    stocks: (await inParallel(prescribers, AT_ONCE, stock)).map(({ orders }) =>
      orders.map(({ lastHandOutOn: _, lastAllocatedAt: __, ...counted }) => counted),
    ),
    books: await inParallel(watchedBooks(), AT_ONCE, async (book) => {
      const { status, usedVouchers, unusedVouchers } = await auditor.get<BookAnswer>(
        `/v1/books/${book}${query}`,
      );
      return { book, status, used: usedVouchers, unused: unusedVouchers };
    }),
  };
}

type StockAnswer = Readonly<{ lastHandOutOn: unknown; lastAllocatedAt: unknown }>;
type BookAnswer = Readonly<{ status: string; usedVouchers: number[]; unusedVouchers: number[] }>;

/** The same as the fold has it. */
function folded(fold: ReferenceFold): Awaited<ReturnType<typeof shown>> {
  return {
    agreement: fold.agreement(funding.agreementId),
    funder: fold.funder(funding.funderId),
    places: places.map(({ placeId }) => fold.place(placeId)),
    organisations: places.map(({ organisationId }) => fold.organisation(organisationId)),
    stocks: prescribers.map(({ prescriberId }) => fold.stock(prescriberId)),
    books: watchedBooks().map((book) => ({ book, ...fold.book(book) })),
  };
}

/** Every tenth, and the lost ones. */
const watchedBooks = (): readonly number[] =>
  handedOut.flatMap((books) => books.filter((_, nth) => nth % 10 === 0 || nth >= 97));

describe('from money to vouchers redeemed', () => {
  it('plays as told', () => {
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    expect(count('BookDistributed')).toBe(201);
    expect(count('VouchersRedeemed')).toBe(1_011);
    expect(count('RedemptionCancelled')).toBe(65);
    // Typed money funds and issues; only confirmed money activates.
    const [requested = -1, confirmed = -1, permitted = -1] = [
      ...['ActivationRequested', 'FundsConfirmed', 'ActivationPermitted'],
    ].map((wanted) => events.findIndex(({ type }) => type === wanted));
    expect(requested).toBeLessThan(confirmed);
    expect(confirmed).toBeLessThan(permitted);
    const prices = events
      .filter(({ type }) => type === 'VouchersRedeemed')
      .map(({ data }) => (data as { remainderCents: number }).remainderCents);
    expect(prices.filter((cents) => cents === 550)).toHaveLength(334);
  });

  it('shows every balance as the log has it', async () => {
    expect(await shown()).toEqual(folded(ReferenceFold.of(events)));
  });

  it.each([
    ['once the books were handed out', 'BookDistributed', 200],
    ['halfway through the redemptions', 'VouchersRedeemed', 500],
    ['while redemptions were being cancelled', 'RedemptionCancelled', 30],
  ])('shows every balance as the log knew it %s', async (_, type, nth) => {
    const at = events.filter((event) => event.type === type)[nth - 1]?.recordedAt as Date;
    const fold = ReferenceFold.asOf(events, at);
    expect(await shown({ asOf: at.toISOString() })).toEqual(folded(fold));
    // The instant is a past one: it does not say what is so now.
    expect(fold.agreement(funding.agreementId)).not.toEqual(
      ReferenceFold.of(events).agreement(funding.agreementId),
    );
  });

  it('loses and makes no cent at any position of the log', () => {
    const fold = new ReferenceFold();
    for (const event of events) {
      fold.apply(event);
      for (const id of fold.agreementIds) {
        const money = fold.agreement(id);
        const said = { at: event.position, type: event.type };
        expect({ ...said, lost: imbalanceOf(money) }).toEqual({ ...said, lost: 0 });
        expect({ ...said, below0: negativeOf(money) }).toEqual({ ...said, below0: [] });
      }
    }
  });

  it('accounts for all the money the funder sent', async () => {
    const { agreementId, funder } = funding;
    const money = await funder.get<MoneyOf>(`/v1/agreements/${agreementId}/balance`);
    expect(imbalanceOf(money)).toBe(0);
    expect(money).toMatchObject({
      depositedCents: 12_000_000,
      availableCents: 12_000_000 - BOOKS * BOOK_COSTS_CENTS,
      feesCents: BOOKS * 480,
      shortfallCents: 0,
    });
  });
});

describe('the figures', () => {
  it.each(['funder', 'department', 'public'] as const)('agree by %s', async (groupBy) => {
    const { items } = await staff.auditor.get<{ items: Figures[] }>(
      `/v1/figures?groupBy=${groupBy}`,
    );
    const told = items.map(({ group, issued, active, distributed, started, redeemed, paid }) => {
      return [group, { issued, active, distributed, started, redeemed, paid }] as const;
    });
    const isEmpty = (funnel: FunnelOf): boolean => Object.values(funnel).every((n) => n === 0);
    expect(Object.fromEntries(told.filter(([, funnel]) => !isEmpty(funnel)))).toEqual(
      ReferenceFold.of(events).figures(groupBy),
    );
  });

  it('of this month are those of all time', async () => {
    const months = await staff.auditor.get<{ items: Figures[] }>('/v1/figures?groupBy=month');
    const funders = await staff.auditor.get<{ items: Figures[] }>('/v1/figures?groupBy=funder');
    const [month] = months.items as [Figures];
    expect([month]).toEqual([{ ...funders.items[0], name: undefined, group: month.group }]);
  });
});

type Figures = FunnelOf & { group: string };

describe('what is left', () => {
  it('is told to whoever holds a book, or one voucher of it', async () => {
    const fold = ReferenceFold.of(events);
    for (const book of watchedBooks()) {
      const { status, used, unused } = fold.book(book);
      // Nobody takes a blocked book, or one that was replaced.
      const usable = status === 'open' ? unused : [];
      const dates = { validUntilOn: daysFromToday(200), lastDayOfUseOn: daysFromToday(230) };
      const left = (vouchers: number) => {
        return { vouchersLeft: vouchers, valueLeftCents: vouchers * 1_000, ...dates };
      };
      const answer = (voucher: number) =>
        carnet.nobody.post('/v1/holder/balance', { code: codeOf(book, voucher) });
      expect([book, status, await answer(0)]).toMatchObject([book, status, left(usable.length)]);
      for (const voucher of [used[0], unused[0]].filter((each) => each !== undefined)) {
        const expected = left(usable.includes(voucher) ? 1 : 0);
        expect([book, voucher, await answer(voucher)]).toMatchObject([book, voucher, expected]);
      }
    }
  });

  it('is told to the prescriber of whoever it gave books to, and to no other', async () => {
    const fold = ReferenceFold.of(events);
    const references = new BeneficiaryReferences(carnet.keyRing);
    for (const { prescriberId, caller } of prescribers) {
      for (const reference of ['DOSSIER 0', 'DOSSIER 7', 'DOSSIER 24', 'DOSSIER NONE']) {
        const pseudonym = references.pseudonymOf({ prescriberId, reference });
        const told = await caller.post<{ books: { book: number }[] }>('/v1/beneficiaries/balance', {
          beneficiaryRef: reference,
        });
        const answer = { ...told, books: told.books.map(({ book }) => book) };
        expect(answer).toEqual(fold.beneficiary(prescriberId, pseudonym));
      }
    }
  });
});
