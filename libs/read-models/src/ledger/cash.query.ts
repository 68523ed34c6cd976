import { parisDayOf } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import { DAY_RANGE, dayRange } from './balances.query';
import { addSums, NO_CASH } from './cash';
import { ledger } from './ledger.projection';
import type { CashRow, CashSums } from './pairs.tables';

const { cash, cashClosings } = ledger.table;

/** An agreement's own part of the ring-fenced account. */
export type AgreementCash = Omit<CashRow, 'day'>;

/** Cash now, or as the log knew it at any past instant. */
export class CashQueries {
  constructor(private readonly store: ReadStore) {}

  /** Undefined where no such agreement is known. */
  findAgreement(agreementId: string, asOf?: Date): AgreementCash | undefined {
    return this.store.snapshot(() => {
      const row = this.store.find(cash, agreementId);
      return row && this.#at(row, asOf);
    });
  }

  /** All agreements, in the order of their ids; all 0 before their first deposit. */
  list(asOf?: Date): readonly AgreementCash[] {
    return this.store.snapshot(() =>
      this.store.rows(cash, 'ORDER BY agreementId').map((row) => this.#at(row, asOf)),
    );
  }

  #at(row: CashRow, asOf: Date | undefined): AgreementCash {
    const { agreementId, funderId } = row;
    return { agreementId, funderId, ...this.#sumsAt(row, asOf) };
  }

  #sumsAt(row: CashRow, asOf: Date | undefined): CashSums {
    const day = asOf && parisDayOf(asOf);
    if (asOf === undefined || day === undefined || row.day < day) return sumsOf(row);
    const { agreementId } = row;
    const [closing] = this.store.rows(
      cashClosings,
      'WHERE agreementId = ? AND day < ? ORDER BY day DESC LIMIT 1',
      agreementId,
      day,
    );
    const changed = this.store.get<CashSums>(
      `SELECT COALESCE(SUM(cashCents), 0) AS cashCents,
              COALESCE(SUM(confirmedCents), 0) AS confirmedCents,
              COALESCE(SUM(sweptCents), 0) AS sweptCents,
              COALESCE(SUM(frozenCents), 0) AS frozenCents
         FROM cash_changes WHERE ${DAY_RANGE} AND agreementId = ?`,
      ...dayRange(asOf),
      agreementId,
    );
    return addSums(closing ?? NO_CASH, changed ?? NO_CASH);
  }
}

const sumsOf = ({ cashCents, confirmedCents, sweptCents, frozenCents }: CashSums): CashSums => {
  return { cashCents, confirmedCents, sweptCents, frozenCents };
};
