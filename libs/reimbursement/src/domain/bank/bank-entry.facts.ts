import type { Event } from '@app/kernel';

/** What the bank wrote of a transaction in words: a person may be in it. */
export type TransactionText = Readonly<{
  endToEndId?: string;
  counterpartyName?: string;
  counterpartyIban?: string;
  remittance?: string;
}>;

export type BankTransaction = TransactionText &
  Readonly<{
    amountCents: number;
    /** ISO reason code of a return: AC04, MD07… */
    returnReason?: string;
  }>;

/** One line of the account, in one shape whatever message it came in. */
export type BankEntry = Readonly<{
  amountCents: number;
  direction: 'credit' | 'debit';
  /** The entry undoes an earlier one of the other direction. */
  reversal: boolean;
  status: 'booked' | 'pending' | 'information';
  bookedOn?: string;
  valueOn?: string;
  /** The bank's own reference of the entry. */
  reference?: string;
  /** Of a batch: our MsgId and PmtInfId, as far as the bank names them. */
  messageId?: string;
  paymentInformationId?: string;
  /** Σ amountCents = the entry's, or empty where the bank itemises nothing. */
  transactions: readonly BankTransaction[];
}>;

/**
 * As the log keeps it: `text` is a `TransactionText` sealed under the report's key, and in clear there are
 * only end-to-end ids of ours. Entries recorded before texts were sealed have them in clear.
 */
export type RecordedTransaction = BankTransaction & Readonly<{ text?: string }>;

export type RecordedBankEntry = Omit<BankEntry, 'transactions'> &
  Readonly<{ transactions: readonly RecordedTransaction[] }>;

/** Seen for the first time, in whichever report. */
export type BankEntryRecorded = Event<
  'BankEntryRecorded',
  {
    entryId: string;
    reportId: string;
    /** Only a statement (camt.053) makes the entry booked; a notification announces it. */
    source: 'statement' | 'notification';
    statementId: string;
    entry: RecordedBankEntry;
  }
>;

/** A statement holds what a notification had announced: one fact, booked from here. */
export type BankEntryBooked = Event<
  'BankEntryBooked',
  { entryId: string; reportId: string; statementId: string; bookedOn: string }
>;

export type ResolutionKind =
  | 'deposit'
  | 'depositRecall'
  | 'payment'
  | 'paymentReturn'
  | 'refund'
  | 'feeSweep'
  | 'debtRepayment'
  | 'operatorTopUp'
  | 'bankCharge'
  | 'interest'
  | 'duplicate';

export type Resolution = Readonly<{ as: ResolutionKind; targetId?: string }>;

/** The machine's guess, for a person: by amount and counterparty it proves nothing. */
export type MatchProposed = Event<
  'MatchProposed',
  { entryId: string; resolution: Resolution; reason: string }
>;

/** One of our payments in an entry; with the reason where it came back. */
export type EntryPayment = Readonly<{
  endToEndId: string;
  amountCents: number;
  reasonCode?: string;
}>;

/**
 * By end-to-end id or reference, so by machine. `amountCents` is the entry's, or what was reopened of
 * it; `payments` add up to it.
 */
export type BankEntryMatched = Event<
  'BankEntryMatched',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    payments?: readonly EntryPayment[];
  }
>;

export type ResolutionProposed = Event<
  'ResolutionProposed',
  { entryId: string; amountCents: number; resolution: Resolution; proposedBy: string }
>;

/** Approved by another person; of the entry's open amount, or of a part of it. */
export type BankEntryResolved = Event<
  'BankEntryResolved',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    proposedBy: string;
    approvedBy: string;
  }
>;

/** What was matched or resolved last has its effect, to this amount. */
export type BankEntryApplied = Event<
  'BankEntryApplied',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    bookedOn: string;
  }
>;

/**
 * What was matched or resolved last has no effect to this amount: it was refused, or the ledger does
 * not explain the debit (BookedDebitDisputed). So much of the entry waits for a person again.
 */
export type BankEntryReopened = Event<
  'BankEntryReopened',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    /** Of the refusal, or of the dispute. */
    reason: string;
    payments?: readonly EntryPayment[];
  }
>;

export type BankEntryFact =
  | BankEntryRecorded
  | BankEntryBooked
  | MatchProposed
  | BankEntryMatched
  | ResolutionProposed
  | BankEntryResolved
  | BankEntryApplied
  | BankEntryReopened;
