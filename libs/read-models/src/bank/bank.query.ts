import type { ReadStore } from '@app/platform';
import { bank } from './bank.projection';
import type {
  BankEntryRow,
  BankFileRow,
  BankItemRow,
  BankReportRow,
  BankTextRow,
  ExpectedRow,
} from './bank.tables';

const { bankReports, bankItems, bankEntries, bankTexts, bankExpected, bankFiles } = bank.table;

/** An item of a report with the entry it is about, as far as it is about one. */
export type JudgedItem = BankItemRow & Readonly<{ entry: BankEntryRow | null }>;

type Waiting = Readonly<Record<'entries' | 'answers' | 'underWay' | 'reports', number>>;

export class BankQueries {
  constructor(private readonly store: ReadStore) {}

  findReport(reportId: string): BankReportRow | undefined {
    return this.store.find(bankReports, reportId);
  }

  hasReport(reportId: string): boolean {
    return this.findReport(reportId) !== undefined;
  }

  /** The oldest first. */
  listReports(part: {
    after: readonly [receivedMs: number, reportId: string];
    limit: number;
    status: string | undefined;
  }): readonly BankReportRow[] {
    const { after, limit, status } = part;
    const only = status === undefined ? '' : 'AND status = ?';
    const tail = `WHERE (receivedMs, reportId) > (?, ?) ${only} ORDER BY receivedMs, reportId LIMIT ?`;
    const filter = status === undefined ? [] : [status];
    return this.store.rows(bankReports, tail, ...after, ...filter, limit);
  }

  /** Received or read, and not at their end: what the worker has to do. */
  listUnfinished(): readonly BankReportRow[] {
    const tail = `WHERE status IN ('received', 'read') ORDER BY receivedMs, reportId`;
    return this.store.rows(bankReports, tail);
  }

  /** In the order of the file. */
  listItems(part: {
    reportId: string;
    verdict: string | undefined;
    afterItem: number;
    limit: number;
  }): readonly JudgedItem[] {
    const { reportId, verdict, afterItem, limit } = part;
    const only = verdict === undefined ? '' : 'AND verdict = ?';
    const tail = `WHERE reportId = ? AND item > ? ${only} ORDER BY item LIMIT ?`;
    const filter = verdict === undefined ? [] : [verdict];
    return this.store.snapshot(() =>
      this.store.rows(bankItems, tail, reportId, afterItem, ...filter, limit).map((row) => {
        const entry = row.entryId === null ? undefined : this.findEntry(row.entryId);
        return { ...row, entry: entry ?? null };
      }),
    );
  }

  /** Whether the report has that entry, first or again. */
  names(reportId: string, entryId: string): boolean {
    const tail = 'WHERE reportId = ? AND entryId = ? LIMIT 1';
    return this.store.rows(bankItems, tail, reportId, entryId).length > 0;
  }

  findEntry(entryId: string): BankEntryRow | undefined {
    return this.store.find(bankEntries, entryId);
  }

  /** What the bank wrote of the entry's first transaction. */
  findText(entryId: string): BankTextRow | undefined {
    return this.store.find(bankTexts, entryId, 0);
  }

  /** Texts of entries that name nothing of ours so far: who can read them finds references there. */
  listWaitingTexts(): readonly BankTextRow[] {
    const waiting = `SELECT entryId FROM bank_entries WHERE status = 'waiting' AND reason = 'no_match'`;
    return this.store.rows(
      bankTexts,
      `WHERE entryId IN (${waiting}) ORDER BY entryId, "transaction"`,
    );
  }

  /** At their end, received before that instant, not erased, and with no entry that is still open. */
  listReportsToErase(receivedBefore: string): readonly string[] {
    const rows = this.store.all<{ reportId: string }>(
      `SELECT reportId FROM bank_reports AS report
        WHERE status IN ('completed', 'refused') AND receivedAt < ? AND erasedAt IS NULL
          AND NOT EXISTS (SELECT 1 FROM bank_entries AS entry
                           WHERE entry.reportId = report.reportId
                             AND status IN ('waiting', 'matched'))
        ORDER BY receivedAt LIMIT 1000`,
      receivedBefore,
    );
    return rows.map(({ reportId }) => reportId);
  }

  /** Of these, those that are erased. */
  listErasedOf(reportIds: readonly string[]): readonly string[] {
    return reportIds.filter((reportId) => (this.findReport(reportId)?.erasedAt ?? null) !== null);
  }

  /** In id order. */
  listEntries(part: {
    status: string | undefined;
    after: string;
    limit: number;
  }): readonly BankEntryRow[] {
    const { status, after, limit } = part;
    const only = status === undefined ? '' : 'AND status = ?';
    const filter = status === undefined ? [] : [status];
    const tail = `WHERE entryId > ? ${only} ORDER BY entryId LIMIT ?`;
    return this.store.rows(bankEntries, tail, after, ...filter, limit);
  }

  /**
   * Entries that wait for a person and need none any more: what they were about was announced after
   * them, or the debit that a return waited for has come.
   */
  listRematchable(): readonly string[] {
    const rows = this.store.all<{ entryId: string }>(
      `SELECT entryId FROM bank_entries AS entry
        WHERE status = 'waiting' AND reason = 'no_match' AND EXISTS (
              SELECT 1 FROM bank_references AS named JOIN bank_expected USING (reference)
               WHERE named.entryId = entry.entryId)
       UNION ALL
       SELECT entryId FROM bank_entries AS entry
        WHERE status = 'waiting' AND reason = 'payment_not_settled' AND EXISTS (
              SELECT 1 FROM bank_expected
               WHERE reference = UPPER(entry.awaits) AND kind = 'payment' AND status = 'booked')`,
    );
    return rows.map(({ entryId }) => entryId);
  }

  /** Under one of these references, normalised. */
  findExpected(references: readonly string[]): readonly ExpectedRow[] {
    const marks = references.map(() => '?').join(', ');
    return this.store.rows(bankExpected, `WHERE reference IN (${marks})`, ...references);
  }

  /** Of that amount, still expected, or booked where `status` says so. */
  listExpectedOf(amountCents: number, status: 'expected' | 'booked'): readonly ExpectedRow[] {
    const tail = 'WHERE amountCents = ? AND status = ? ORDER BY reference LIMIT 20';
    return this.store.rows(bankExpected, tail, amountCents, status);
  }

  /** A refund or a sweep by its id, a deposit, or the attempts of a claim. */
  listExpectedTargets(kind: ExpectedRow['kind'], targetId: string): readonly ExpectedRow[] {
    const tail = 'WHERE kind = ? AND targetId = ? ORDER BY expectedMs';
    return this.store.rows(bankExpected, tail, kind, targetId);
  }

  /** A file of ours by its MsgId or its PmtInfId. */
  findFile(id: string): BankFileRow | undefined {
    const tail = 'WHERE messageId = ? OR paymentInformationId = ? LIMIT 1';
    return this.store.rows(bankFiles, tail, id, id)[0];
  }

  /** Files in whose range of end-to-end ids this one is: it need not be in any. */
  listFilesAround(endToEndId: string): readonly BankFileRow[] {
    const tail = 'WHERE firstEndToEndId <= ? AND lastEndToEndId >= ?';
    return this.store.rows(bankFiles, tail, endToEndId, endToEndId);
  }

  /** What a person has to look at, counted for whoever is on duty. */
  countWaiting(): Waiting {
    const counted = this.store.get<Waiting>(
      `SELECT (SELECT COUNT(*) FROM bank_entries WHERE status = 'waiting') AS entries,
              (SELECT COUNT(*) FROM bank_items
                WHERE verdict = 'waiting' AND entryId IS NULL AND acknowledgedBy IS NULL) AS answers,
              (SELECT COUNT(*) FROM bank_entries WHERE status = 'matched') AS underWay,
              (SELECT COUNT(*) FROM bank_reports WHERE status IN ('received', 'read')) AS reports`,
    );
    return counted ?? { entries: 0, answers: 0, underWay: 0, reports: 0 };
  }
}
