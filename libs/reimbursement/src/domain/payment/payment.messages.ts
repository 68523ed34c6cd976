import type { Command, Day, Instant } from '@app/kernel';
import type { BankEvidence, Component } from '../../contract';

/**
 * Copy of a line. A first attempt is ordered after the file is issued; a re-presentment before, since
 * this stream has to say that the bank has not answered meanwhile.
 */
export type OrderPayment = Command<
  'OrderPayment',
  {
    claimId: string;
    organisationId: string;
    runId: string;
    version: number;
    attempt: number;
    endToEndId: string;
    amountCents: number;
    components: readonly Component[];
    bankAccountId: string;
    iban: string;
  }
>;

/** Follows LinesReleased: the version that took the attempt never had a file. */
export type WithdrawAttempt = Command<'WithdrawAttempt', { runId: string; version: number }>;

/** A booked debit of a camt.053. */
export type SettlePayment = Command<
  'SettlePayment',
  { endToEndId: string; amountCents: number; bookedOn: Day } & BankEvidence
>;

/** RJCT of a pain.002. */
export type RejectPayment = Command<
  'RejectPayment',
  { endToEndId: string; reasonCode: string } & BankEvidence
>;

/** A booked credit of a camt.053 under our end-to-end id. */
export type ReturnPayment = Command<
  'ReturnPayment',
  { endToEndId: string; amountCents: number; reasonCode: string; bookedOn: Day } & BankEvidence
>;

export type RepresentPayment = Command<
  'RepresentPayment',
  {
    evidence: Readonly<{ endToEndId: string; reference: string }>;
    grantedBy: string;
    isMachine: boolean;
    grantedAt: Instant;
  }
>;

/** At the preparation of that run the organisation's other amounts were negative. */
export type ReleaseClaim = Command<'ReleaseClaim', { runId: string }>;

export type PaymentWish =
  | OrderPayment
  | WithdrawAttempt
  | SettlePayment
  | RejectPayment
  | ReturnPayment
  | RepresentPayment
  | ReleaseClaim;
