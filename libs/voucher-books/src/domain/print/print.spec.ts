import { given } from '@app/platform/testing/given';
import { print, PDF_BOOKS_MAX } from './print';
import {
  abandon,
  abandoned,
  download,
  downloaded,
  erase,
  erased,
  made,
  record,
  request,
  requested,
} from './print.examples';

describe('a print', () => {
  it.each(['issued', 'active', 'closing'] as const)('is taken of an order that is %s', (status) =>
    given(print)
      .when(request({ orderStatus: status }))
      .then(requested()),
  );

  it.each([
    ['ordered', 'order_not_issued'],
    ['funded', 'order_not_issued'],
    ['cancelled', 'order_cancelled'],
    ['closed', 'validity_ended'],
  ] as const)('is refused of an order that is %s', (orderStatus, code) =>
    given(print).when(request({ orderStatus })).thenRefused(code),
  );

  it('is refused once its vouchers are worth nothing', () =>
    given(print)
      .when(request({ orderStatus: 'closing', validityEnded: true }))
      .thenRefused('validity_ended'));

  it('has as many books as a PDF may have', () => {
    const range = { firstBook: 1, lastBook: PDF_BOOKS_MAX };
    given(print).when(request(range)).then(requested(range));
  });

  it('is refused with one more', () =>
    given(print)
      .when(request({ firstBook: 1, lastBook: PDF_BOOKS_MAX + 1 }))
      .thenRefused('print_too_large'));

  it('has a layout only as a PDF', () =>
    given(print)
      .when(request({ format: 'csv' }))
      .thenRefused('layout_of_pdf_only'));

  it('is asked for once under one id', () =>
    given(print, requested()).when(request()).thenRefused('already_so'));
});

describe('a print that was asked for', () => {
  it('is made', () => given(print, requested()).when(record).then(made));
  it('is made once, though two workers made it', () =>
    given(print, requested(), made).when(record).thenNothing());
  it('is given up where its codes are worth nothing any more', () =>
    given(print, requested()).when(abandon).then(abandoned));
  it('is not given up once it is made', () =>
    given(print, requested(), made).when(abandon).thenNothing());
  it('is not made once it is given up', () =>
    given(print, requested(), abandoned).when(record).thenNothing());
  it('has no file yet', () =>
    given(print, requested()).when(download).thenRefused('print_not_made'));
});

describe('the file of a print', () => {
  it('is on record each time it is fetched', () =>
    given(print, requested(), made, downloaded).when(download).then(downloaded));
  it('never was, of a print given up', () =>
    given(print, requested(), abandoned).when(download).thenRefused('print_abandoned'));
  it('is erased', () => given(print, requested(), made).when(erase).then(erased));
  it('is erased once', () => given(print, requested(), made, erased).when(erase).thenNothing());
  it('is not fetched after that', () =>
    given(print, requested(), made, erased).when(download).thenRefused('print_erased'));
  it('belongs to a print', () => given(print).when(download).thenRefused('print_unknown'));
});
