import { departmentOfCommune, instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BeneficiaryReferences } from '../adapters/beneficiary-references';
import { book } from '../domain/book/book';
import { findHolder } from '../domain/order/order-stock';
import { prescriber } from '../domain/prescriber/prescriber';
import { refuse } from '../domain/refuse';
import { OrdersOfBooks } from '../lookups/orders-of-books';

type HandOut = {
  book: number;
  vouchers?: readonly number[];
  prescriberId: string;
  public: string;
  commune?: string;
  /** The prescriber's own; only its HMAC under the prescriber's key is kept. */
  beneficiaryReference?: string;
};

/** Hands a book out, or single vouchers of it where the agreement allows it. */
export class DistributeBook extends Wish<HandOut> {}
export class BlockBook extends Wish<{ book: number; reason: string }> {}
export class UnblockBook extends Wish<{ book: number }> {}
/** Sent by a process once the register has given the new number. */
export class ReplaceBook extends Wish<{ book: number; newBook: number }> {}

@CommandHandler(DistributeBook)
export class DistributeBookHandler implements ICommandHandler<DistributeBook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly orders: OrdersOfBooks,
    private readonly references: BeneficiaryReferences,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: DistributeBook): Promise<Handled> {
    const { book: number, prescriberId, beneficiaryReference: reference, ...handOut } = input;
    const found = await this.orders.find(number);
    const { state } = await this.aggregates.load(prescriber, prescriberId);
    if (state.status === 'none') return refuse('prescriber_unknown');
    const inStock = found !== undefined && findHolder(found.placed, number) === prescriberId;
    // A book of another looks like one that is not there: nothing of it is told.
    if (!inStock && !(await this.#wasHandedOutBy(prescriberId, number))) refuse('not_in_stock');
    const { siret, commune } = state;
    const by = { prescriberId, department: departmentOfCommune(commune) };
    const beneficiaryRef = reference && this.references.pseudonymOf({ prescriberId, reference });
    const data = {
      ...handOut,
      book: number,
      ...(found && { order: found.ofBook }),
      prescriber: { ...by, ...(siret !== undefined && { siret }) },
      inStock,
      ...(beneficiaryRef && { beneficiaryRef }),
      today: this.clock.today(),
    };
    return this.aggregates.handle(book, `${number}`, { type: 'DistributeBook', data }, context);
  }

  async #wasHandedOutBy(prescriberId: string, number: number): Promise<boolean> {
    const { state } = await this.aggregates.load(book, `${number}`);
    return state.handOuts.some((handOut) => handOut.prescriberId === prescriberId);
  }
}

@CommandHandler(BlockBook)
export class BlockBookHandler implements ICommandHandler<BlockBook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly orders: OrdersOfBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { book: number, reason }, context }: BlockBook): Promise<Handled> {
    const found = await this.orders.find(number);
    const data = {
      book: number,
      ...(found && { order: found.ofBook }),
      reason,
      blockedAt: instantOf(this.clock.now()),
    };
    return this.aggregates.handle(book, `${number}`, { type: 'BlockBook', data }, context);
  }
}

@CommandHandler(UnblockBook)
export class UnblockBookHandler implements ICommandHandler<UnblockBook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly orders: OrdersOfBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { book: number }, context }: UnblockBook): Promise<Handled> {
    const found = await this.orders.find(number);
    const data = {
      book: number,
      ...(found && { order: found.ofBook }),
      unblockedAt: instantOf(this.clock.now()),
    };
    return this.aggregates.handle(book, `${number}`, { type: 'UnblockBook', data }, context);
  }
}

@CommandHandler(ReplaceBook)
export class ReplaceBookHandler implements ICommandHandler<ReplaceBook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly orders: OrdersOfBooks,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { book: number, newBook }, context }: ReplaceBook): Promise<Handled> {
    const found = await this.orders.find(number);
    const prescriberId = found && findHolder(found.placed, number);
    const data = {
      book: number,
      newBook,
      ...(found && { order: found.ofBook }),
      ...(prescriberId !== undefined && { prescriberId }),
      replacedAt: instantOf(this.clock.now()),
    };
    return this.aggregates.handle(book, `${number}`, { type: 'ReplaceBook', data }, context);
  }
}
