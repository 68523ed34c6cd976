import { holdsRange, instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BookRange, PrintFormat, PrintLayout } from '../contract';
import { book as bookDecider } from '../domain/book/book';
import { order } from '../domain/order/order';
import type { PlacedOrder } from '../domain/order/order.state';
import { print } from '../domain/print/print';
import { refuse } from '../domain/refuse';
import {
  currentKeyOf,
  findRangeOf,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';
import { LetterFacts, type Point } from '../ports/letter-facts';

type Input = {
  orderId: string;
  format: PrintFormat;
  /** Of a PDF; `a4` where it is not said. */
  layout?: PrintLayout;
  /** Absent: all books of the order itself. A replacement is asked for by its number. */
  range?: BookRange;
  /** Around which the letter looks for places. */
  near?: Point;
  publicHost: string;
};

/** Books on paper, for the first time or again: each request is a print under its command's id. */
export class RequestPrint extends Wish<Input> {}

const PLACES_IN_LETTER_MAX = 8;

@CommandHandler(RequestPrint)
export class RequestPrintHandler implements ICommandHandler<RequestPrint> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly facts: LetterFacts,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: RequestPrint): Promise<Handled> {
    const { orderId, format, layout, near, publicHost } = input;
    const { state: placed } = await this.aggregates.load(order, orderId);
    if (placed.status === 'none') return refuse('order_unknown');
    const books = await this.#findBooks(placed, input.range);
    const { agreementId, funderId, faceValueCents } = placed.terms;
    const { validUntilOn, lastDayOfUseOn } = placed.terms;
    const isPdf = format === 'pdf';
    const placesMax = isPdf ? PLACES_IN_LETTER_MAX : 0;
    const data = {
      ...{ printId: context.commandId, orderId, agreementId, funderId, format, ...books },
      ...(isPdf ? { layout: layout ?? 'a4' } : layout !== undefined && { layout }),
      ...{ faceValueCents, validUntilOn, lastDayOfUseOn, publicHost },
      fundedBy: await this.facts.listPayers(agreementId),
      places: await this.facts.listPlaces(agreementId, { near, placesMax }),
      requestedAt: instantOf(this.clock.now()),
      ...{ orderStatus: placed.status, validityEnded: placed.validityEnded },
    };
    const wish = { type: 'RequestPrint', data } as const;
    return this.aggregates.handle(print, context.commandId, wish, context);
  }

  /** The books with the key they have today, which a leak of the first one may have changed. */
  async #findBooks(
    { status, range: issued, terms }: PlacedOrder,
    asked: BookRange | undefined,
  ): Promise<BookRange & { vouchersPerBook: number; keyId: string }> {
    if (issued === undefined) {
      return refuse(status === 'cancelled' ? 'order_cancelled' : 'order_not_issued');
    }
    const { firstBook, lastBook } = asked ?? issued;
    if (firstBook > lastBook) return refuse('range_invalid');
    const { state: register } = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const allotted = findRangeOf(register, firstBook);
    if (allotted?.orderId !== terms.orderId || !holdsRange([allotted], { firstBook, lastBook })) {
      return refuse('range_invalid');
    }
    const { replacedBook } = allotted;
    const vouchersPerBook =
      replacedBook === undefined
        ? terms.vouchersPerBook
        : await this.#countVouchersOf(firstBook, replacedBook);
    const keyId = currentKeyOf(register.revokedKeys, allotted.keyId);
    return { firstBook, lastBook, vouchersPerBook, keyId };
  }

  /** A replacement's number counts only once the old book's BookReplaced names it. */
  async #countVouchersOf(book: number, replacedBook: number): Promise<number> {
    const { state } = await this.aggregates.load(bookDecider, `${replacedBook}`);
    const vouchers = state.replacedBy === book ? state.vouchersInNewBook : undefined;
    return vouchers ?? refuse('range_invalid');
  }
}
