import { parisDayOf } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import { bank } from './bank.projection';
import type { BankEntryRow, BankStatementRow, ExpectedRow } from './bank.tables';

const { bankEntries, bankExpected, bankStatements } = bank.table;

/** Where one statement does not go on from the one before. */
export type StatementGap = Readonly<{
  statementId: string;
  previousStatementId: string;
  previousClosingCents: number;
  openingCents: number;
  differenceCents: number;
}>;

/** Signed as the account sees it. */
export type Reconciliation = Readonly<{
  /** Closing balance of the last statement, null before the first. */
  bankBalanceCents: number | null;
  /** Opening balance of the first statement, and everything the ledger has booked since. */
  ledgerBalanceCents: number | null;
  unmatchedEntriesCents: number;
  unmatchedPaymentsCents: number;
  /** bankBalance − ledgerBalance − unmatchedEntries: 0, or a person has to look. */
  differenceCents: number;
  statementGaps: readonly StatementGap[];
  unmatchedEntries: readonly UnmatchedEntry[];
  unmatchedPayments: readonly ExpectedRow[];
  /** Typed deposits that no entry has confirmed three banking days after their value date. */
  lateDeposits: readonly ExpectedRow[];
}>;

export type UnmatchedEntry = BankEntryRow & Readonly<{ unmatchedCents: number }>;

/** Lists are cut here: whoever has more to look at looks at these first. */
export const LISTED_MAX = 500;

/** What the bank says of the ring-fenced account beside what the ledger says, at any instant. */
export class ReconciliationQueries {
  constructor(private readonly store: ReadStore) {}

  reconcile(asOf: Date): Reconciliation {
    return this.store.snapshot(() => this.#reconcile(asOf));
  }

  /** Typed deposits that nothing has confirmed three banking days after their value date. */
  countLateDeposits(asOf: Date): number {
    return this.#lateDeposits(asOf).length;
  }

  #reconcile(asOf: Date): Reconciliation {
    const atMs = asOf.getTime();
    const statements = this.#statements(atMs);
    const unmatchedEntriesCents = this.#sum('bank_open_changes', atMs);
    const [first, last] = [statements.at(0), statements.at(-1)];
    const bankBalanceCents = last?.closingCents ?? null;
    const booked = this.#sum('bank_ledger', atMs);
    const ledgerBalanceCents = first === undefined ? null : first.openingCents + booked;
    const explained = (ledgerBalanceCents ?? booked) + unmatchedEntriesCents;
    return {
      ...{ bankBalanceCents, ledgerBalanceCents, unmatchedEntriesCents },
      differenceCents: (bankBalanceCents ?? 0) - explained,
      statementGaps: gapsOf(statements),
      unmatchedEntries: this.#unmatchedEntries(atMs),
      ...this.#unmatchedPayments(atMs),
      lateDeposits: this.#lateDeposits(asOf),
    };
  }

  #statements(atMs: number): readonly BankStatementRow[] {
    const tail = 'WHERE readMs <= ? ORDER BY sortedBy, statementId, openingCents, closingCents';
    return inOrder(this.store.rows(bankStatements, tail, atMs));
  }

  #sum(table: 'bank_open_changes' | 'bank_ledger', atMs: number): number {
    const sql = `SELECT COALESCE(SUM(cents), 0) AS cents FROM ${table} WHERE atMs <= ?`;
    return this.store.get<{ cents: number }>(sql, atMs)?.cents ?? 0;
  }

  #unmatchedEntries(atMs: number): readonly UnmatchedEntry[] {
    const open = this.store.all<{ entryId: string; cents: number }>(
      `SELECT entryId, SUM(cents) AS cents FROM bank_open_changes WHERE atMs <= ?
        GROUP BY entryId HAVING SUM(cents) <> 0 ORDER BY entryId LIMIT ${LISTED_MAX}`,
      atMs,
    );
    return open.flatMap(({ entryId, cents }) => {
      const row = this.store.find(bankEntries, entryId);
      return row ? [{ ...row, unmatchedCents: cents }] : [];
    });
  }

  #unmatchedPayments(
    atMs: number,
  ): Pick<Reconciliation, 'unmatchedPayments' | 'unmatchedPaymentsCents'> {
    const open = `kind = 'payment' AND expectedMs <= ? AND (answeredMs IS NULL OR answeredMs > ?)`;
    const sql = `SELECT COALESCE(SUM(amountCents), 0) AS cents FROM bank_expected WHERE ${open}`;
    const sum = this.store.get<{ cents: number }>(sql, atMs, atMs)?.cents ?? 0;
    const tail = `WHERE ${open} ORDER BY expectedMs, reference LIMIT ${LISTED_MAX}`;
    return {
      unmatchedPaymentsCents: sum,
      unmatchedPayments: this.store.rows(bankExpected, tail, atMs, atMs),
    };
  }

  #lateDeposits(asOf: Date): readonly ExpectedRow[] {
    const atMs = asOf.getTime();
    const tail = `WHERE kind = 'deposit' AND dueOn < ? AND expectedMs <= ?
                    AND (answeredMs IS NULL OR answeredMs > ?)
                  ORDER BY dueOn, reference LIMIT ${LISTED_MAX}`;
    return this.store.rows(bankExpected, tail, parisDayOf(asOf), atMs, atMs);
  }
}

/** By days; those of one day as each goes on from the one before, as far as they do. */
function inOrder(statements: readonly BankStatementRow[]): readonly BankStatementRow[] {
  const ordered: BankStatementRow[] = [];
  for (const ofDay of Map.groupBy(statements, ({ sortedBy }) => sortedBy).values()) {
    const left = [...ofDay];
    while (left.length > 0) {
      const reached = ordered.at(-1)?.closingCents;
      const following = left.findIndex(({ openingCents }) => openingCents === reached);
      const first = left.findIndex(
        ({ openingCents }) => !left.some(({ closingCents }) => closingCents === openingCents),
      );
      const at = following >= 0 ? following : Math.max(first, 0);
      ordered.push(...left.splice(at, 1));
    }
  }
  return ordered;
}

function gapsOf(statements: readonly BankStatementRow[]): readonly StatementGap[] {
  return statements.flatMap(({ statementId, openingCents }, index) => {
    const previous = statements[index - 1];
    if (previous === undefined || previous.closingCents === openingCents) return [];
    const { statementId: previousStatementId, closingCents: previousClosingCents } = previous;
    const differenceCents = openingCents - previousClosingCents;
    return [
      { statementId, previousStatementId, previousClosingCents, openingCents, differenceCents },
    ];
  });
}
