import { SchemeApp } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let world: OrderWorld;
beforeEach(async () => {
  app = await SchemeApp.start('2026-03-30T08:00:00.000Z');
  world = await OrderWorld.in(app, { coFunders: CO_FUNDERS });
});
afterEach(() => app.stop());

/** The State bears a third, of 20 € in all; what is beyond falls to the funder. */
const CO_FUNDERS = [
  { name: 'Département de la Nièvre', shareBasisPoints: 6_667 },
  { name: 'État', shareBasisPoints: 3_333, ceilingCents: 2_000 },
];

type Account = Readonly<{
  usedCents: number;
  usedByPublic: readonly object[];
  coFunders: readonly Readonly<{ claimCents: number; claimSinceStartCents: number }>[];
}>;

const account = (from: string, to: string): Promise<Account> =>
  world.funder.get<Account>(`/v1/agreements/${world.agreementId}/account?from=${from}&to=${to}`);

describe('the shares of co-funders', () => {
  it('add up over periods to those of the whole, whoever a ceiling cuts', async () => {
    const orderId = await world.activeOrder(2);
    const prescriber = await world.prescriber();
    const { firstBook } = await world.allocate(orderId, prescriber, 2);
    const { placeId, cashier } = await world.place();
    const key = { orderId, keyId: app.keyRing.currentKeyId };
    const redeem = (book: number, vouchers: readonly number[]) =>
      cashier.post('/v1/redemptions', {
        ...{ placeId, service: 'online-forms', priceCents: 100_000 },
        codes: vouchers.map((voucher) => app.codes.codeOf(key, { book, voucher })),
      });
    await prescriber.post('/v1/distributions', handOut(prescriber, firstBook));
    const other = handOut(prescriber, firstBook + 1, { public: 'job-seeker' });
    await prescriber.post('/v1/distributions', other);
    await redeem(firstBook, [1]);
    app.clock.advanceBy({ days: 2 });
    await redeem(firstBook, [2]);
    await redeem(firstBook + 1, [1, 2, 3, 4, 5, 6]);

    const march = await account('2026-03-01', '2026-03-31');
    const april = await account('2026-04-01', '2026-04-30');
    const year = await account('2026-01-01', '2026-12-31');
    expect(claimsOf(march)).toEqual([667, 333]);
    expect(claimsOf(april)).toEqual([5_333, 1_667]);
    expect(claimsOf(year)).toEqual([6_000, 2_000]);
    expect(april.coFunders.map((each) => each.claimSinceStartCents)).toEqual([6_000, 2_000]);
    for (const { usedCents, coFunders } of [march, april, year]) {
      expect(coFunders.reduce((sum, { claimCents }) => sum + claimCents, 0)).toBe(usedCents);
    }
    expect(year.usedByPublic).toEqual([
      { public: 'job-seeker', vouchers: 6, cents: 6_000, shareBasisPoints: 7_500 },
      { public: 'senior', vouchers: 2, cents: 2_000, shareBasisPoints: 2_500 },
    ]);
  });
});

const claimsOf = ({ coFunders }: Account): readonly number[] =>
  coFunders.map(({ claimCents }) => claimCents);
