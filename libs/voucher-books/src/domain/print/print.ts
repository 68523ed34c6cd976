import { countBooks, type Decider } from '@app/kernel';
import type { PrintFact, PrintMade, PrintRequested } from '../../contract';
import { refuse } from '../refuse';
import type { PrintWish, RequestPrint } from './print.messages';

export type Print =
  | Readonly<{ status: 'none' }>
  | Readonly<{ status: 'requested' | 'abandoned'; wanted: PrintRequested['data'] }>
  | Readonly<{
      status: 'made' | 'erased';
      wanted: PrintRequested['data'];
      made: PrintMade['data'];
    }>;

/** Sheets beyond this are for a printer's own software, by CSV; or for several prints by range. */
export const PDF_BOOKS_MAX = 5_000;

/** Books of an order on paper, asked for once, made once, downloaded any number of times, erased. */
export const print: Decider<PrintWish, Print, PrintFact> = {
  name: 'print',
  initialState: { status: 'none' },

  decide: (wish, print) => {
    if (wish.type === 'RequestPrint') {
      return print.status === 'none' ? [request(wish)] : refuse('already_so');
    }
    if (print.status === 'none') return refuse('print_unknown');
    const { printId, orderId } = print.wanted;
    const ids = { printId, orderId };
    switch (wish.type) {
      // A second worker that made it too made the same bytes.
      case 'RecordPrint':
        if (print.status !== 'requested') return [];
        return [{ type: 'PrintMade', data: { ...ids, ...wish.data } }];
      case 'AbandonPrint':
        if (print.status !== 'requested') return [];
        return [{ type: 'PrintAbandoned', data: { ...ids, ...wish.data } }];
      case 'DownloadPrint':
        refuseUnlessKept(print);
        return [{ type: 'PrintDownloaded', data: { ...ids, ...wish.data } }];
      case 'ErasePrint':
        if (print.status === 'erased') return [];
        refuseUnlessKept(print);
        return [{ type: 'PrintErased', data: { ...ids, ...wish.data } }];
    }
  },

  evolve: (print, { type, data }) => {
    if (type === 'PrintRequested') return { status: 'requested', wanted: data };
    // A stream begins with PrintRequested; anything before it tells nothing.
    if (print.status === 'none') return print;
    switch (type) {
      case 'PrintMade':
        return { status: 'made', wanted: print.wanted, made: data };
      case 'PrintAbandoned':
        return { status: 'abandoned', wanted: print.wanted };
      case 'PrintErased':
        return 'made' in print ? { ...print, status: 'erased' } : print;
      case 'PrintDownloaded':
        return print;
    }
  },
};

/** @throws DomainError where there is no file of it, with the reason. */
export function refuseUnlessKept(print: Print): asserts print is Print & { status: 'made' } {
  switch (print.status) {
    case 'none':
      return refuse('print_unknown');
    case 'requested':
      return refuse('print_not_made');
    case 'abandoned':
      return refuse('print_abandoned');
    case 'erased':
      return refuse('print_erased');
    case 'made':
  }
}

function request({ data }: RequestPrint): PrintRequested {
  const { orderStatus, validityEnded, ...wanted } = data;
  if (orderStatus === 'cancelled') return refuse('order_cancelled');
  if (orderStatus === 'ordered' || orderStatus === 'funded') return refuse('order_not_issued');
  // Until then a replacement may still be needed on paper.
  if (validityEnded || orderStatus === 'closed') return refuse('validity_ended');
  if (wanted.format === 'csv' && wanted.layout !== undefined) return refuse('layout_of_pdf_only');
  if (wanted.format === 'pdf' && countBooks([wanted]) > PDF_BOOKS_MAX) {
    return refuse('print_too_large', { booksMax: PDF_BOOKS_MAX });
  }
  return { type: 'PrintRequested', data: wanted };
}
