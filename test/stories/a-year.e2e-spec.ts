import type { RecordedEvent } from '@app/platform';
import {
  imbalanceOf,
  negativeOf,
  type ClaimsOf,
  type MoneyOf,
} from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';

// A year on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

/** The log's time is the scheme's. In Paris these are already the first hour of the next day. */
const INSTANTS = [
  ...['2026-03-31', '2026-06-30', '2026-09-30', '2026-11-30', '2026-12-01', '2026-12-16'],
  ...['2026-12-31', '2027-02-05', '2027-02-06', '2027-02-07', '2027-02-24', '2027-03-31'],
].map((day) => `${day}T23:30:00.000Z`);

let app: SchemeApp;
let world: OrderWorld;
let till: Readonly<{ placeId: string; cashier: Person }>;
let ccas: Person;
let finance: Readonly<{ preparer: Person; approver: Person }>;
let orderId: string;
let steps: readonly string[];
let late: Readonly<{ redemptionId: string }>[];
let events: readonly RecordedEvent[];

beforeAll(async () => {
  app = await SchemeApp.start('2026-01-15T10:00:00.000Z');
  world = await OrderWorld.in(app);
  finance = { preparer: app.as('finance-preparer'), approver: app.as('finance-approver') };
  ccas = await world.prescriber();
  till = await world.place();
  // 20 books of 10: 2,000 € and 120 € of fee and VAT, of the 5,000 € there are.
  orderId = await world.activeOrder(20);
  await world.allocate(orderId, ccas, 15);
  await useSomeThroughTheYear();
  steps = await endTheYear();
  await cancelBehindTheStatement();
  await refund(world, 100_000);
  events = await app.events();
});

afterAll(() => app.stop());

/** A book a month from February to November, six vouchers of it spent, one of them taken back. */
async function useSomeThroughTheYear(): Promise<void> {
  for (let month = 2; month <= 11; month += 1) {
    await app.passUntil(`2026-${String(month).padStart(2, '0')}-10`);
    const book = month - 1;
    await ccas.post('/v1/distributions', handOut(ccas, book));
    for (const vouchers of [[1, 2], [3], [4, 5, 6]]) {
      app.clock.advanceBy({ hours: 1 });
      await redeem(book, vouchers);
    }
    const taken = await redeem(book, [7]);
    await cancel(taken);
  }
}

const redeem = (book: number, vouchers: readonly number[]) =>
  till.cashier.post<{ redemptionId: string }>('/v1/redemptions', {
    ...{ placeId: till.placeId, service: 'online-forms', priceCents: vouchers.length * 1_000 },
    codes: vouchers.map((voucher) => codeOf(book, voucher)),
  });

const codeOf = (book: number, voucher: number): string =>
  app.codes.codeOf({ orderId, keyId: app.keyRing.currentKeyId }, { book, voucher });

const cancel = ({ redemptionId }: { redemptionId: string }) =>
  finance.approver.post(`/v1/redemptions/${redemptionId}/cancellation`, { reason: 'by mistake' });

/** Nobody answers: every step comes on its day, until the statement is agreed by default. */
async function endTheYear(): Promise<readonly string[]> {
  const taken = [...(await app.passUntil('2026-12-28'))];
  // Seven days before the end: at the funder's charge.
  await ccas.post('/v1/distributions', handOut(ccas, 11));
  taken.push(...(await app.passUntil('2027-01-30')));
  late = [await redeem(11, [1]), await redeem(11, [2])];
  // The session was on the last day of use; the place hands it in on the last day it can.
  taken.push(...(await app.passUntil('2027-02-05')));
  const ofLastDay = { performedOn: '2027-01-30', service: 'online-forms', priceCents: 1_000 };
  const handIn = { placeId: till.placeId, ...ofLastDay, codes: [codeOf(11, 3)] };
  late.push(await till.cashier.post<{ redemptionId: string }>('/v1/redemptions', handIn));
  taken.push(...(await app.passUntil('2027-02-06')));
  const { cashier } = till;
  expect(await cashier.refused('/v1/redemptions', { ...handIn, codes: [codeOf(11, 4)] })).toBe(
    '409 too_late_to_hand_in',
  );
  return taken.map(({ step, dueOn }) => `${dueOn} ${step}`);
}

/** One before the statement, which counts it; one before the credit note; one long after it. */
async function cancelBehindTheStatement(): Promise<void> {
  const [first, second, third] = late;
  if (!first || !second || !third) throw new TypeError('three were late');
  await cancel(first);
  steps = [...steps, ...(await stepsUntil('2027-02-10'))];
  await cancel(second);
  steps = [...steps, ...(await stepsUntil('2027-02-24'))];
  await cancel(third);
}

const stepsUntil = async (day: string): Promise<string[]> =>
  (await app.passUntil(day)).map(({ step, dueOn }) => `${dueOn} ${step}`);

/** To the funder's verified account: proposed by one person, approved by another. */
async function refund({ funder, agreementId }: OrderWorld, amountCents: number): Promise<void> {
  const accounts = `/v1/funders/${funder.partyId}/bank-accounts`;
  const { bankAccountId } = await funder.post<{ bankAccountId: string }>(accounts, {
    ...{ iban: 'FR1420041010050500013M02606', holderName: 'Département de la Nièvre' },
  });
  const { preparer, approver } = finance;
  await approver.post(`${accounts}/${bankAccountId}/verification`, { outcome: 'match' });
  const refunds = `/v1/agreements/${agreementId}/refunds`;
  const { refundId } = await preparer.post<{ refundId: string }>(refunds, {
    ...{ amountCents, bankAccountId },
  });
  expect(await preparer.refused(`${refunds}/${refundId}/approval`)).toBe('403 forbidden');
  await approver.post(`${refunds}/${refundId}/approval`);
}

describe('a year of an order', () => {
  it('takes every step of its end on its day', () => {
    expect(steps).toEqual([
      '2026-12-01 OpenClosing',
      '2026-12-16 SettleStockBlock',
      '2026-12-24 SettleAcknowledgement',
      '2027-02-06 EndValidity',
      '2027-02-07 OpenStatement',
      '2027-02-07 DrawStatement',
      '2027-02-23 SettleStatement',
    ]);
  });

  it('gives back what was not used, and later what was taken back behind the statement', async () => {
    const notes = events
      .filter(({ type }) => type === 'CreditNoteIssued')
      .map(({ data }) => data as { cause: string; amountCents: number })
      .map(({ cause, amountCents }) => [cause, amountCents]);
    // Of 200 vouchers 60 were spent in the year and 3 at its end; one was taken back in time.
    expect(notes).toEqual([
      ['cancellation', 1_000],
      ['closing', (200 - 62) * 1_000],
      ['cancellation', 1_000],
    ]);
    expect(await world.funder.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 'closed' });
  });

  it('ends with every cent spent, given back or free', async () => {
    const money = await world.funder.get<MoneyOf>(`/v1/agreements/${world.agreementId}/balance`);
    expect(money).toMatchObject({
      ...{ depositedCents: 500_000, feesCents: 12_000, owedCents: 60_000, reservedCents: 100_000 },
      ...{ activeCents: 0, distributedCents: 0, expiredCents: 0, shortfallCents: 0 },
      availableCents: 500_000 - 12_000 - 60_000 - 100_000,
    });
  });

  it('does not close its agreement while places are owed', async () => {
    const closing = `/v1/agreements/${world.agreementId}/closing`;
    expect(await world.funder.refused(closing)).toBe('409 agreement_not_empty');
  });

  it('closes its agreement when nothing is owed, and the rest is refunded', async () => {
    const unused = await OrderWorld.in(app);
    const { funder, agreementId } = unused;
    await unused.activeOrder(20, { validUntilOn: '2027-04-30' });
    await app.passUntil('2027-06-20');
    const closing = `/v1/agreements/${agreementId}/closing`;
    // Drawn, and not yet agreed by default: the order is open.
    expect(await funder.refused(closing)).toBe('409 agreement_not_empty');
    await app.passUntil('2027-06-24');
    await funder.post(closing);
    expect(await funder.get(`/v1/agreements/${agreementId}`)).toMatchObject({ status: 'closed' });
    await refund(unused, 500_000 - 12_000);
    expect(await funder.get<MoneyOf>(`/v1/agreements/${agreementId}/balance`)).toMatchObject({
      ...{ depositedCents: 500_000, feesCents: 12_000, reservedCents: 488_000, availableCents: 0 },
    });
    events = await app.events();
  });

  it('is told in hindsight as the log knew it, at any past day', async () => {
    const { funder, operator, agreementId } = world;
    for (const asOf of INSTANTS) {
      const fold = ReferenceFold.asOf(events, new Date(asOf));
      const path = `balance?asOf=${asOf}`;
      const told = {
        agreement: await funder.get<MoneyOf>(`/v1/agreements/${agreementId}/${path}`),
        funder: await funder.get<MoneyOf>(`/v1/funders/${funder.partyId}/${path}`),
        place: await operator.get<ClaimsOf>(`/v1/places/${till.placeId}/${path}`),
      };
      expect({ asOf, ...told }).toEqual({
        ...{ asOf, agreement: fold.agreement(agreementId), funder: fold.funder(funder.partyId) },
        place: fold.place(till.placeId),
      });
    }
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

  it('leaves nothing to a person that a process should have done', () => {
    expect(app.incidents).toEqual([]);
  });
});
