import type { BankEntry, BankReportKind, ReportedStatement } from '../../contract';

export type ReadStatement = Omit<ReportedStatement, 'entries'> &
  Readonly<{ source: 'statement' | 'notification'; entries: readonly BankEntry[] }>;

/** An answer to our file, to one of its payment informations, or to one transaction in it. */
export type PaymentAnswer = Readonly<{
  level: 'file' | 'paymentInformation' | 'transaction';
  /** Our MsgId, PmtInfId or EndToEndId. */
  id: string;
  /** ISO status: ACTC, ACSP, RJCT… Only RJCT changes anything. */
  status: string;
  reasonCode?: string;
}>;

/** A report of the bank in one shape, whatever message and version it came in. */
export type ReadReport = Readonly<{ messageId: string; createdAt: string }> &
  (
    | Readonly<{ kind: CamtKind; statements: readonly ReadStatement[] }>
    | Readonly<{ kind: Pain002Kind; originalMessageId: string; answers: readonly PaymentAnswer[] }>
  );

type CamtKind = Extract<BankReportKind, `camt.${string}`>;
type Pain002Kind = Extract<BankReportKind, `pain.002.${string}`>;
