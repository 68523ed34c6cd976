import type { Component } from '../contract';

/**
 * What the streams of reimbursement do not know of the operator's fees and of debts: of all that the log
 * held when it was asked. All throw `ReadModelBehind` where the views do not get there in 2 s.
 */
export abstract class TreasuryFigures {
  /** What the agreement has earned the operator, swept or not, and what it lacks. */
  abstract getFees(agreementId: string): Promise<AgreementFees>;

  /** Signed, by agreement and place: what is negative the organisation owes. */
  abstract listOwed(organisationId: string): Promise<readonly Component[]>;

  /** Of a refund or a fee sweep that was ordered. */
  abstract findAgreementOf(
    kind: 'refund' | 'feeSweep',
    targetId: string,
  ): Promise<string | undefined>;
}

export type AgreementFees = Readonly<{ feesCents: number; shortfallCents: number }>;
