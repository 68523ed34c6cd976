import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { KeyRing } from '../adapters/key-ring';
import type { BookReplaced, RangeAllotted } from '../contract';
import { book as bookDecider } from '../domain/book/book';
import type { ReplaceBook } from '../domain/book/book.messages';
import { findHolder } from '../domain/order/order-stock';
import { refuse } from '../domain/refuse';
import {
  findAllotted,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';
import { OrdersOfBooks, type FoundBook } from '../lookups/orders-of-books';

/**
 * A blocked book's unused vouchers live on under a new number, which the register gives; a process
 * then replaces the book by it. Refused like the replacement itself, before a number is spent.
 */
export class RequestReplacement extends Wish<{ book: number }, Replacement> {}

export type Replacement = Pick<Handled, 'position'> & Readonly<{ newBook: number }>;

@CommandHandler(RequestReplacement)
export class RequestReplacementHandler implements ICommandHandler<RequestReplacement> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly orders: OrdersOfBooks,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { book }, context }: RequestReplacement): Promise<Replacement> {
    const found = await this.orders.find(book);
    if (found === undefined) return refuse('book_unknown');
    const cause = { orderId: found.range.orderId, replacedBook: book };
    if ((await this.#findNumber(cause)) === undefined)
      await this.#refuseUnlessReplaceable(found, book);
    const data = { ...cause, keyId: this.keys.currentKeyId };
    const allotted = await this.aggregates.handle(
      serialRegister,
      SERIAL_REGISTER_ID,
      { type: 'AllotReplacement', data },
      context,
    );
    // By its own id the command may also be found where it ended the last time: in the book's stream.
    const [said] = allotted.events as readonly (RangeAllotted | BookReplaced)[];
    if (said !== undefined) return { position: allotted.position, newBook: newBookOf(said) };
    // The number was given before. It is still unused if the book was not replaceable any more when
    // the process came with it: then it is the one to take.
    const newBook = (await this.#findNumber(cause)) ?? refuse('book_unknown');
    const wish = this.#wishOf(found, { book, newBook });
    const replaced = await this.aggregates.handle(bookDecider, `${book}`, wish, context);
    if (replaced.events.length === 0) return refuse('already_so');
    return { position: replaced.position, newBook };
  }

  async #findNumber(
    cause: Readonly<{ orderId: string; replacedBook: number }>,
  ): Promise<number | undefined> {
    const { state } = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    return findAllotted(state, cause)?.firstBook;
  }

  async #refuseUnlessReplaceable(found: FoundBook, book: number): Promise<void> {
    const { state } = await this.aggregates.load(bookDecider, `${book}`);
    // Only whether it refuses matters: no book has number 0.
    bookDecider.decide(this.#wishOf(found, { book, newBook: 0 }), state);
  }

  #wishOf(
    { placed, ofBook }: FoundBook,
    { book, newBook }: Readonly<{ book: number; newBook: number }>,
  ): ReplaceBook {
    const prescriberId = findHolder(placed, book);
    const data = {
      ...{ book, newBook, order: ofBook, replacedAt: instantOf(this.clock.now()) },
      ...(prescriberId !== undefined && { prescriberId }),
    };
    return { type: 'ReplaceBook', data };
  }
}

const newBookOf = ({ type, data }: RangeAllotted | BookReplaced): number =>
  type === 'RangeAllotted' ? data.firstBook : data.newBook;
