import type { Event } from '@app/kernel';

export type BankReportKind =
  'camt.053.001.02' | 'camt.053.001.08' | 'camt.054.001.08' | 'pain.002.001.03' | 'pain.002.001.10';

/** The bytes are kept under their SHA-256 before anything is decided on them. */
export type BankReportReceived = Event<
  'BankReportReceived',
  { reportId: string; sha256: string; bytes: number; receivedBy: string; receivedAt: string }
>;

/** Nothing of the file takes effect. */
export type BankReportRefused = Event<
  'BankReportRefused',
  { reportId: string; reason: string; reasons: readonly string[] }
>;

export type ReportedStatement = Readonly<{
  statementId: string;
  /** Booked balances, signed; absent in a notification (camt.054). */
  openingCents?: number;
  closingCents?: number;
  fromOn?: string;
  toOn?: string;
  entries: number;
}>;

/** The first of a file's statements: what the account held before it. */
export type FirstStatement = Readonly<{
  statementId: string;
  fromOn: string;
  openingCents: number;
  closingCents: number;
}>;

/** The file is whole and of the ring-fenced account; every entry will get a verdict. */
export type BankReportRead = Event<
  'BankReportRead',
  {
    reportId: string;
    kind: BankReportKind;
    messageId: string;
    createdAt: string;
    statements: readonly ReportedStatement[];
    /** Absent without a dated statement, and in reports read before the books began with it. */
    first?: FirstStatement;
    /** Entries of a camt, answers of a pain.002. */
    items: number;
  }
>;

export type ItemVerdict = Readonly<{
  /** Place in the file, from 0. */
  item: number;
  /** Of a camt's entry, absent for a pain.002's answer. */
  entryId?: string;
  /** Of a pain.002's answer. */
  endToEndId?: string;
  verdict:
    | 'matched'
    /** A person has to look. */
    | 'waiting'
    /** The same fact was known before. */
    | 'duplicate'
    /** Pending, or informative: nothing was booked. */
    | 'not_booked'
    /** A pain.002 that rejects nothing. */
    | 'noted';
  reason?: string;
}>;

/** The verdicts of the next items, at most 200. */
export type ReportItemsJudged = Event<
  'ReportItemsJudged',
  { reportId: string; verdicts: readonly ItemVerdict[] }
>;

export type BankReportCompleted = Event<
  'BankReportCompleted',
  { reportId: string } & Record<
    'matched' | 'waiting' | 'duplicate' | 'not_booked' | 'noted',
    number
  >
>;

/** A person has looked at an answer of a pain.002 that is about nothing of ours. Moves nothing. */
export type ReportAnswerAcknowledged = Event<
  'ReportAnswerAcknowledged',
  { reportId: string; item: number; reason: string; acknowledgedBy: string }
>;

/**
 * Kept long enough: its file is gone, and the key of what it says in words, so that every copy of them is
 * noise. The figures, dates and references stay.
 */
export type BankReportErased = Event<'BankReportErased', { reportId: string; erasedAt: string }>;

export type BankReportFact =
  | BankReportReceived
  | BankReportRefused
  | BankReportRead
  | ReportItemsJudged
  | BankReportCompleted
  | ReportAnswerAcknowledged
  | BankReportErased;
