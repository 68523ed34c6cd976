import type { BookRange } from '@app/voucher-books/contract';
import type { PaymentMove } from './reference-payments';

/** What api.md answers for an agreement or a funder; integer cents and vouchers. */
export type MoneyOf = Record<
  | 'depositedCents'
  | 'shortfallCents'
  | 'availableCents'
  | 'reservedCents'
  | 'activeCents'
  | 'distributedCents'
  | 'owedCents'
  | 'owedByPlacesCents'
  | 'inRunCents'
  | 'paidCents'
  | 'expiredCents'
  | 'returnedCents'
  | 'feesCents',
  number
> & { vouchers: VouchersOf };

export type VouchersOf = Record<
  'issued' | 'active' | 'distributed' | 'started' | 'redeemed' | 'paid' | 'expired' | 'blocked',
  number
>;

/** What api.md answers for a place or an organisation. */
export type ClaimsOf = Record<
  | 'redeemedCents'
  | 'owedCents'
  | 'owedByPlaceCents'
  | 'heldCents'
  | 'inRunCents'
  | 'paidCents'
  | 'vouchersRedeemed',
  number
> & { heldReasons: string[] };

/** Books of one order with one prescriber. */
export type StockOf = {
  orderId: string;
  ranges: BookRange[];
  books: number;
  inStock: number;
  handedOut: number;
};

/** Vouchers of a group that have come as far as this, or further. */
export type FunnelOf = Record<
  'issued' | 'active' | 'distributed' | 'started' | 'redeemed' | 'paid',
  number
>;

/** A redemption that was not taken back. */
export type Redemption = Readonly<{
  agreementId: string;
  placeId: string;
  organisationId: string;
  /** Of the place. */
  department: string;
  cents: number;
  vouchers: number;
}>;

/** What the equation of design.md lacks on one side: 0. */
export const imbalanceOf = (money: MoneyOf): number =>
  money.depositedCents +
  money.shortfallCents -
  (money.availableCents +
    money.reservedCents +
    money.activeCents +
    money.distributedCents +
    money.owedCents -
    money.owedByPlacesCents +
    money.inRunCents +
    money.paidCents +
    money.expiredCents +
    money.returnedCents +
    money.feesCents);

/** The buckets that may never be below zero and are. */
export const negativeOf = (money: MoneyOf): string[] =>
  NEVER_NEGATIVE.filter((bucket) => money[bucket] < 0);

const NEVER_NEGATIVE = [
  'availableCents',
  'reservedCents',
  'activeCents',
  'distributedCents',
  'expiredCents',
  'returnedCents',
  'feesCents',
  'shortfallCents',
] as const;

/** Owed by agreement and place, since an organisation may be creditor of one and debtor of another. */
export const claimsOf = (
  redemptions: readonly Redemption[],
  moves: readonly PaymentMove[],
): ClaimsOf => {
  const moved = (to: 'inRun' | 'paid', own: readonly PaymentMove[]): number =>
    sum(own, (each) => (each.to === to ? each.cents : each.from === to ? -each.cents : 0));
  const pairs = Map.groupBy([...redemptions, ...moves], ({ agreementId, placeId }) => {
    return `${agreementId} ${placeId}`;
  });
  const owed = [...pairs.values()].map((ofPair) => {
    const redeemed = ofPair.filter((each) => 'vouchers' in each);
    const own = ofPair.filter((each) => 'from' in each);
    return sum(redeemed, ({ cents }) => cents) - moved('inRun', own) - moved('paid', own);
  });
  return {
    redeemedCents: sum(redemptions, ({ cents }) => cents),
    owedCents: sum(owed, (net) => Math.max(net, 0)),
    owedByPlaceCents: sum(owed, (net) => Math.max(-net, 0)),
    ...{ heldCents: 0, heldReasons: [] },
    ...{ inRunCents: moved('inRun', moves), paidCents: moved('paid', moves) },
    vouchersRedeemed: sum(redemptions, ({ vouchers }) => vouchers),
  };
};

export const addMoney = (a: MoneyOf, b: MoneyOf): MoneyOf => {
  const { vouchers, ...cents } = a;
  return { ...addEach(cents, b), vouchers: addEach(vouchers, b.vouchers) };
};

const addEach = <Sums extends Record<string, number>>(a: Sums, b: Sums): Sums =>
  Object.fromEntries(Object.entries(a).map(([key, value]) => [key, value + (b[key] ?? 0)])) as Sums;

/** The fewest ranges of ascending numbers. */
export const rangesOf = (numbers: readonly number[]): BookRange[] => {
  const ranges: BookRange[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.lastBook === number - 1) ranges[ranges.length - 1] = { ...last, lastBook: number };
    else ranges.push({ firstBook: number, lastBook: number });
  }
  return ranges;
};

export const sum = <T>(items: readonly T[], amount: (item: T) => number): number =>
  items.reduce((total, item) => total + amount(item), 0);
