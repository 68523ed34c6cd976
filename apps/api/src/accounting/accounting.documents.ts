import { documents, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const SHA256 = 'b1946ac9'.repeat(8);

const JOURNAL_LINE = {
  ...{ year: '2026', number: 12, line: 0, day: '2026-03-31', journal: 'TI' },
  ...{ label: 'Titres encaissés', pieceRef: 'REMB 12', pieceOn: '2026-03-30' },
  ...{ debitAccount: '467400', creditAccount: '467600', cents: 3_000 },
  agreementId: orNull(IDS.agreement),
  organisationId: orNull(IDS.organisation),
  placeId: orNull(IDS.place),
};

const PERIOD = {
  ...{ month: '2026-03', status: oneOf('proposed', 'closed'), proposedBy: 'person-1' },
  ...{ proposedAt: '2026-04-01T08:00:00.000Z', closedBy: 'person-2' },
  /** '' while it is proposed. */
  closedAt: 'any',
  ...{ entries: 120, postings: 260, totalCents: 5_400_000, sha256: SHA256 },
};

const INVOICE = {
  ...{ invoiceId: IDS.invoice, number: 1, reference: 'F-000001', issuedOn: '2026-03-02' },
  ...{ activatedOn: '2026-03-02', orderId: IDS.order, agreementId: IDS.agreement },
  ...{ funderId: IDS.funder, buyerName: 'Département de la Nièvre', faceCents: 250_000 },
  ...{ feeCents: 12_500, vatCents: 2_500, totalCents: 15_000, feeBasisPoints: 500 },
  ...{ vatBasisPoints: 2_000, agreementReference: 'CONV-2026-01' },
};

const ENTRY = 'VouchersRedeemed';

const PLACE_BALANCE = { owedCents: 3_000, inRunCents: 0 };

const STATEMENT = {
  ...{ placeId: IDS.place, from: '2026-03-01', to: '2026-03-31', opening: PLACE_BALANCE },
  lines: [
    {
      ...{ on: '2026-03-31', documentOn: '2026-03-30', entry: ENTRY, label: 'Titres encaissés' },
      ...{ reference: 'any', agreementId: IDS.agreement, cents: 3_000 },
      ...{ promisedPaymentOn: orNull('2026-04-09'), ...PLACE_BALANCE },
    },
  ],
  closing: PLACE_BALANCE,
  totals: { redeemedCents: 3_000, cancelledCents: 0, paidCents: 0, debtRepaidCents: 0 },
  due: [{ promisedPaymentOn: '2026-04-09', cents: 3_000 }],
};

const BUCKETS = {
  ...{ availableCents: 236_000, reservedCents: 0, activeCents: 150_000, distributedCents: 80_000 },
  ...{ owedCents: 20_000, inRunCents: 0, expiredCents: 0, cashCents: 500_000 },
  ...{ shortfallCents: 0, feesCents: 14_000, unsweptFeesCents: 14_000 },
};

const USED = [{ public: 'senior', vouchers: 20, cents: 20_000, shareBasisPoints: 10_000 }];

const ACCOUNT = {
  ...{ agreementId: IDS.agreement, reference: 'CONV-2026-01' },
  ...{ funderName: 'Département de la Nièvre', from: '2026-01-01', to: '2026-12-31' },
  ...{ opening: BUCKETS, closing: BUCKETS },
  movements: [
    {
      ...{ entry: ENTRY, label: 'Titres encaissés', debitAccount: '467400' },
      ...{ creditAccount: '467600', cents: 20_000, postings: 7 },
    },
  ],
  ...{ usedCents: 20_000, usedSinceStartCents: 20_000 },
  ...{ usedByPublic: USED, usedByPublicSinceStart: USED },
  coFunders: [
    {
      ...{ name: 'Département de la Nièvre', shareBasisPoints: 10_000 },
      ...{ claimCents: 20_000, claimSinceStartCents: 20_000 },
    },
  ],
};

export const ACCOUNTING = documents('accounting', {
  listJournal: {
    does: 'Lists the postings of a period, in the order of their entries.',
    more:
      'Every posting is a debit of one account and a credit of another, of the same sum. Its day is ' +
      'that of its place in the log; the date of what proves it stands beside it.',
    item: JOURNAL_LINE,
    refuses: ['period_invalid'],
  },
  getTrialBalance: {
    does: 'Sums every account, as of an instant or over a period.',
    more: 'Balances are debits less credits, and add up to 0.',
    answers: {
      ...{ asOf: orNull('2026-03-31T21:59:59.999Z'), from: orNull('2026-03-01') },
      to: orNull('2026-03-31'),
      accounts: [
        {
          ...{ account: '512000', title: 'Banque, compte de cantonnement', openingCents: 0 },
          ...{ debitCents: 500_000, creditCents: 0, balanceCents: 500_000 },
        },
      ],
      totals: { debitCents: 500_000, creditCents: 500_000, balanceCents: 0 },
    },
    refuses: ['period_invalid'],
  },
  downloadFec: {
    does: 'Gives the file of accounting entries of a calendar year, SirenFECAAAA1231.txt.',
    more:
      'Eighteen columns in the order of article A47 A-1 of the Livre des procédures fiscales, tabs, ' +
      'ISO 8859-15. Of the current year it is what there is so far.',
    files: { 'text/plain': 'JournalCode\tJournalLib\t…\r\n' },
    refuses: ['year_not_begun'],
  },
  listPeriods: { does: 'Lists the months that are closed, or proposed to be.', item: PERIOD },
  getPeriod: {
    does: 'Tells what a month of the books holds, and whether a closed one is as it was.',
    answers: {
      ...{ month: '2026-03', status: oneOf('open', 'proposed', 'closed'), over: true },
      ...{ entries: 120, postings: 260, totalCents: 5_400_000, sha256: SHA256 },
      unchanged: orNull(true),
    },
    refuses: ['not_found', 'id_invalid'],
  },
  proposePeriod: {
    does: 'Proposes to close a month that is over.',
    more: 'Months close one after the other.',
    asks: { month: '2026-03' },
    answers: { month: '2026-03', status: oneOf('proposed') },
    refuses: ['period_not_over', 'period_out_of_order', 'already_so'],
  },
  closePeriod: {
    does: 'Closes a month on the hash of its postings, by another person than who proposed it.',
    asks: { sha256: SHA256 },
    answers: { month: '2026-03', status: oneOf('closed'), sha256: SHA256 },
    refuses: [
      ...['id_invalid', 'period_not_proposed', 'period_not_over', 'figures_changed'],
      ...['same_person', 'already_so'],
    ],
  },
  listInvoices: {
    does: "Lists the operator's invoices of its fees; a funder is told of its own.",
    item: INVOICE,
  },
  getInvoice: { does: 'Tells of an invoice.', answers: INVOICE },
  downloadInvoice: {
    does: 'Gives the document of an invoice, the same bytes for ever.',
    files: { 'application/pdf': '%PDF-1.7\n…' },
  },
  getPlaceStatement: {
    does: 'Tells a place every redemption, cancellation, run and payment of a period.',
    more: 'And what it is owed at the end, by the day it was promised. JSON, CSV of the lines, or PDF.',
    answers: STATEMENT,
    files: { 'text/csv': 'on,…\r\n', 'application/pdf': '%PDF-1.7\n…' },
    refuses: ['not_found', 'period_invalid', 'period_too_long'],
  },
  getAgreementAccount: {
    does: 'Renders the account of an agreement: its money, what was used, and by whom it is borne.',
    more:
      "A co-funder's claim of a period is its share of all that was used up to the end less that up " +
      'to the start, so that the claims of all periods add up. At the start and at the end cash = ' +
      'available + reserved + active + distributed + owed + inRun + expired + unsweptFees − ' +
      'shortfall. JSON or PDF.',
    answers: ACCOUNT,
    files: { 'application/pdf': '%PDF-1.7\n…' },
    refuses: ['not_found', 'period_invalid'],
  },
});
