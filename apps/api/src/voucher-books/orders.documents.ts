import { documents, maybe, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const DAYS = {
  ...{ validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05' },
};

const SUMS = {
  ...{ issuedCents: 250_000, outOfStockCents: 100_000, inStockCents: 150_000 },
  startedCents: 30_000,
};

const FIGURES = { issuedCents: 250_000, redeemedCents: 20_000, unusedCents: 230_000 };

const STOCK_BLOCK = oneOf('none', 'requested', 'unanswered', 'blocked');
const ACKNOWLEDGEMENT = oneOf('none', 'unanswered', 'given');
const STATEMENT = oneOf('none', 'opened', 'drawn', 'agreed');
const DAY = orNull('2027-01-01');

const ORDER = {
  ...{ orderId: IDS.order, agreementId: IDS.agreement, funderId: IDS.funder },
  status: oneOf('active', 'ordered', 'funded', 'issued', 'closing', 'closed', 'cancelled'),
  ...{ delivered: true, books: 25, vouchersPerBook: 10, faceValueCents: 1_000 },
  ...{ firstBook: orNull(1), lastBook: orNull(25), needCents: 265_000, faceCents: 250_000 },
  ...{ feeCents: 12_500, vatCents: 2_500, ...DAYS, orderedOn: '2026-03-02' },
  ...{ deliveredOn: orNull('2026-03-16'), activatedOn: orNull('2026-03-16') },
  cancelledFor: orNull('turned-away'),
  closing: {
    ...{ openedOn: DAY, sums: orNull(SUMS), stockBlock: STOCK_BLOCK },
    ...{ stockBlockRequestedOn: DAY, stockBlockedOn: DAY, acknowledgement: ACKNOWLEDGEMENT },
    ...{ acknowledgedOn: DAY, validityEndedOn: DAY, statement: STATEMENT },
    ...{ statementOpenedOn: DAY, statementDrawnOn: DAY, figures: orNull(FIGURES) },
    ...{ answerByOn: DAY, agreedOn: DAY, agreedByDefault: orNull(false), closedOn: DAY },
    creditNoteId: orNull(IDS.creditNote),
  },
  replacements: [{ replacedBook: 3, book: 26, vouchers: 8 }],
  ...{ nextStep: orNull('OpenClosing'), nextDueOn: orNull('2026-12-31') },
};

const RANGE = { firstBook: 1, lastBook: 10 };
const STOCK_REFUSALS = ['order_not_active', 'expired', 'range_invalid', 'not_in_stock'];

export const ORDERS = documents('orders', {
  orderBooks: {
    does: 'Orders books; they are funded and numbered as soon as the money is there.',
    asks: {
      agreementId: IDS.agreement,
      books: 25,
      vouchersPerBook: 10,
      validUntilOn: '2026-12-31',
    },
    answers: { orderId: IDS.order, status: oneOf('ordered') },
    refuses: [
      ...['not_found', 'vouchers_per_book_not_allowed', 'valid_until_past'],
      ...['agreement_closed', 'ceiling_exceeded'],
    ],
  },
  listOrders: { does: 'Lists orders; a funder is told of its own.', item: ORDER },
  getOrder: { does: 'Tells where an order stands.', answers: ORDER },
  cancelOrder: {
    does: 'Cancels an order that is not active yet.',
    asks: { reason: 'Ordered twice' },
    answers: { orderId: IDS.order, status: oneOf('cancelled') },
    refuses: ['order_already_active', 'already_so'],
  },
  deliverOrder: {
    does: 'Records the delivery of the books; with money confirmed they become active.',
    asks: { deliveredOn: '2026-03-16' },
    answers: { orderId: IDS.order, delivered: true, deliveredOn: '2026-03-16' },
    refuses: ['delivered_on_invalid', 'order_cancelled', 'order_not_issued', 'already_so'],
  },
  getClosing: {
    does: 'Tells how far the closing of an order is: sums, due steps and answers.',
    answers: {
      orderId: IDS.order,
      status: oneOf('closing', 'ordered', 'funded', 'issued', 'active', 'closed', 'cancelled'),
      ...DAYS,
      steps: [{ step: 'stock-block', dueOn: DAY, doneOn: DAY }],
      sums: orNull(SUMS),
      answers: {
        ...{ stockBlock: STOCK_BLOCK, stockBlockRequestedOn: DAY },
        ...{ acknowledgement: ACKNOWLEDGEMENT, statement: STATEMENT },
        agreedByDefault: orNull(false),
      },
      ...{ figures: orNull(FIGURES), creditNoteId: orNull(IDS.creditNote) },
    },
  },
  blockStock: {
    does: 'Asks that what is in stock be blocked 15 days before the end; later, at once.',
    answers: { orderId: IDS.order, stockBlock: oneOf('requested', 'blocked') },
    refuses: ['validity_ended', 'closing_not_open', 'already_so'],
  },
  acknowledgeLateHandOuts: {
    does: 'Acknowledges that hand-outs in the last 7 days are at the charge of the funder.',
    answers: { orderId: IDS.order, acknowledgement: oneOf('given') },
    refuses: ['validity_ended', 'closing_not_open', 'already_so'],
  },
  agreeStatement: {
    does: 'Agrees to the statement as drawn: its unused vouchers are credited.',
    answers: { orderId: IDS.order, statement: oneOf('agreed') },
    refuses: ['statement_not_drawn', 'already_so'],
  },
  allocateBooks: {
    does: 'Gives books of an order to a prescriber: so many, or exactly these.',
    asks: { prescriberId: IDS.prescriber, books: 10 },
    answers: RANGE,
    refuses: [
      ...['not_found', 'prescriber_unknown', 'books_or_range'],
      ...['agreement_short', 'book_blocked', ...STOCK_REFUSALS],
    ],
  },
  returnBooks: {
    does: 'Gives books that were not handed out back to their order.',
    asks: { prescriberId: IDS.prescriber, ...RANGE },
    answers: RANGE,
    refuses: ['already_distributed', ...STOCK_REFUSALS],
  },
  transferBooks: {
    does: 'Moves books that were not handed out from one prescriber to another.',
    answers: RANGE,
    refuses: [
      ...['not_found', 'prescriber_unknown', 'same_prescriber', 'agreement_short'],
      ...['book_blocked', 'already_distributed', ...STOCK_REFUSALS],
    ],
  },
});

const PRESCRIBER = {
  ...{ prescriberId: IDS.prescriber, name: 'CCAS de Nevers' },
  ...{ siret: orNull('26580194000010'), commune: '58194' },
};

export const PRESCRIBERS = documents('prescribers', {
  registerPrescriber: {
    does: 'Registers who hands out books.',
    answers: { prescriberId: IDS.prescriber },
  },
  listPrescribers: { does: 'Lists prescribers.', item: PRESCRIBER },
  getPrescriber: { does: 'Tells of a prescriber.', answers: PRESCRIBER },
  getPrescriberStock: {
    does: 'Tells the books of a prescriber by order, now or as of an instant.',
    more: 'A funder is told of those it ordered.',
    answers: {
      prescriberId: IDS.prescriber,
      orders: [
        {
          ...{ orderId: IDS.order, ranges: [RANGE], books: 10, inStock: 8, handedOut: 2 },
          lastHandOutOn: orNull('2026-04-01'),
          lastAllocatedAt: '2026-03-17T09:30:00.000Z',
        },
      ],
    },
  },
});

const PRINT = {
  ...{ printId: IDS.print, orderId: IDS.order, format: oneOf('pdf', 'csv', '') },
  ...{ layout: orNull('a4'), ...RANGE, books: 10, vouchersPerBook: 10 },
  status: oneOf('made', 'requested', 'abandoned', 'erased'),
  ...{ reason: orNull('no_space'), requestedAt: '2026-03-03T08:00:00.000Z' },
  sha256: orNull('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  ...{ bytes: orNull(812_345), pages: orNull(40), madeAt: orNull('2026-03-03T08:00:04.000Z') },
  ...{ downloads: 1, lastDownloadedAt: orNull('2026-03-03T08:10:00.000Z') },
  erasedAt: orNull('2026-04-02T08:00:00.000Z'),
};

export const PRINTS = documents('prints', {
  requestPrint: {
    does: 'Asks a job to print books of an issued order.',
    more: 'Once more is a print of its own, and both are on record.',
    asks: { format: 'pdf', layout: 'a4' },
    answers: { jobId: `print.${IDS.print}`, printId: IDS.print },
    refuses: [
      ...['order_cancelled', 'order_not_issued', 'validity_ended', 'range_invalid'],
      ...['layout_of_pdf_only', 'print_too_large', 'not_found', 'order_unknown'],
    ],
  },
  listPrints: { does: 'Lists the prints of an order.', item: PRINT },
  getPrint: {
    does: 'Gives the manifest that goes with the file of a print: no codes.',
    answers: {
      ...PRINT,
      ...{ vouchers: 100, codes: 110, fileName: orNull('carnets-1-10-a4.pdf') },
      ...{ columns: maybe(['book', 'voucher']), lines: maybe(111) },
    },
  },
  downloadPrint: {
    does: 'Gives the file of a print; who fetched it is on record before its first byte leaves.',
    files: { 'application/pdf': '%PDF-1.7…', 'text/csv': 'book,voucher,vouchers,code,…\r\n' },
    refuses: [
      ...['print_unknown', 'print_not_made', 'print_abandoned', 'print_erased'],
      ...['print_file_missing', 'print_file_damaged', 'store_unavailable'],
    ],
  },
});
