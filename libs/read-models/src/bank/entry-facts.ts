import { normaliseReference } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import type {
  BankEntry,
  BankEntryFact,
  BankEntryRecorded,
  RecordedBankEntry,
} from '@app/reimbursement/contract';
import type { BankEntryRow, BankTextRow } from './bank.tables';
import type { BankFolds, BankTables } from './bank-folds';

type Moved = Readonly<{ amountCents: number; direction: BankEntry['direction'] }>;

/** Lines of the account, from the first report that names them to their effect in the ledger. */
export const ENTRY_FACTS: BankFolds<BankEntryFact> = {
  BankEntryRecorded: (event, tables) => {
    const { entryId, entry, source } = event.data;
    tables.bankEntries.put(newEntry(event.data));
    for (const row of textsOf(event.data)) tables.bankTexts.put(row);
    for (const reference of referencesOf(entry)) tables.bankReferences.put({ reference, entryId });
    if (source === 'statement') changeOpen(tables, event, { entryId, cents: signed(entry) });
  },
  BankEntryBooked: (event, tables) => {
    const { entryId, statementId, bookedOn } = event.data;
    changeEntry(tables, entryId, (row) => {
      changeOpen(tables, event, { entryId, cents: signed(row) });
      return { status: 'waiting', statementId, bookedOn };
    });
  },
  MatchProposed: ({ data: { entryId, resolution: guess, reason } }, tables) =>
    changeEntry(tables, entryId, (row) => {
      // A guess by amount does not say why the entry waits; that comes with its verdict.
      const isByAmount = reason.startsWith('amount_and') || reason === 'amount';
      return { guess, guessReason: reason, reason: isByAmount ? row.reason : reason };
    }),
  ResolutionProposed: ({ data: { entryId, resolution, amountCents, proposedBy } }, tables) =>
    changeEntry(tables, entryId, () => ({ proposal: { resolution, amountCents, proposedBy } })),
  BankEntryMatched: (event, tables) => take(event, tables),
  BankEntryResolved: (event, tables) => take(event, tables),
  BankEntryApplied: (event, tables) => {
    const { entryId, amountCents, direction, resolution } = event.data;
    changeEntry(tables, entryId, ({ openCents }) => {
      return { status: openCents > 0 ? 'waiting' : 'settled', takenMs: null };
    });
    // Everything else says in its own stream what it did to the account.
    if (!KEPT_BY_ENTRY.has(resolution.as)) return;
    keepLedger(tables, event, signed({ amountCents, direction }));
  },
  BankEntryReopened: (event, tables) => {
    const { entryId, amountCents, direction, reason, payments } = event.data;
    changeOpen(tables, event, { entryId, cents: signed({ amountCents, direction }) });
    const awaits = payments?.[0]?.endToEndId ?? null;
    changeEntry(tables, entryId, (row) => {
      const openCents = row.openCents + amountCents;
      return { status: 'waiting', openCents, reason, awaits, takenMs: null };
    });
  },
};

/** Money that only the entry itself tells of; a duplicate is in no balance a second time. */
const KEPT_BY_ENTRY: ReadonlySet<string> = new Set(['bankCharge', 'interest']);

/** Money that the ledger says the account has seen. */
export function keepLedger(
  { bankLedger }: BankTables,
  { position, recordedAt }: RecordedEvent,
  cents: number,
): void {
  bankLedger.put({ position, atMs: recordedAt.getTime(), cents });
}

const signed = ({ amountCents, direction }: Moved): number =>
  // Subtracted and not negated: a debit of nothing must not become negative zero.
  direction === 'credit' ? amountCents : 0 - amountCents;

function newEntry({ entryId, reportId, source, statementId, entry }: BankEntryRecorded['data']) {
  const { direction, reversal, amountCents, bookedOn, valueOn, reference, transactions } = entry;
  const [first] = transactions;
  return {
    ...{ entryId, reportId, statementId, direction, reversal, amountCents },
    status: source === 'statement' ? ('waiting' as const) : ('announced' as const),
    openCents: amountCents,
    ...{ bookedOn: bookedOn ?? null, valueOn: valueOn ?? null, reference: reference ?? null },
    endToEndId: first?.endToEndId ?? null,
    transactions: transactions.length,
    ...{
      reason: null,
      guess: null,
      guessReason: null,
      proposal: null,
      resolution: null,
      awaits: null,
    },
    takenMs: null,
  };
}

/** Sealed; or in clear, of an entry recorded before texts were sealed. */
function textsOf({ reportId, entryId, entry }: BankEntryRecorded['data']): BankTextRow[] {
  return entry.transactions.flatMap((each, transaction): BankTextRow[] => {
    const { amountCents: _, returnReason: __, text, ...clear } = each;
    const isNamed = Object.keys(clear).some((field) => field !== 'endToEndId');
    if (text === undefined && !isNamed) return [];
    return [{ reportId, entryId, transaction, text: text ?? clear }];
  });
}

/** Under which a person may have announced the entry, as far as they are in clear. */
function referencesOf({ reference, transactions }: RecordedBankEntry): ReadonlySet<string> {
  const all = [
    reference,
    ...transactions.flatMap(({ endToEndId, remittance }) => [endToEndId, remittance]),
  ];
  return new Set(all.filter((each) => each !== undefined).map(normaliseReference));
}

function take(
  event: RecordedEvent & { data: Moved & Pick<BankEntryRow, 'entryId'> & Resolved },
  tables: BankTables,
): void {
  const { entryId, amountCents, resolution, direction } = event.data;
  changeOpen(tables, event, { entryId, cents: 0 - signed({ amountCents, direction }) });
  changeEntry(tables, entryId, ({ openCents }) => ({
    ...{ status: 'matched', openCents: openCents - amountCents, resolution, proposal: null },
    ...{ reason: null, awaits: null, takenMs: event.recordedAt.getTime() },
  }));
}

type Resolved = Readonly<{ resolution: NonNullable<BankEntryRow['resolution']> }>;

function changeOpen(
  { bankOpenChanges }: BankTables,
  { position, recordedAt }: RecordedEvent,
  { entryId, cents }: { entryId: string; cents: number },
): void {
  bankOpenChanges.put({ position, entryId, atMs: recordedAt.getTime(), cents });
}

function changeEntry(
  { bankEntries }: BankTables,
  entryId: string,
  change: (row: BankEntryRow) => Partial<BankEntryRow>,
): void {
  const row = bankEntries.get(entryId);
  if (row) bankEntries.put({ ...row, ...change(row) });
}
