import type { Event } from '@app/kernel';
import type { BankEvidence } from '../payment/payment.facts';

type OfSweep = Readonly<{ agreementId: string; feeSweepId: string; amountCents: number }>;

export type FeeSweepProposed = Event<'FeeSweepProposed', OfSweep & { proposedBy: string }>;

/** Approved by another person; `reference` is what the bank will show. No bucket moves. */
export type FeeSweepOrdered = Event<
  'FeeSweepOrdered',
  OfSweep & { approvedBy: string; reference: string }
>;

/** Swept: the agreement's cash falls by it. No bucket moves: fees stay what was earned. */
export type FeeSweepBooked = Event<'FeeSweepBooked', OfSweep & { bookedOn: string } & BankEvidence>;

/** It was not carried out, and will not be. */
export type FeeSweepCancelled = Event<'FeeSweepCancelled', OfSweep & { reason: string }>;

/** A booked sweep came back: the agreement's cash rises by it again. */
export type FeeSweepReturned = Event<
  'FeeSweepReturned',
  OfSweep & { bookedOn: string } & BankEvidence
>;

export type FeeSweepFact =
  FeeSweepProposed | FeeSweepOrdered | FeeSweepBooked | FeeSweepCancelled | FeeSweepReturned;
