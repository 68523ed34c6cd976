import type { ReadStore } from '@app/platform';
import { ledger } from '../ledger/ledger.projection';
import type { PairRow } from '../ledger/pairs.tables';
import { debtDecisions, type DebtDecisions, type WriteOffView } from './debtors.projection';

const { pairs, pairClosings } = ledger.table;

/** What an organisation owes by one agreement at one of its places. */
export type DebtPart = Readonly<{
  agreementId: string;
  placeId: string;
  debtCents: number;
  /** Taken off by a run that the bank has not answered; no part of the debt any more. */
  nettedCents: number;
  /** The first day at whose end it was owed, and at every day's end since; '' where netted whole. */
  sinceOn: string;
}>;

export type Debt = Omit<DebtDecisions, 'writeOffs'> &
  Readonly<{
    debtCents: number;
    nettedCents: number;
    /** What other agreements and places owe it: runs net the one with the other. */
    owedCents: number;
    sinceOn: string;
    parts: readonly DebtPart[];
    writeOffs: readonly WriteOffView[];
  }>;

/** An organisation that owes, to be repaid by itself or by the operator. */
export type Debtor = Omit<Debt, 'parts' | 'writeOffs' | 'repaidCents' | 'toppedUpCents'> &
  Readonly<{
    /** It left, and has not repaid in its time: a write-off and the operator's top-up are due. */
    overdue: boolean;
  }>;

/** Who owes money back: places whose redemptions were cancelled after they were paid. */
export class DebtQueries {
  constructor(private readonly store: ReadStore) {}

  /** All 0 for an organisation that owes nothing. */
  getDebt(organisationId: string): Debt {
    return this.store.snapshot(() => {
      const rows = this.store.rows(
        pairs,
        'WHERE organisationId = ? ORDER BY agreementId, placeId',
        organisationId,
      );
      const parts = rows
        .filter(({ owedCents, inRunCents }) => owedCents < 0 || inRunCents < 0)
        .map((row) => this.#partOf(row));
      const row = this.store.find(debtDecisions.table, organisationId);
      const decisions = decisionsOf(row, organisationId);
      const debtCents = sumOf(parts.map((part) => part.debtCents));
      return {
        ...decisions,
        debtCents,
        // What was repaid or earned since it was decided, nobody has to top up.
        toTopUpCents: Math.min(decisions.toTopUpCents, debtCents),
        nettedCents: sumOf(parts.map((part) => part.nettedCents)),
        owedCents: sumOf(rows.map(({ owedCents }) => Math.max(owedCents, 0))),
        sinceOn:
          parts
            .map((part) => part.sinceOn)
            .filter(Boolean)
            .sort()[0] ?? '',
        parts,
      };
    });
  }

  /** In the order of their ids. */
  listDebtors(part: Readonly<{ after: string; limit: number; today: string }>): readonly Debtor[] {
    const { after, limit, today } = part;
    return this.store.snapshot(() =>
      this.store
        .all<{ organisationId: string }>(
          `SELECT organisationId FROM pairs WHERE organisationId > ? GROUP BY organisationId
           HAVING MIN(owedCents) < 0
            ORDER BY organisationId LIMIT ?`,
          ...[after, limit],
        )
        .map(({ organisationId }) => debtorOf(this.getDebt(organisationId), today)),
    );
  }

  /** What the operator has to see to: decided write-offs to top up, and debts past their time. */
  getDue(today: string): Readonly<{ toTopUpCents: number; overdueCents: number }> {
    return this.store.snapshot(() => {
      const decided = this.store.rows(debtDecisions.table, 'WHERE toTopUpCents > 0');
      const late = this.store.rows(
        debtDecisions.table,
        `WHERE leftOn <> '' AND recoverUntilOn < ?`,
        today,
      );
      return {
        toTopUpCents: sumOf(decided.map(({ organisationId: id }) => this.getDebt(id).toTopUpCents)),
        overdueCents: sumOf(late.map(({ organisationId: id }) => this.getDebt(id).debtCents)),
      };
    });
  }

  #partOf(row: PairRow): DebtPart {
    const { agreementId, placeId, owedCents, inRunCents } = row;
    return {
      ...{ agreementId, placeId, debtCents: Math.max(0 - owedCents, 0) },
      nettedCents: Math.max(0 - inRunCents, 0),
      sinceOn: owedCents < 0 ? this.#sinceOf(row) : '',
    };
  }

  /** Back through the ends of the days on which it changed. */
  #sinceOf({ agreementId, placeId, day }: PairRow): string {
    const closings = this.store.rows(
      pairClosings,
      'WHERE agreementId = ? AND placeId = ? ORDER BY day DESC',
      ...[agreementId, placeId],
    );
    const debtless = closings.findIndex(({ owedCents }) => owedCents >= 0);
    const owing = debtless === -1 ? closings : closings.slice(0, debtless);
    return owing.at(-1)?.day ?? day;
  }
}

const decisionsOf = (row: DebtDecisions | undefined, organisationId: string): DebtDecisions => {
  if (row === undefined) return { ...NOTHING_DECIDED, organisationId };
  const { leftOn, recoverUntilOn, toTopUpCents, repaidCents, toppedUpCents, writeOffs } = row;
  const sums = { toTopUpCents, repaidCents, toppedUpCents };
  return { organisationId, leftOn, recoverUntilOn, ...sums, writeOffs };
};

const NOTHING_DECIDED: Omit<DebtDecisions, 'organisationId'> = {
  ...{ leftOn: '', recoverUntilOn: '', writeOffs: [] },
  ...{ toTopUpCents: 0, repaidCents: 0, toppedUpCents: 0 },
};

const debtorOf = (debt: Debt, today: string): Debtor => {
  const { parts: _, writeOffs: __, repaidCents: ___, toppedUpCents: ____, ...debtor } = debt;
  const { recoverUntilOn, debtCents } = debt;
  return { ...debtor, overdue: debtCents > 0 && recoverUntilOn !== '' && recoverUntilOn < today };
};

const sumOf = (cents: readonly number[]): number => cents.reduce((sum, each) => sum + each, 0);
