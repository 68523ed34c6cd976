import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BookRange } from '../contract';
import { order } from '../domain/order/order';
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
    const data = { ...range, handedOut: await this.figures.listHandedOut(range) };
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
    const handedOut = await this.figures.listHandedOut(transfer);
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
