import { findRange, holdsRange } from '@app/kernel';
import type { BookRange, StockFact } from '../../contract';
import { refuse } from '../refuse';
import type {
  AllocateBooks,
  CorrectStock,
  ReturnBooks,
  StockReplacement,
  StockWish,
  TransferBooks,
} from './order.messages';
import type { PlacedOrder } from './order.state';

/** Who holds which books of the order. What was handed out is told by the books themselves. */
export function decideStock(wish: StockWish, order: PlacedOrder): readonly StockFact[] {
  switch (wish.type) {
    case 'AllocateBooks':
      return allocateBooks(wish, order);
    case 'ReturnBooks':
      return returnBooks(wish, order);
    case 'TransferBooks':
      return transferBooks(wish, order);
    case 'StockReplacement':
      return stockReplacement(wish, order);
    case 'CorrectStock':
      return correctStock(wish, order);
  }
}

/** The prescriber in whose stock the book is; handing it out leaves it there. */
export const findHolder = (order: PlacedOrder, book: number): string | undefined =>
  Object.keys(order.stocks).find((prescriberId) => holdsBook(order, prescriberId, book));

export const holdsBook = ({ stocks }: PlacedOrder, prescriberId: string, book: number): boolean =>
  holdsRange(stocks[prescriberId] ?? [], { firstBook: book, lastBook: book });

function allocateBooks({ data }: AllocateBooks, order: PlacedOrder): readonly StockFact[] {
  refuseIdleOrder(order);
  if (order.stockBlock === 'blocked') return refuse('book_blocked');
  if (data.today > order.terms.lastDayOfUseOn) return refuse('expired');
  if (data.agreementShort) return refuse('agreement_short');
  const isCount = 'books' in data;
  if (isCount && data.books < 1) return refuse('range_invalid');
  const range = isCount ? findRange(order.unallocated, data.books) : rangeOf(data);
  if (!range || !holdsRange(order.unallocated, range)) return refuse('not_in_stock');
  const { orderId, agreementId } = order.terms;
  const { prescriberId } = data;
  return [{ type: 'BooksAllocated', data: { orderId, agreementId, prescriberId, ...range } }];
}

function returnBooks({ data }: ReturnBooks, order: PlacedOrder): readonly StockFact[] {
  refuseIdleOrder(order);
  const { prescriberId } = data;
  const range = heldBy(order, prescriberId, data);
  const { orderId, agreementId } = order.terms;
  return [{ type: 'BooksReturned', data: { orderId, agreementId, prescriberId, ...range } }];
}

function transferBooks({ data }: TransferBooks, order: PlacedOrder): readonly StockFact[] {
  const { fromPrescriberId, toPrescriberId } = data;
  refuseIdleOrder(order);
  if (fromPrescriberId === toPrescriberId) return refuse('same_prescriber');
  if (order.stockBlock === 'blocked') return refuse('book_blocked');
  if (data.agreementShort) return refuse('agreement_short');
  const range = heldBy(order, fromPrescriberId, data);
  const { orderId, agreementId } = order.terms;
  const transferred = { orderId, agreementId, fromPrescriberId, toPrescriberId, ...range };
  return [{ type: 'BooksTransferred', data: transferred }];
}

function stockReplacement({ data }: StockReplacement, order: PlacedOrder): readonly StockFact[] {
  const { orderId, agreementId } = order.terms;
  const { replacedBook, book, prescriberId } = data;
  if (holdsRange(order.replacements, { firstBook: book, lastBook: book })) return [];
  const stocked = { orderId, agreementId, replacedBook, book };
  const owner = prescriberId === undefined ? {} : { prescriberId };
  return [{ type: 'ReplacementStocked', data: { ...stocked, ...owner } }];
}

/** A book that is nowhere was replaced, and is not missed. */
function correctStock({ data }: CorrectStock, order: PlacedOrder): readonly StockFact[] {
  const { orderId, agreementId } = order.terms;
  return data.handedOut.flatMap(({ book, prescriberId }): StockFact[] => {
    if (holdsBook(order, prescriberId, book)) return [];
    const fromPrescriberId = findHolder(order, book);
    const from = fromPrescriberId === undefined ? {} : { fromPrescriberId };
    const isThere =
      fromPrescriberId !== undefined ||
      holdsRange(order.unallocated, { firstBook: book, lastBook: book });
    if (!isThere) return [];
    return [
      { type: 'StockCorrected', data: { orderId, agreementId, book, prescriberId, ...from } },
    ];
  });
}

function refuseIdleOrder({ status, validityEnded }: PlacedOrder): void {
  if (status !== 'active' && status !== 'closing' && status !== 'closed') {
    refuse('order_not_active');
  }
  if (validityEnded) refuse('expired');
}

/** The range, if the prescriber holds all of it and has handed out none of it. */
function heldBy(
  { stocks }: PlacedOrder,
  prescriberId: string,
  data: BookRange & { handedOut: readonly number[] },
): BookRange {
  const range = rangeOf(data);
  if (!holdsRange(stocks[prescriberId] ?? [], range)) return refuse('not_in_stock');
  const book = data.handedOut.find(
    (number) => number >= range.firstBook && number <= range.lastBook,
  );
  return book === undefined ? range : refuse('already_distributed', { book });
}

function rangeOf({ firstBook, lastBook }: BookRange): BookRange {
  return firstBook <= lastBook ? { firstBook, lastBook } : refuse('range_invalid');
}
