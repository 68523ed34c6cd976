import type { Account, AgreementRow, Movement, PairRow } from './ledger.tables';

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

/** A pair's debt after a movement; one of another pair, or between other accounts, changes nothing. */
export const addToPair = (row: PairRow, sum: Sum): PairRow => {
  const { agreementId, placeId, from, to, cents, vouchers } = sum;
  if (agreementId !== row.agreementId || placeId !== row.placeId) return row;
  const after = { ...row };
  if (isOfPairs(from)) after[`${from}Cents`] -= cents;
  else after.vouchersRedeemed += vouchers;
  if (isOfPairs(to)) after[`${to}Cents`] += cents;
  else after.vouchersRedeemed -= vouchers;
  return after;
};

export const isOfPairs = (account: Account): account is 'owed' | 'inRun' | 'paid' =>
  account === 'owed' || account === 'inRun' || account === 'paid';
