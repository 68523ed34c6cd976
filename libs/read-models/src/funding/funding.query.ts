import type { Keyed, Params, ReadStore, Table } from '@app/platform';
import { agreementTerms, type AgreementView } from './agreements.projection';
import { deposits, type DepositView } from './deposits.projection';
import { funders, type FunderView } from './funders.projection';

export type ListPart = Readonly<{ after: string; limit: number }>;
type OfFunder = ListPart & Readonly<{ funderId?: string | undefined }>;

/** Lists in id order; `funderId` narrows to one funder's own. */
export class FundingQueries {
  constructor(private readonly store: ReadStore) {}

  findFunder(funderId: string): FunderView | undefined {
    return this.#views(funders.table, 'WHERE key = ?', funderId)[0];
  }

  listFunders({ after, limit }: ListPart): readonly FunderView[] {
    return this.#views(funders.table, 'WHERE key > ? ORDER BY key LIMIT ?', after, limit);
  }

  findAgreement(agreementId: string): AgreementView | undefined {
    return this.#views(agreementTerms.table, 'WHERE key = ?', agreementId)[0];
  }

  listAgreements(part: OfFunder): readonly AgreementView[] {
    return this.#ofFunder(agreementTerms.table, part);
  }

  findDeposit(depositId: string): DepositView | undefined {
    return this.#views(deposits.table, 'WHERE key = ?', depositId)[0];
  }

  listDeposits(part: OfFunder): readonly DepositView[] {
    return this.#ofFunder(deposits.table, part);
  }

  /** Typed deposits of a value date before the day that no booked credit has confirmed. */
  listUnconfirmed(beforeOn: string): readonly DepositView[] {
    const tail = `WHERE status = 'typed' AND valueOn < ? ORDER BY valueOn`;
    return this.#views(deposits.table, tail, beforeOn);
  }

  #ofFunder<View extends object>(
    table: Table<Keyed<View>>,
    { after, limit, funderId }: OfFunder,
  ): readonly View[] {
    return funderId === undefined
      ? this.#views(table, 'WHERE key > ? ORDER BY key LIMIT ?', after, limit)
      : this.#views(
          table,
          'WHERE funderId = ? AND key > ? ORDER BY key LIMIT ?',
          ...[funderId, after, limit],
        );
  }

  /** Rows without their key, which repeats the id. */
  #views<View extends object>(
    table: Table<Keyed<View>>,
    tail: string,
    ...params: Params
  ): readonly View[] {
    return this.store.rows(table, tail, ...params).map(({ key: _, ...view }) => view as View);
  }
}
