import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BookRange, HandedOutBook } from '../contract';
import { order } from '../domain/order/order';
import { holdsBook } from '../domain/order/order-stock';
import { NO_ORDER } from '../domain/order/order.state';
import { prescriber } from '../domain/prescriber/prescriber';
import { refuse } from '../domain/refuse';
import { Agreements } from '../ports/agreements';
import { StockFigures } from '../ports/stock-figures';

type Allocation = { orderId: string; prescriberId: string } & ({ books: number } | BookRange);
type Return = { orderId: string; prescriberId: string } & BookRange;
type Transfer = { orderId: string; fromPrescriberId: string; toPrescriberId: string } & BookRange;

/** Books into a prescriber's stock: so many, or these. */
export class AllocateBooks extends Wish<Allocation> {}
export class ReturnBooks extends Wish<Return> {}
export class TransferBooks extends Wish<Transfer> {}
/** The order learns that a book of its stock was replaced; a second copy changes nothing. */
export class StockReplacement extends Wish<{
  orderId: string;
  replacedBook: number;
  book: number;
  prescriberId?: string;
}> {}

/**
 * Books left a stock: those of them that were handed out before, and that who returned them had not heard
 * of yet, go back. Sent by a process, as is the next.
 */
export class CorrectMovedStock extends Wish<{ orderId: string } & BookRange, void> {}
/** A book was handed out: was it still in that stock, at its place in the log? */
export class CorrectHandedOutStock extends Wish<{ orderId: string } & HandedOutBook, void> {}

@CommandHandler(AllocateBooks)
export class AllocateBooksHandler implements ICommandHandler<AllocateBooks> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly agreements: Agreements,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { orderId, ...allocation }, context }: AllocateBooks): Promise<Handled> {
    await refuseUnknownPrescriber(this.aggregates, allocation.prescriberId);
    const agreementShort = await isShort(this.aggregates, this.agreements, orderId);
    const data = { ...allocation, agreementShort, today: this.clock.today() };
    return this.aggregates.handle(order, orderId, { type: 'AllocateBooks', data }, context);
  }
}

@CommandHandler(ReturnBooks)
export class ReturnBooksHandler implements ICommandHandler<ReturnBooks> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: StockFigures,
  ) {}

  async execute({ input: { orderId, ...range }, context }: ReturnBooks): Promise<Handled> {
    const handedOut = (await this.figures.listHandedOut(range)).map(({ book }) => book);
    const data = { ...range, handedOut };
    return this.aggregates.handle(order, orderId, { type: 'ReturnBooks', data }, context);
  }
}

@CommandHandler(TransferBooks)
export class TransferBooksHandler implements ICommandHandler<TransferBooks> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly agreements: Agreements,
    private readonly figures: StockFigures,
  ) {}

  async execute({ input: { orderId, ...transfer }, context }: TransferBooks): Promise<Handled> {
    await refuseUnknownPrescriber(this.aggregates, transfer.toPrescriberId);
    const agreementShort = await isShort(this.aggregates, this.agreements, orderId);
    const handedOut = (await this.figures.listHandedOut(transfer)).map(({ book }) => book);
    const data = { ...transfer, agreementShort, handedOut };
    return this.aggregates.handle(order, orderId, { type: 'TransferBooks', data }, context);
  }
}

@CommandHandler(StockReplacement)
export class StockReplacementHandler implements ICommandHandler<StockReplacement> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { orderId, ...data }, context }: StockReplacement): Promise<Handled> {
    return this.aggregates.handle(order, orderId, { type: 'StockReplacement', data }, context);
  }
}

@CommandHandler(CorrectMovedStock)
export class CorrectMovedStockHandler implements ICommandHandler<CorrectMovedStock> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: StockFigures,
  ) {}

  async execute({ input: { orderId, ...range }, context }: CorrectMovedStock): Promise<void> {
    const handedOut = await this.figures.listHandedOut(range);
    // Read even where there is nothing to correct: from here on memory knows that the books have left.
    await this.aggregates.load(order, orderId);
    const wish = { type: 'CorrectStock', data: { handedOut } } as const;
    if (handedOut.length > 0) await this.aggregates.handle(order, orderId, wish, context);
  }
}

@CommandHandler(CorrectHandedOutStock)
export class CorrectHandedOutStockHandler implements ICommandHandler<CorrectHandedOutStock> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input, context }: CorrectHandedOutStock): Promise<void> {
    const { orderId, ...handedOut } = input;
    // A move before the hand-out in the log was heard before it, and memory has read the order since. So
    // memory is right that the book is in this stock; that it is not, the stream has to say.
    const known = this.aggregates.recall(order, orderId)?.state ?? NO_ORDER;
    const { book, prescriberId } = handedOut;
    if (known.status !== 'none' && holdsBook(known, prescriberId, book)) return;
    const wish = { type: 'CorrectStock', data: { handedOut: [handedOut] } } as const;
    await this.aggregates.handle(order, orderId, wish, context);
  }
}

async function refuseUnknownPrescriber(
  aggregates: AggregateStore,
  prescriberId: string,
): Promise<void> {
  const { state } = await aggregates.load(prescriber, prescriberId);
  if (state.status === 'none') refuse('prescriber_unknown');
}

/** With a shortfall nothing is allocated. */
async function isShort(
  aggregates: AggregateStore,
  agreements: Agreements,
  orderId: string,
): Promise<boolean> {
  const { state } = await aggregates.load(order, orderId);
  if (state.status === 'none') return refuse('order_unknown');
  const agreement = await agreements.find(state.terms.agreementId);
  return agreement?.ofBook.isShort ?? true;
}
