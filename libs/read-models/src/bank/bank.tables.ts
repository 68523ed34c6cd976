import type { TableInput } from '@app/platform';
import type {
  BankReportKind,
  ItemVerdict,
  Resolution,
  TransactionText,
} from '@app/reimbursement/contract';

/** Amounts are integer cents, `…Ms` instants of the log's clock. What is not known yet is null. */
export type BankReportRow = Readonly<{
  reportId: string;
  sha256: string;
  bytes: number;
  receivedBy: string;
  receivedAt: string;
  receivedMs: number;
  status: 'received' | 'refused' | 'read' | 'completed';
  kind: BankReportKind | null;
  messageId: string | null;
  createdAt: string | null;
  /** Why it was refused; every reason there was. */
  reasons: readonly string[];
  items: number;
  matched: number;
  waiting: number;
  duplicate: number;
  notBooked: number;
  noted: number;
  /** Its file and its texts are gone since. */
  erasedAt: string | null;
}>;

/** One statement of a camt.053; a notification has none. Equal ones of several files are one. */
export type BankStatementRow = Readonly<{
  statementId: string;
  reportId: string;
  openingCents: number;
  closingCents: number;
  fromOn: string | null;
  toOn: string | null;
  /** What statements are put in order by: the day they end, else when the message was made. */
  sortedBy: string;
  readMs: number;
}>;

export type BankItemRow = Readonly<{
  reportId: string;
  item: number;
  entryId: string | null;
  endToEndId: string | null;
  verdict: ItemVerdict['verdict'];
  reason: string | null;
  /** Of an answer that waited for a person: who has looked at it. */
  acknowledgedBy: string | null;
}>;

export type BankEntryRow = Readonly<{
  entryId: string;
  /** The first report that named it. */
  reportId: string;
  statementId: string;
  status: 'announced' | 'waiting' | 'matched' | 'settled';
  direction: 'credit' | 'debit';
  reversal: boolean;
  amountCents: number;
  /** Neither matched nor resolved, or reopened. */
  openCents: number;
  bookedOn: string | null;
  valueOn: string | null;
  reference: string | null;
  /** Of its first transaction, where it is one of ours; the words of the bank are in `bankTexts`. */
  endToEndId: string | null;
  transactions: number;
  /** Why a person has to look. */
  reason: string | null;
  /** The machine's, for a person to look at. */
  guess: Resolution | null;
  guessReason: string | null;
  proposal: BankProposal | null;
  /** What it was last matched with, or resolved as. */
  resolution: Resolution | null;
  /** The payment whose answer it waits for. */
  awaits: string | null;
  takenMs: number | null;
}>;

export type BankProposal = Readonly<{
  resolution: Resolution;
  amountCents: number;
  proposedBy: string;
}>;

/** How an entry's open amount changed, signed as the account sees it. */
export type BankOpenChangeRow = Readonly<{
  position: bigint;
  entryId: string;
  atMs: number;
  cents: number;
}>;

/** What the bank wrote of a transaction in words: sealed, or in clear as older entries have it. */
export type BankTextRow = Readonly<{
  reportId: string;
  entryId: string;
  /** Place in the entry, from 0. */
  transaction: number;
  text: string | TransactionText;
}>;

export type BankReferenceRow = Readonly<{ reference: string; entryId: string }>;

/** What the account is expected to show, or has shown, under a reference of ours. */
export type ExpectedRow = Readonly<{
  /** Normalised: no spaces, upper case. */
  reference: string;
  kind: 'payment' | 'deposit' | 'refund' | 'feeSweep';
  /** Claim, deposit, refund or sweep. */
  targetId: string;
  /** '' of a payment, which is of several. */
  agreementId: string;
  amountCents: number;
  /** Of the account that is paid, where it is known. */
  iban: string | null;
  status: 'expected' | 'booked' | 'rejected' | 'returned' | 'ended';
  expectedMs: number;
  /** Of the first answer of the bank; of a deposit also that of a person. */
  answeredMs: number | null;
  /** Of a typed deposit: unconfirmed after that day, it is an alarm. */
  dueOn: string | null;
}>;

export type BankFileRow = Readonly<{
  messageId: string;
  paymentInformationId: string;
  runId: string;
  firstEndToEndId: string;
  lastEndToEndId: string;
}>;

/** Money that the ledger says the account has seen, signed; apart from what statements say. */
export type LedgerAtBankRow = Readonly<{ position: bigint; atMs: number; cents: number }>;

export type BankRows = {
  bankReports: BankReportRow;
  bankStatements: BankStatementRow;
  bankItems: BankItemRow;
  bankEntries: BankEntryRow;
  bankOpenChanges: BankOpenChangeRow;
  bankTexts: BankTextRow;
  bankReferences: BankReferenceRow;
  bankExpected: ExpectedRow;
  bankFiles: BankFileRow;
  bankLedger: LedgerAtBankRow;
};

export const BANK_TABLES: { [Name in keyof BankRows]: TableInput<BankRows[Name]> } = {
  bankReports: {
    columns: {
      ...{ reportId: 'text', sha256: 'text', bytes: 'integer', receivedBy: 'text' },
      ...{ receivedAt: 'text', receivedMs: 'integer', status: 'text', kind: 'text?' },
      ...{ messageId: 'text?', createdAt: 'text?', reasons: 'json', items: 'integer' },
      ...{ matched: 'integer', waiting: 'integer', duplicate: 'integer' },
      ...{ notBooked: 'integer', noted: 'integer', erasedAt: 'text?' },
    },
    key: ['reportId'],
    indexes: [
      ['status', 'receivedAt'],
      ['receivedMs', 'reportId'],
    ],
  },
  bankStatements: {
    columns: {
      ...{ statementId: 'text', reportId: 'text', openingCents: 'integer' },
      ...{ closingCents: 'integer', fromOn: 'text?', toOn: 'text?', sortedBy: 'text' },
      readMs: 'integer',
    },
    key: ['sortedBy', 'statementId', 'openingCents', 'closingCents'],
  },
  bankItems: {
    columns: {
      ...{ reportId: 'text', item: 'integer', entryId: 'text?', endToEndId: 'text?' },
      ...{ verdict: 'text', reason: 'text?', acknowledgedBy: 'text?' },
    },
    key: ['reportId', 'item'],
    indexes: [
      ['verdict', 'acknowledgedBy'],
      ['reportId', 'entryId'],
    ],
  },
  bankEntries: {
    columns: {
      ...{ entryId: 'text', reportId: 'text', statementId: 'text', status: 'text' },
      ...{ direction: 'text', reversal: 'boolean', amountCents: 'integer', openCents: 'integer' },
      ...{ bookedOn: 'text?', valueOn: 'text?', reference: 'text?', endToEndId: 'text?' },
      ...{
        transactions: 'integer',
        reason: 'text?',
        guess: 'json?',
        guessReason: 'text?',
        proposal: 'json?',
      },
      ...{ resolution: 'json?', awaits: 'text?', takenMs: 'integer?' },
    },
    key: ['entryId'],
    indexes: [['status', 'reason'], ['reportId']],
  },
  bankOpenChanges: {
    columns: { position: 'position', entryId: 'text', atMs: 'integer', cents: 'integer' },
    key: ['position'],
    indexes: [['entryId', 'atMs']],
  },
  bankTexts: {
    columns: { reportId: 'text', entryId: 'text', transaction: 'integer', text: 'json' },
    key: ['entryId', 'transaction'],
    indexes: [['reportId']],
  },
  bankReferences: {
    columns: { reference: 'text', entryId: 'text' },
    key: ['entryId', 'reference'],
    indexes: [['reference']],
  },
  bankExpected: {
    columns: {
      ...{ reference: 'text', kind: 'text', targetId: 'text', agreementId: 'text' },
      ...{ amountCents: 'integer', iban: 'text?', status: 'text', expectedMs: 'integer' },
      ...{ answeredMs: 'integer?', dueOn: 'text?' },
    },
    key: ['reference', 'kind'],
    indexes: [
      ['kind', 'targetId'],
      ['amountCents', 'status'],
      ['kind', 'status'],
    ],
  },
  bankFiles: {
    columns: {
      ...{ messageId: 'text', paymentInformationId: 'text', runId: 'text' },
      ...{ firstEndToEndId: 'text', lastEndToEndId: 'text' },
    },
    key: ['messageId'],
    indexes: [['paymentInformationId'], ['firstEndToEndId']],
  },
  bankLedger: {
    columns: { position: 'position', atMs: 'integer', cents: 'integer' },
    key: ['position'],
    indexes: [['atMs', 'cents']],
  },
};
