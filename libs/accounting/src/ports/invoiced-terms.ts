import type { Buyer } from '../contract';

/** What an invoice says of the agreement and of who buys. */
export type InvoicedTerms = Readonly<{
  agreementReference: string;
  feeBasisPoints: number;
  vatBasisPoints: number;
  buyer: Buyer;
}>;

/** Asked where agreements and funders are kept. */
export abstract class TermsOfAgreements {
  /** Undefined where there is no such agreement, or no such funder. */
  abstract find(agreementId: string, funderId: string): Promise<InvoicedTerms | undefined>;
}
