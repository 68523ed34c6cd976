import type { Command, Decider } from '@app/kernel';
import type { InvoiceFact, InvoiceIssued } from '../contract';

/** There is one register per deployment: numbers go on without a gap. */
export const INVOICE_REGISTER_ID = 'fees';

/** All but what the register itself decides: number and date. */
export type IssueInvoice = Command<
  'IssueInvoice',
  Omit<InvoiceIssued['data'], 'number' | 'issuedOn'>
>;

export type InvoiceRegister = {
  readonly lastNumber: number;
  /** '' before the first. */
  readonly lastIssuedOn: string;
  /** Orders that have their invoice. */
  readonly orderIds: ReadonlySet<string>;
};

/** Invoices of the operator's fees: numbered in the order of their dates, one for an order. */
export const invoiceRegister: Decider<IssueInvoice, InvoiceRegister, InvoiceFact> = {
  name: 'invoice-register',
  initialState: { lastNumber: 0, lastIssuedOn: '', orderIds: new Set() },

  decide: ({ data }, { lastNumber, lastIssuedOn, orderIds }) => {
    if (orderIds.has(data.orderId)) return [];
    // An invoice that comes late is dated like the one before it, or numbers would go back in time.
    const issuedOn = data.activatedOn < lastIssuedOn ? lastIssuedOn : data.activatedOn;
    return [{ type: 'InvoiceIssued', data: { ...data, number: lastNumber + 1, issuedOn } }];
  },

  evolve: ({ orderIds }, { data: { number, issuedOn, orderId } }) => ({
    lastNumber: number,
    lastIssuedOn: issuedOn,
    orderIds: new Set([...orderIds, orderId]),
  }),
};
