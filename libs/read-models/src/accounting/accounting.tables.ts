import type { Buyer, Seller } from '@app/accounting/contract';
import type { TableInput } from '@app/platform';
import type { EntryKind, JournalCode, LedgerAccount } from './chart';

/** One posting, debit ← credit of the same sum: an entry of these is balanced. Absent keys are ''. */
export type Posting = Readonly<{
  position: bigint;
  line: number;
  /** Of its entry, from 1 in every calendar year, without a gap. */
  number: number;
  /** Milliseconds since 1970 of the store's clock, never less than any before: `asOf` cuts here. */
  atMs: number;
  /** The accounting date. */
  day: string;
  journal: JournalCode;
  kind: EntryKind;
  debit: LedgerAccount;
  credit: LedgerAccount;
  /** Always positive. */
  cents: number;
  agreementId: string;
  organisationId: string;
  placeId: string;
  pieceRef: string;
  /** The document's own date. */
  pieceOn: string;
  /** Of a redemption: until when its payment is promised. */
  promisedOn: string;
}>;

/** What was posted on a day between two accounts of an agreement, by what made it. */
export type FlowRow = Readonly<
  Pick<Posting, 'day' | 'agreementId' | 'kind' | 'debit' | 'credit' | 'cents'> & {
    postings: number;
  }
>;

/** The last position and the last entry of a day. */
export type AccountingDayRow = Readonly<{ day: string; lastPosition: bigint; lastNumber: number }>;

/** The one row `accounting`: the latest time the store's clock showed, and the last entry's number. */
export type AccountingClockRow = Readonly<{
  name: string;
  atMs: number;
  day: string;
  number: number;
}>;

/** Net used vouchers of a day: what co-funders owe and the public quota are told of it. */
export type UsedRow = Readonly<{
  agreementId: string;
  day: string;
  public: string;
  cents: number;
  vouchers: number;
}>;

/** For names in sub-ledgers: as registered or signed, so that a printed book keeps its words. */
export type PartyRow = Readonly<{ partyId: string; name: string }>;

export type AccountedOrderRow = Readonly<{
  orderId: string;
  activeCents: number;
  distributedCents: number;
  /** After ValidityEnded expired stands for active and distributed. */
  ended: boolean;
}>;

/** Whether the bank had the money of a deposit, and what its document is called. */
export type AccountedDepositRow = Readonly<{ depositId: string; bankReference: string }>;

export type AccountedEntryRow = Readonly<{
  entryId: string;
  amountCents: number;
  direction: 'credit' | 'debit';
  reference: string;
  booked: boolean;
  /** So much of it another line of the account says too: it counts for nothing. */
  duplicateCents: number;
}>;

/**
 * The one row `first`: the earliest statement that is known, and what the account held before it as far
 * as the books have it.
 */
export type FirstStatementRow = Readonly<{
  name: string;
  fromOn: string;
  openingCents: number;
  closingCents: number;
  bookedCents: number;
}>;

/** What a run's document is called. */
export type AccountedRunRow = Readonly<{ runId: string; number: number }>;

/** What a month holds. */
export type MonthRow = Readonly<{
  month: string;
  entries: number;
  postings: number;
  totalCents: number;
  /** Of its postings in order, each hashed with the hash before it: SHA-256, hex. */
  sha256: string;
}>;

export type PeriodRow = Readonly<{
  month: string;
  status: 'proposed' | 'closed';
  proposedBy: string;
  proposedAt: string;
  closedBy: string;
  closedAt: string;
  entries: number;
  postings: number;
  totalCents: number;
  /** As it was closed; '' before. */
  sha256: string;
}>;

export type InvoiceRow = Readonly<{
  number: number;
  invoiceId: string;
  orderId: string;
  agreementId: string;
  funderId: string;
  issuedOn: string;
  activatedOn: string;
  faceCents: number;
  feeCents: number;
  vatCents: number;
  feeBasisPoints: number;
  vatBasisPoints: number;
  agreementReference: string;
  buyer: Buyer;
  seller: Seller;
}>;

export type AccountingRows = {
  postings: Posting;
  flows: FlowRow;
  accountingDays: AccountingDayRow;
  accountingClock: AccountingClockRow;
  usedVouchers: UsedRow;
  accountedParties: PartyRow;
  accountedOrders: AccountedOrderRow;
  accountedDeposits: AccountedDepositRow;
  accountedEntries: AccountedEntryRow;
  accountedRuns: AccountedRunRow;
  firstStatement: FirstStatementRow;
  accountedMonths: MonthRow;
  accountingPeriods: PeriodRow;
  invoices: InvoiceRow;
};

export const ACCOUNTING_TABLES: {
  readonly [Name in keyof AccountingRows]: TableInput<AccountingRows[Name]>;
} = {
  postings: {
    columns: {
      position: 'position',
      line: 'integer',
      number: 'integer',
      atMs: 'integer',
      day: 'text',
      journal: 'text',
      kind: 'text',
      debit: 'text',
      credit: 'text',
      cents: 'integer',
      agreementId: 'text',
      organisationId: 'text',
      placeId: 'text',
      pieceRef: 'text',
      pieceOn: 'text',
      promisedOn: 'text',
    },
    key: ['position', 'line'],
    indexes: [['placeId', 'position']],
  },
  flows: {
    columns: {
      day: 'text',
      agreementId: 'text',
      kind: 'text',
      debit: 'text',
      credit: 'text',
      cents: 'integer',
      postings: 'integer',
    },
    key: ['day', 'agreementId', 'kind', 'debit', 'credit'],
    indexes: [['agreementId', 'day']],
  },
  accountingDays: {
    columns: { day: 'text', lastPosition: 'position', lastNumber: 'integer' },
    key: ['day'],
  },
  accountingClock: {
    columns: { name: 'text', atMs: 'integer', day: 'text', number: 'integer' },
    key: ['name'],
  },
  usedVouchers: {
    columns: {
      agreementId: 'text',
      day: 'text',
      public: 'text',
      cents: 'integer',
      vouchers: 'integer',
    },
    key: ['agreementId', 'day', 'public'],
  },
  accountedParties: { columns: { partyId: 'text', name: 'text' }, key: ['partyId'] },
  accountedOrders: {
    columns: {
      orderId: 'text',
      activeCents: 'integer',
      distributedCents: 'integer',
      ended: 'boolean',
    },
    key: ['orderId'],
  },
  accountedDeposits: {
    columns: { depositId: 'text', bankReference: 'text' },
    key: ['depositId'],
  },
  accountedEntries: {
    columns: {
      entryId: 'text',
      amountCents: 'integer',
      direction: 'text',
      reference: 'text',
      booked: 'boolean',
      duplicateCents: 'integer',
    },
    key: ['entryId'],
  },
  accountedRuns: { columns: { runId: 'text', number: 'integer' }, key: ['runId'] },
  firstStatement: {
    columns: {
      name: 'text',
      fromOn: 'text',
      openingCents: 'integer',
      closingCents: 'integer',
      bookedCents: 'integer',
    },
    key: ['name'],
  },
  accountedMonths: {
    columns: {
      month: 'text',
      entries: 'integer',
      postings: 'integer',
      totalCents: 'integer',
      sha256: 'text',
    },
    key: ['month'],
  },
  accountingPeriods: {
    columns: {
      month: 'text',
      status: 'text',
      proposedBy: 'text',
      proposedAt: 'text',
      closedBy: 'text',
      closedAt: 'text',
      entries: 'integer',
      postings: 'integer',
      totalCents: 'integer',
      sha256: 'text',
    },
    key: ['month'],
  },
  invoices: {
    columns: {
      number: 'integer',
      invoiceId: 'text',
      orderId: 'text',
      agreementId: 'text',
      funderId: 'text',
      issuedOn: 'text',
      activatedOn: 'text',
      faceCents: 'integer',
      feeCents: 'integer',
      vatCents: 'integer',
      feeBasisPoints: 'integer',
      vatBasisPoints: 'integer',
      agreementReference: 'text',
      buyer: 'json',
      seller: 'json',
    },
    key: ['number'],
    indexes: [['invoiceId'], ['funderId', 'number']],
  },
};
