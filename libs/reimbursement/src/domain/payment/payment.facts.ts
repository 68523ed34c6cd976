import type { Event } from '@app/kernel';
import type { Component } from '../run/run.facts';

type OfAttempt = Readonly<{
  claimId: string;
  organisationId: string;
  /** The run that ordered this attempt. */
  runId: string;
  attempt: number;
  endToEndId: string;
  amountCents: number;
}>;

type Moving = OfAttempt & Readonly<{ components: readonly Component[] }>;

/** What makes the difference between an answer of the bank and another copy of it. */
export type BankEvidence = Readonly<{
  /** Id of the bank entry, or message id and position of a pain.002. */
  source: string;
  /** As a person finds it: statement or message, and reference. */
  statementReference: string;
}>;

/** Copy of a line: the claim's attempt is in a payment file. LinesFrozen has moved the money. */
export type PaymentOrdered = Event<
  'PaymentOrdered',
  Moving & { version: number; iban: string; bankAccountId: string }
>;

/** The version that took a re-presentment was released before its file: the claim waits again. */
export type AttemptWithdrawn = Event<'AttemptWithdrawn', OfAttempt & { version: number }>;

/** inRun → paid; `from` owed where a rejection had put it back before: owed → paid. */
export type PaymentSettled = Event<
  'PaymentSettled',
  Moving & { from: 'inRun' | 'owed'; bookedOn: string } & BankEvidence
>;

/** inRun → owed; it stays its claim's. */
export type PaymentRejected = Event<
  'PaymentRejected',
  Moving & { reasonCode: string; iban: string; accountBarred: boolean } & BankEvidence
>;

/** paid → owed; it stays its claim's. */
export type PaymentReturned = Event<
  'PaymentReturned',
  Moving & {
    reasonCode: string;
    iban: string;
    accountBarred: boolean;
    bookedOn: string;
  } & BankEvidence
>;

/** A rejection after the booked debit: kept, and it changes nothing. */
export type LateRejectionKept = Event<
  'LateRejectionKept',
  OfAttempt & { reasonCode: string } & BankEvidence
>;

/** A booked debit that nothing in the ledger explains: an alarm, and a person. Moves nothing. */
export type BookedDebitDisputed = Event<
  'BookedDebitDisputed',
  OfAttempt & {
    debitCents: number;
    reason:
      'amount_differs' | 'later_attempt' | 'settled_before' | 'returned_before' | 'claim_released';
    bookedOn: string;
  } & BankEvidence
>;

/** The claim is in the next run again, unmerged, as its attempt n + 1. */
export type RepresentmentGranted = Event<
  'RepresentmentGranted',
  {
    claimId: string;
    organisationId: string;
    nextAttempt: number;
    /** What it is granted on, naming the attempt that failed. */
    evidence: Readonly<{ endToEndId: string; reference: string }>;
    grantedBy: string;
    grantedAt: string;
  }
>;

/** The claim ends; its parts stay owed and join the organisation's next ordinary line. */
export type ClaimReleased = Event<
  'ClaimReleased',
  {
    claimId: string;
    organisationId: string;
    /** The run at whose preparation the organisation's other amounts were negative. */
    runId: string;
    amountCents: number;
    components: readonly Component[];
  }
>;

export type PaymentFact =
  | PaymentOrdered
  | AttemptWithdrawn
  | PaymentSettled
  | PaymentRejected
  | PaymentReturned
  | LateRejectionKept
  | BookedDebitDisputed
  | RepresentmentGranted
  | ClaimReleased;
