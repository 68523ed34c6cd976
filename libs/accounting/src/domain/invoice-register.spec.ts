import { given } from '@app/platform/testing/given';
import type { InvoiceIssued } from '../contract';
import { invoiceRegister, type IssueInvoice } from './invoice-register';

const DETAILS = {
  ...{ invoiceId: 'invoice', agreementId: 'agreement', funderId: 'funder' },
  ...{ faceCents: 100_000, feeCents: 4_000, vatCents: 800 },
  ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, agreementReference: 'CONV-1' },
  buyer: { name: 'Nièvre', siret: '22580001900018' },
  seller: {
    ...{ name: 'Opérateur', siret: '73282932000074', address: '1 rue', legalMentions: 'SAS' },
    vatNumber: 'FR44732829320',
  },
} as const;

const issue = (orderId: string, activatedOn: string): IssueInvoice => ({
  type: 'IssueInvoice',
  data: { ...DETAILS, orderId, activatedOn },
});

const issued = (
  number: number,
  orderId: string,
  activatedOn: string,
  issuedOn = activatedOn,
): InvoiceIssued => ({
  type: 'InvoiceIssued',
  data: { ...DETAILS, number, orderId, activatedOn, issuedOn },
});

describe('the register of invoices', () => {
  it('numbers from 1 without a gap', () => {
    given(invoiceRegister)
      .when(issue('a', '2026-03-02'))
      .then(issued(1, 'a', '2026-03-02'));
    given(invoiceRegister, issued(1, 'a', '2026-03-02'), issued(2, 'b', '2026-12-31'))
      .when(issue('c', '2027-01-01'))
      .then(issued(3, 'c', '2027-01-01'));
  });

  it('invoices an order once, however often it is asked', () =>
    given(invoiceRegister, issued(1, 'a', '2026-03-02'), issued(2, 'b', '2026-03-03'))
      .when(issue('a', '2026-03-02'))
      .thenNothing());

  it('never dates an invoice before the one with the number before', () => {
    given(invoiceRegister, issued(1, 'a', '2026-03-02'))
      .when(issue('b', '2026-03-01'))
      .then(issued(2, 'b', '2026-03-01', '2026-03-02'));
    given(invoiceRegister, issued(1, 'a', '2026-03-02'))
      .when(issue('b', '2026-03-02'))
      .then(issued(2, 'b', '2026-03-02'));
  });
});
