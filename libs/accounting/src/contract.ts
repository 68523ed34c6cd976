import type { Event } from '@app/kernel';

/**
 * What accounting publishes. Amounts are integer euro cents, rates basis points, days `YYYY-MM-DD` of
 * Europe/Paris (`…On`), instants RFC 3339 UTC (`…At`), months `YYYY-MM`, people pseudonymous person
 * ids (`…By`). Streams: `invoice-register-fees` and `accounting-periods-scheme`, one of each.
 */

// --- invoice register ---------------------------------------------------------------------------

/** Who sells: the operator, as it was when the invoice was made. */
export type Seller = Readonly<{
  name: string;
  siret: string;
  /** On one line. */
  address: string;
  /** Intra-community VAT number, derived from the SIREN. */
  vatNumber: string;
  /** Legal form, capital, register: what the law wants on every invoice. */
  legalMentions: string;
  /** Discount and late payment; absent in invoices made when the document said it of itself. */
  paymentTerms?: string;
}>;

/** Who buys: the funder, as it was when the invoice was made. */
export type Buyer = Readonly<{
  name: string;
  siret: string;
  /** Absent where the funder had none then. */
  address?: Readonly<{ street: string; postalCode: string; city: string; country: string }>;
}>;

/**
 * The operator's fee on an order that became active, with its VAT. All that the document says is in
 * the event, so that it reads the same for ever. `total = fee + VAT` was paid from what the funder
 * had deposited.
 */
export type InvoiceIssued = Event<
  'InvoiceIssued',
  {
    /** UUIDv5 of the order: an order is invoiced once. */
    invoiceId: string;
    /** From 1, without a gap, for ever. */
    number: number;
    orderId: string;
    agreementId: string;
    funderId: string;
    /** Never before the invoice with the number before. */
    issuedOn: string;
    /** The day the order became active. */
    activatedOn: string;
    faceCents: number;
    feeCents: number;
    vatCents: number;
    feeBasisPoints: number;
    vatBasisPoints: number;
    agreementReference: string;
    buyer: Buyer;
    seller: Seller;
  }
>;

export type InvoiceFact = InvoiceIssued;

// --- periods ------------------------------------------------------------------------------------

/** What a month holds, recomputable by anyone who has the log. */
export type PeriodFigures = Readonly<{
  entries: number;
  postings: number;
  /** Of all debits, which are as many credits. */
  totalCents: number;
  /** Of the canonical lines of its postings, hex. */
  sha256: string;
}>;

/** This event's place in the log is behind every posting of the month, and moves its clock on. */
export type PeriodClosingProposed = Event<
  'PeriodClosingProposed',
  { month: string; proposedBy: string; proposedAt: string }
>;

/** By another person, on the figures they were shown. A closed month never says anything else. */
export type PeriodClosed = Event<
  'PeriodClosed',
  { month: string; proposedBy: string; closedBy: string; closedAt: string } & PeriodFigures
>;

export type PeriodFact = PeriodClosingProposed | PeriodClosed;
