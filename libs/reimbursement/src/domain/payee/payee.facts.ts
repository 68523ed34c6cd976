import type { Event } from '@app/kernel';
import type { Component } from '../run/run.facts';
import type { BankEvidence } from '../payment/payment.facts';

/** Nothing is paid to the organisation until it is lifted; what it is owed stays owed. */
export type FraudHoldPlaced = Event<
  'FraudHoldPlaced',
  { organisationId: string; reason: string; placedBy: string; placedAt: string }
>;

export type FraudHoldLifted = Event<
  'FraudHoldLifted',
  { organisationId: string; reason: string; liftedBy: string; liftedAt: string }
>;

/** Its last line is paid whatever the minimum; what it owes is due within 60 days. */
export type PayeeLeft = Event<
  'PayeeLeft',
  { organisationId: string; leftOn: string; recoverUntilOn: string; recordedBy: string }
>;

/** A place of it is labelled again: it is a payee like any other. */
export type PayeeRejoined = Event<
  'PayeeRejoined',
  { organisationId: string; rejoinedOn: string; recordedBy: string }
>;

/** paid → owed, every component: a debt repaid, by the organisation or by the operator for it. */
export type DebtRepaid = Event<
  'DebtRepaid',
  {
    organisationId: string;
    repaidBy: 'organisation' | 'operator';
    /** Positive, Σ components. */
    amountCents: number;
    components: readonly Component[];
    bookedOn: string;
  } & BankEvidence
>;

export type WriteOffProposed = Event<
  'WriteOffProposed',
  {
    organisationId: string;
    writeOffId: string;
    amountCents: number;
    reason: string;
    proposedBy: string;
    proposedAt: string;
  }
>;

/** The operator will pay. Nothing moves before its top-up is booked (DebtRepaid by the operator). */
export type WriteOffDecided = Event<
  'WriteOffDecided',
  {
    organisationId: string;
    writeOffId: string;
    amountCents: number;
    decidedBy: string;
    decidedAt: string;
  }
>;

export type PayeeFact =
  | FraudHoldPlaced
  | FraudHoldLifted
  | PayeeLeft
  | PayeeRejoined
  | DebtRepaid
  | WriteOffProposed
  | WriteOffDecided;
