import { asks, send, type Process } from '@app/platform';
import { CorrectHandedOutStock, CorrectMovedStock } from '@app/voucher-books';
import type { BookDistributed, BooksReturned, BooksTransferred } from '@app/voucher-books/contract';

/**
 * A hand-out is decided in the book's stream and a return in the order's, so of one moment both may be:
 * whichever comes second in the log finds the other here, and the book goes back to who handed it out.
 */
export const stockProcess: Process<BooksReturned | BooksTransferred | BookDistributed> = {
  name: 'stock',
  facts: ['BooksReturned', 'BooksTransferred', 'BookDistributed'],
  instanceOf: ({ data }) => data.orderId,
  // A book counted in another's stock holds no money up.
  onPoison: 'park',
  react: ({ type, data }) => {
    const { orderId } = data;
    if (type === 'BookDistributed') {
      const { book, prescriberId } = data;
      return [send(asks(CorrectHandedOutStock, { orderId, book, prescriberId }), 'correct')];
    }
    const { firstBook, lastBook } = data;
    return [send(asks(CorrectMovedStock, { orderId, firstBook, lastBook }), 'correct')];
  },
};
