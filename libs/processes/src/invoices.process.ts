import { IssueInvoice } from '@app/accounting';
import { asks, ignore, send, type Process } from '@app/platform';
import type { OrderActivated } from '@app/voucher-books/contract';

/** The operator invoices its fee on an order the day it becomes active. */
export const invoicesProcess: Process<OrderActivated> = {
  name: 'invoices',
  facts: ['OrderActivated'],
  // One instance for them all: invoices are numbered in the order of their dates.
  instanceOf: () => 'fees',
  onPoison: 'stop',
  react: ({ data }) => {
    const { invoicedOn: activatedOn, ...activated } = data;
    if (data.feeCents === 0) return [ignore('nothing is sold')];
    return [send(asks(IssueInvoice, { ...activated, activatedOn }))];
  },
};
