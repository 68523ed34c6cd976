import type { Component } from '../contract';

/** What the streams of reimbursement do not know of the operator's fees and of debts. */
export abstract class TreasuryFigures {
  /**
   * What the agreement has earned the operator, swept or not, and what it lacks.
   * @throws ReadModelBehind while the ledger has not seen the agreement.
   */
  abstract getFees(agreementId: string): Promise<AgreementFees>;

  /** Signed, by agreement and place: what is negative the organisation owes. */
  abstract listOwed(organisationId: string): readonly Component[];
}

export type AgreementFees = Readonly<{ feesCents: number; shortfallCents: number }>;
