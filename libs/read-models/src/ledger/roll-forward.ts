import type { Account, AgreementRow, Movement } from './ledger.tables';
import type { PairRow } from './pairs.tables';

/** Movements between the same accounts, of the same pair, added up. */
export type Sum = Pick<Movement, 'agreementId' | 'placeId' | 'from' | 'to' | 'cents' | 'vouchers'>;

/** An agreement's accounts after a movement. */
export const addMovement = (
  row: AgreementRow,
  { from, to, cents }: Pick<Sum, 'from' | 'to' | 'cents'>,
): AgreementRow => {
  const after = { ...row };
  after[`${from}Cents`] -= cents;
  after[`${to}Cents`] += cents;
  return after;
};

/** Whole ones: the rest of a repaid debt is a part of one. Never −0. */
export const paidVouchers = ({ paidCents, faceValueCents }: AgreementRow): number =>
  Math.trunc(paidCents / faceValueCents) + 0;

/** A pair's debt after a movement; one of another pair, or between other accounts, changes nothing. */
export const addToPair = (row: PairRow, sum: Sum): PairRow => {
  if (sum.agreementId !== row.agreementId || sum.placeId !== row.placeId) return row;
  const after = { ...row };
  shiftPair(after, sum);
  return after;
};

/** Changes a row that its caller has copied. */
export const shiftPair = (after: PairSums, { from, to, cents, vouchers }: Sum): void => {
  if (isOfPairs(from)) after[`${from}Cents`] -= cents;
  else after.vouchersRedeemed += vouchers;
  if (isOfPairs(to)) after[`${to}Cents`] += cents;
  else after.vouchersRedeemed -= vouchers;
};

export const isOfPairs = (account: Account): account is 'owed' | 'inRun' | 'paid' =>
  account === 'owed' || account === 'inRun' || account === 'paid';

type PairSums = Record<'owedCents' | 'inRunCents' | 'paidCents' | 'vouchersRedeemed', number>;
