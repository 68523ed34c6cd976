import type { BankReportFact, ItemVerdict } from '@app/reimbursement/contract';
import type { BankReportRow } from './bank.tables';
import type { BankFolds, BankTables } from './bank-folds';

/** The files of the bank, and a verdict for everything in them. */
export const REPORT_FACTS: BankFolds<BankReportFact> = {
  BankReportReceived: ({ data }, tables) => {
    tables.bankReports.put({
      ...{ ...data, receivedMs: new Date(data.receivedAt).getTime(), status: 'received' },
      ...{ kind: null, messageId: null, createdAt: null, reasons: [], items: 0 },
      ...{ matched: 0, waiting: 0, duplicate: 0, notBooked: 0, noted: 0 },
      erasedAt: null,
    });
  },
  BankReportRefused: ({ data: { reportId, reason, reasons } }, tables) => {
    const others = reasons.filter((each) => each !== reason);
    changeReport(tables, reportId, () => ({ status: 'refused', reasons: [reason, ...others] }));
  },
  BankReportRead: ({ data, recordedAt }, tables) => {
    const { reportId, kind, messageId, createdAt, items, statements } = data;
    changeReport(tables, reportId, () => ({ status: 'read', kind, messageId, createdAt, items }));
    for (const { statementId, openingCents, closingCents, fromOn, toOn } of statements) {
      if (openingCents === undefined || closingCents === undefined) continue;
      const sortedBy = toOn ?? createdAt;
      const key = [sortedBy, statementId, openingCents, closingCents] as const;
      if (tables.bankStatements.get(...key)) continue;
      tables.bankStatements.put({
        ...{ statementId, reportId, openingCents, closingCents, sortedBy },
        ...{ fromOn: fromOn ?? null, toOn: toOn ?? null, readMs: recordedAt.getTime() },
      });
    }
  },
  ReportItemsJudged: ({ data: { reportId, verdicts } }, tables) => {
    for (const each of verdicts) {
      const { item, verdict, entryId = null, endToEndId = null, reason = null } = each;
      const row = { reportId, item, entryId, endToEndId, verdict, reason, acknowledgedBy: null };
      tables.bankItems.put(row);
      if (verdict === 'waiting' && entryId !== null) keepReason(tables, entryId, reason);
    }
    changeReport(tables, reportId, (report) => counted(report, verdicts));
  },
  BankReportCompleted: ({ data: { reportId } }, tables) =>
    changeReport(tables, reportId, () => ({ status: 'completed' })),
  ReportAnswerAcknowledged: ({ data: { reportId, item, acknowledgedBy } }, tables) => {
    const row = tables.bankItems.get(reportId, item);
    if (row) tables.bankItems.put({ ...row, acknowledgedBy });
  },
  BankReportErased: ({ data: { reportId, erasedAt } }, tables) => {
    changeReport(tables, reportId, () => ({ erasedAt }));
    for (const { entryId, transaction } of tables.bankTexts.where({ reportId })) {
      tables.bankTexts.delete(entryId, transaction);
    }
  },
};

function changeReport(
  { bankReports }: BankTables,
  reportId: string,
  change: (row: BankReportRow) => Partial<BankReportRow>,
): void {
  const row = bankReports.get(reportId);
  if (row) bankReports.put({ ...row, ...change(row) });
}

/** Of an entry that was reopened since, the newer reason stands. */
function keepReason({ bankEntries }: BankTables, entryId: string, reason: string | null): void {
  const row = bankEntries.get(entryId);
  if (row?.status === 'waiting' && row.reason === null) bankEntries.put({ ...row, reason });
}

function counted(
  row: BankReportRow,
  verdicts: readonly ItemVerdict[],
): Pick<BankReportRow, (typeof COUNT)[keyof typeof COUNT]> {
  const { matched, waiting, duplicate, notBooked, noted } = row;
  const sums = { matched, waiting, duplicate, notBooked, noted };
  for (const { verdict } of verdicts) sums[COUNT[verdict]] += 1;
  return sums;
}

const COUNT = {
  matched: 'matched',
  waiting: 'waiting',
  duplicate: 'duplicate',
  not_booked: 'notBooked',
  noted: 'noted',
} as const;
