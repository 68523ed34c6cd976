import type { ResolutionKind } from '@app/reimbursement/contract';
import type { TableInput } from '@app/platform';

/** The ring-fenced account as events tell it, in cents: each is a part of what the bank should hold. */
export type AccountSums = Readonly<{
  /** Deposited − paid − returned − swept, of all agreements. */
  cashCents: number;
  /** Typed and not booked; less recalls typed before the bank has booked them. */
  typedCents: number;
  /** Booked, and no event of the ledger explains it yet. */
  unresolvedCents: number;
  /** Interest − charges. */
  operatorCents: number;
  /** Deposits that a person confirmed and that were there before the first reported day. */
  forwardCents: number;
}>;

/** The sums after an event; `atMs` never goes back, so that `asOf` cuts here. */
export type AccountStep = AccountSums & Readonly<{ position: bigint; atMs: number }>;

/** The one row `account`: the sums now. */
export type AccountNow = AccountSums &
  Readonly<{
    name: string;
    atMs: number;
    /** The first reported day, '' before, and what was there when it began. */
    firstOn: string;
    openingCents: number;
  }>;

/**
 * What a booked day's balance is made of, as changes: entries of reports that are whole, and effects
 * that no entry explains.
 */
export type AccountBooking = Readonly<{
  position: bigint;
  seq: number;
  atMs: number;
  day: string;
  cents: number;
}>;

/** One line of the account. */
export type AccountEntry = Readonly<{
  entryId: string;
  /** '' as long as no statement has it. */
  day: string;
  /** Signed: a debit is negative. Less what was found to be a duplicate. */
  cents: number;
  /** Of it what nothing explains; between 0 and `cents`. */
  leftCents: number;
  /** The report that is still being read and has it, '' once it is whole. */
  reportId: string;
  /** What it was found to be last, '' before. */
  as: ResolutionKind | '';
  targetId: string;
}>;

export type AccountDeposit = Readonly<{
  depositId: string;
  valueOn: string;
  amountCents: number;
  /** In the ledger and not booked; negative where a recall is. */
  typedCents: number;
  /** Confirmed by a person, and no line of the bank stands behind it. */
  byHand: boolean;
  /** It is part of what the bank held before the first reported day. */
  forward: boolean;
}>;

/** Statements of a report that is still being read: its entries are not all there. */
export type ReportUnderWay = Readonly<{
  reportId: string;
  statements: readonly Readonly<{ statementId: string } & StatedPeriod>[];
}>;

type StatedPeriod = Readonly<{
  fromOn: string;
  toOn: string;
  openingCents: number;
  closingCents: number;
}>;

/** A statement all of whose entries are known, on the place in the log where that became so. */
export type AccountStatement = StatedPeriod &
  Readonly<{ position: bigint; seq: number; atMs: number; statementId: string; reportId: string }>;

export type AccountRows = {
  accountNow: AccountNow;
  accountSteps: AccountStep;
  accountBookings: AccountBooking;
  accountEntries: AccountEntry;
  accountDeposits: AccountDeposit;
  accountReports: ReportUnderWay;
  accountStatements: AccountStatement;
};

const sums = {
  cashCents: 'integer',
  typedCents: 'integer',
  unresolvedCents: 'integer',
  operatorCents: 'integer',
  forwardCents: 'integer',
} as const;

export const ACCOUNT_TABLES: {
  readonly [Name in keyof AccountRows]: TableInput<AccountRows[Name]>;
} = {
  accountNow: {
    columns: { name: 'text', atMs: 'integer', firstOn: 'text', openingCents: 'integer', ...sums },
    key: ['name'],
  },
  accountSteps: {
    columns: { position: 'position', atMs: 'integer', ...sums },
    key: ['position'],
    indexes: [['atMs']],
  },
  accountBookings: {
    columns: {
      position: 'position',
      seq: 'integer',
      atMs: 'integer',
      day: 'text',
      cents: 'integer',
    },
    key: ['position', 'seq'],
    // All that a comparison asks of them, so that it reads no row.
    indexes: [['day', 'atMs', 'cents']],
  },
  accountEntries: {
    columns: {
      entryId: 'text',
      day: 'text',
      cents: 'integer',
      leftCents: 'integer',
      reportId: 'text',
      as: 'text',
      targetId: 'text',
    },
    key: ['entryId'],
    indexes: [['targetId'], ['leftCents'], ['reportId']],
  },
  accountDeposits: {
    columns: {
      depositId: 'text',
      valueOn: 'text',
      amountCents: 'integer',
      typedCents: 'integer',
      byHand: 'boolean',
      forward: 'boolean',
    },
    key: ['depositId'],
    indexes: [['byHand']],
  },
  accountReports: { columns: { reportId: 'text', statements: 'json' }, key: ['reportId'] },
  accountStatements: {
    columns: {
      position: 'position',
      seq: 'integer',
      atMs: 'integer',
      statementId: 'text',
      reportId: 'text',
      fromOn: 'text',
      toOn: 'text',
      openingCents: 'integer',
      closingCents: 'integer',
    },
    key: ['position', 'seq'],
  },
};
