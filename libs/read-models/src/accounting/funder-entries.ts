import type { InvoiceIssued, PeriodClosed, PeriodClosingProposed } from '@app/accounting/contract';
import type {
  AgreementSigned,
  CreditNoteIssued,
  DepositAssigned,
  DepositConfirmed,
  FundsRecalled,
  FundsReceived,
  OrderFunded,
  RefundBooked,
  RefundFailed,
  RefundOrdered,
  RefundReturned,
  ReservationReleased,
} from '@app/funding/contract';
import type { Event } from '@app/kernel';
import type { OrganisationRegistered } from '@app/places/contract';
import type { Recorded } from '@app/platform';
import { book, tick, type Books, type Transfer } from './booking';
import type { LedgerAccount } from './chart';

export type FunderFacts =
  | AgreementSigned
  | OrganisationRegistered
  | DepositAssigned
  | DepositConfirmed
  | FundsReceived
  | FundsRecalled
  | OrderFunded
  | ReservationReleased
  | CreditNoteIssued
  | RefundOrdered
  | RefundBooked
  | RefundFailed
  | RefundReturned
  | InvoiceIssued
  | PeriodClosingProposed
  | PeriodClosed;

export type Entries<Facts extends Event> = {
  readonly [Fact in Facts as Fact['type']]: (event: Recorded<Fact>, books: Books) => void;
};

/** What funders sent, what is set aside of it and what goes back to them; invoices and periods. */
export const funderEntries: Entries<FunderFacts> = {
  AgreementSigned: ({ data: { agreementId, reference, funderName } }, books) => {
    books.accountedParties.put({ partyId: agreementId, name: `${reference} ${funderName}` });
  },

  OrganisationRegistered: ({ data: { organisationId, name, siret } }, books) => {
    books.accountedParties.put({ partyId: organisationId, name: `${name} (${siret})` });
  },

  DepositAssigned: (event, books) => {
    const { depositId, agreementId, amountCents: cents, bankReference, valueOn } = event.data;
    books.accountedDeposits.put({ depositId, bankReference });
    book(books, event, { ref: bankReference, on: valueOn }, [
      { debit: 'announced', credit: 'available', cents, agreementId },
    ]);
  },

  DepositConfirmed: (event, books) => {
    const { agreementId, amountCents: cents, statementReference, confirmedOn } = event.data;
    book(books, event, { ref: statementReference, on: confirmedOn }, [
      { debit: 'suspense', credit: 'announced', cents, agreementId },
    ]);
  },

  FundsReceived: (event, books) => {
    const { agreementId, depositId, shortfallRepaidCents } = event.data;
    book(books, event, { ref: referenceOf(books, depositId) }, [
      repayment(agreementId, shortfallRepaidCents),
    ]);
  },

  FundsRecalled: (event, books) => {
    const { agreementId, depositId, cancelledRefunds, fromAvailableCents } = event.data;
    const credit = event.data.wasConfirmed ? 'suspense' : 'announced';
    book(books, event, { ref: referenceOf(books, depositId) }, [
      ...cancelledRefunds.map(({ amountCents: cents }): Transfer => {
        return { debit: 'reserved', credit: 'available', cents, agreementId };
      }),
      { debit: 'available', credit, cents: fromAvailableCents, agreementId },
      { debit: 'shortfall', credit, cents: event.data.shortfallCents, agreementId },
    ]);
  },

  OrderFunded: (event, books) => {
    const { agreementId, orderId, faceCents, feeCents, vatCents } = event.data;
    const cents = faceCents + feeCents + vatCents;
    book(books, event, { ref: orderId }, [
      { debit: 'available', credit: 'reserved', cents, agreementId },
    ]);
  },

  ReservationReleased: (event, books) => {
    book(books, event, { ref: event.data.orderId }, entering('reserved', event.data));
  },

  CreditNoteIssued: (event, books) => {
    const { creditNoteId, issuedOn } = event.data;
    book(books, event, { ref: creditNoteId, on: issuedOn }, entering('expired', event.data));
  },

  RefundOrdered: (event, books) => {
    const { agreementId, amountCents: cents, reference } = event.data;
    book(books, event, { ref: reference }, [
      { debit: 'available', credit: 'reserved', cents, agreementId },
    ]);
  },

  RefundBooked: (event, books) => {
    const { agreementId, amountCents: cents, statementReference } = event.data;
    book(books, event, { ref: statementReference }, [
      { debit: 'reserved', credit: 'suspense', cents, agreementId },
    ]);
  },

  RefundFailed: (event, books) => {
    book(books, event, { ref: event.data.refundId }, entering('reserved', event.data));
  },

  RefundReturned: (event, books) => {
    book(books, event, { ref: event.data.statementReference }, entering('suspense', event.data));
  },

  InvoiceIssued: (event, books) => {
    const { number, agreementId, issuedOn, feeCents, vatCents } = event.data;
    books.invoices.put(event.data);
    book(books, event, { ref: invoiceReferenceOf(number), on: issuedOn }, [
      { debit: 'receivable', credit: 'fees', cents: feeCents, agreementId },
      { debit: 'receivable', credit: 'vat', cents: vatCents, agreementId },
    ]);
  },

  PeriodClosingProposed: (event, books) => {
    tick(books, event);
    const { month, proposedBy, proposedAt } = event.data;
    books.accountingPeriods.put({
      ...{ month, status: 'proposed', proposedBy, proposedAt, closedBy: '', closedAt: '' },
      ...{ entries: 0, postings: 0, totalCents: 0, sha256: '' },
    });
  },

  PeriodClosed: (event, books) => {
    tick(books, event);
    const proposed = books.accountingPeriods.get(event.data.month);
    if (proposed === undefined) throw new Error(`${event.data.month} closes before it is proposed`);
    books.accountingPeriods.put({ ...proposed, ...event.data, status: 'closed' });
  },
};

/** `F-000001`: as it stands on the document. */
export const invoiceReferenceOf = (number: number): string =>
  `F-${String(number).padStart(6, '0')}`;

/** The bank's word for the deposit; of one that was never assigned, its id. */
const referenceOf = (books: Books, depositId: string): string =>
  books.accountedDeposits.get(depositId)?.bankReference ?? depositId;

type Entering = Readonly<{
  agreementId: string;
  amountCents: number;
  shortfallRepaidCents: number;
}>;

/** Whatever enters available repays a shortfall first, by as much as its event says. */
const entering = (
  debit: LedgerAccount,
  { agreementId, amountCents: cents, shortfallRepaidCents }: Entering,
): readonly Transfer[] => [
  { debit, credit: 'available', cents, agreementId },
  repayment(agreementId, shortfallRepaidCents),
];

const repayment = (agreementId: string, cents: number): Transfer => ({
  ...{ debit: 'available', credit: 'shortfall', cents, agreementId },
});
