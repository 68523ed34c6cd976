import type { AgreementRow } from './ledger.tables';
import type { PairRow } from './pairs.tables';
import { paidVouchers } from './roll-forward';

/** Every cent of an agreement by bucket; the equation of design.md holds between them. */
export type FundingBalance = Readonly<{
  depositedCents: number;
  shortfallCents: number;
  availableCents: number;
  reservedCents: number;
  activeCents: number;
  distributedCents: number;
  /** What places are owed, summed over (agreement, place) pairs that are. */
  owedCents: number;
  /** What places owe back, summed over the pairs that do. */
  owedByPlacesCents: number;
  inRunCents: number;
  paidCents: number;
  expiredCents: number;
  returnedCents: number;
  feesCents: number;
  vouchers: Readonly<{
    issued: number;
    /** Active and not handed out. */
    active: number;
    /** Handed out and not redeemed. */
    distributed: number;
    /** Handed out, in books of which at least one voucher is redeemed; each in one book. */
    started: number;
    redeemed: number;
    paid: number;
    expired: number;
    /** Unused vouchers of blocked books, whichever of the others they are in. */
    blocked: number;
  }>;
}>;

/** redeemed (net of cancellations) = owed − owedByPlace + inRun + paid. */
export type PayeeBalance = Readonly<{
  redeemedCents: number;
  owedCents: number;
  owedByPlaceCents: number;
  inRunCents: number;
  paidCents: number;
  vouchersRedeemed: number;
}>;

/** Debts apart from credits, summed over (agreement, place) pairs; none is negative. */
export type GrossBalance = Readonly<{
  owedCents: number;
  owedByPlacesCents: number;
  /** Frozen in lines, and what places owe that lines take off. */
  inRunCents: number;
  inRunByPlacesCents: number;
}>;

export const grossBalance = (pairs: readonly PairRow[]): GrossBalance => {
  const sums = { owedCents: 0, owedByPlacesCents: 0, inRunCents: 0, inRunByPlacesCents: 0 };
  for (const { owedCents, inRunCents } of pairs) {
    sums.owedCents += Math.max(owedCents, 0);
    sums.owedByPlacesCents += Math.max(-owedCents, 0);
    sums.inRunCents += Math.max(inRunCents, 0);
    sums.inRunByPlacesCents += Math.max(-inRunCents, 0);
  }
  return sums;
};

export const fundingBalance = (row: AgreementRow, pairs: readonly PairRow[]): FundingBalance => {
  const { owedCents, owedByPlaceCents, vouchersRedeemed } = payeeBalance(pairs);
  const { faceValueCents } = row;
  return {
    // Accounts that are sources stand below zero; the figure is what came out of them.
    depositedCents: 0 - row.worldCents,
    shortfallCents: 0 - row.shortfallCents,
    availableCents: row.availableCents,
    reservedCents: row.reservedCents,
    activeCents: row.activeCents,
    distributedCents: row.distributedCents,
    owedCents,
    owedByPlacesCents: owedByPlaceCents,
    inRunCents: row.inRunCents,
    paidCents: row.paidCents,
    expiredCents: row.expiredCents,
    returnedCents: row.returnedCents,
    feesCents: row.feesCents,
    vouchers: {
      issued: row.issued,
      active: Math.trunc(row.activeCents / faceValueCents),
      distributed: Math.trunc(row.distributedCents / faceValueCents),
      started: row.started,
      redeemed: vouchersRedeemed,
      paid: paidVouchers(row),
      expired: Math.trunc(row.expiredCents / faceValueCents),
      blocked: row.blocked,
    },
  };
};

export const addFundingBalances = (balances: readonly FundingBalance[]): FundingBalance =>
  balances.reduce(addTwo, EMPTY_BALANCE);

export const payeeBalance = (pairs: readonly PairRow[]): PayeeBalance => {
  const total = { ...EMPTY_PAYEE };
  for (const { owedCents, inRunCents, paidCents, vouchersRedeemed } of pairs) {
    total.redeemedCents += owedCents + inRunCents + paidCents;
    total.owedCents += Math.max(owedCents, 0);
    total.owedByPlaceCents += Math.max(-owedCents, 0);
    total.inRunCents += inRunCents;
    total.paidCents += paidCents;
    total.vouchersRedeemed += vouchersRedeemed;
  }
  return total;
};

const EMPTY_PAYEE = {
  redeemedCents: 0,
  owedCents: 0,
  owedByPlaceCents: 0,
  inRunCents: 0,
  paidCents: 0,
  vouchersRedeemed: 0,
};

const EMPTY_BALANCE: FundingBalance = {
  depositedCents: 0,
  shortfallCents: 0,
  availableCents: 0,
  reservedCents: 0,
  activeCents: 0,
  distributedCents: 0,
  owedCents: 0,
  owedByPlacesCents: 0,
  inRunCents: 0,
  paidCents: 0,
  expiredCents: 0,
  returnedCents: 0,
  feesCents: 0,
  vouchers: {
    issued: 0,
    active: 0,
    distributed: 0,
    started: 0,
    redeemed: 0,
    paid: 0,
    expired: 0,
    blocked: 0,
  },
};

const addTwo = (a: FundingBalance, b: FundingBalance): FundingBalance => {
  const { vouchers, ...cents } = a;
  return {
    ...addEach(cents, b),
    vouchers: addEach(vouchers, b.vouchers),
  };
};

const addEach = <Sums extends Readonly<Record<string, number>>>(a: Sums, b: Sums): Sums =>
  Object.fromEntries(Object.keys(a).map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)])) as Sums;
