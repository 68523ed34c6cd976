import { type Day, DomainError, instantOf } from '@app/kernel';
import { AggregateStore, Clock, CommandLookup, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CodeGate } from '../adapters/code-gate';
import { VoucherCodes } from '../adapters/voucher-codes';
import type { BookFact, VouchersRedeemed } from '../contract';
import { book } from '../domain/book/book';
import { promisedPaymentOn } from '../domain/promised-payment';
import { refuse } from '../domain/refuse';
import { BookLookup, type BookKnowledge } from '../ports/book-lookup';
import { RunCalendar } from '../ports/run-calendar';
import { areGenuine, askerOf, type PresentedCodes, readCodes, vouchersOf } from './presented-codes';

type Input = Readonly<{
  placeId: string;
  /** As they were typed or scanned. */
  codes: readonly string[];
  service: string;
  priceCents: number;
  /** Undefined: today. */
  performedOn: string | undefined;
  /** Network address of who asks: guessing is counted by it. */
  address: string;
}>;

/**
 * A place takes vouchers of one book for a session. The redemption's id is the command's. Accepted
 * on memory, refused only on the streams: one append where all is well.
 */
export class RedeemVouchers extends Wish<Input, Redeemed> {}

export type Redeemed = Pick<Handled, 'position'> & Readonly<{ redeemed: VouchersRedeemed['data'] }>;

@CommandHandler(RedeemVouchers)
export class RedeemVouchersHandler implements ICommandHandler<RedeemVouchers> {
  #promised: Readonly<{ today: Day; on: Day }> | undefined;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly lookup: BookLookup,
    private readonly voucherCodes: VoucherCodes,
    private readonly gate: CodeGate,
    private readonly recent: CommandLookup,
    private readonly clock: Clock,
    private readonly runs: RunCalendar,
  ) {}

  async execute(wish: RedeemVouchers): Promise<Redeemed> {
    const { input, context } = wish;
    const presented = readCodes(input.codes);
    const asker = askerOf(context.actor, input);
    const gate = this.gate.refuseGuesser(asker);
    if (gate !== undefined) await this.#unlessDone(gate, context.commandId);
    const question = { book: presented.book, placeId: input.placeId };
    const remembered = this.lookup.recall(question);
    if (remembered !== undefined) {
      try {
        return redeemedBy(await this.#redeem(wish, presented, remembered));
      } catch (error) {
        if (!(error instanceof DomainError) || OF_THE_BOOK.has(error.code)) throw error;
      }
    }
    const confirmed = await this.lookup.confirm(question);
    try {
      return redeemedBy(await this.#redeem(wish, presented, confirmed));
    } catch (error) {
      const isWrong = !areGenuine(this.voucherCodes, presented, confirmed);
      if (error instanceof DomainError && error.code === 'voucher_unknown' && isWrong) {
        await this.gate.countWrongCode(asker);
      }
      throw error;
    }
  }

  /** A redemption that succeeded is answered again also to whoever is locked by now. */
  async #unlessDone(gate: Promise<void>, commandId: string): Promise<void> {
    try {
      await gate;
    } catch (error) {
      if ((await this.recent.find(commandId)) === undefined) throw error;
    }
  }

  /** The same all day, and days of a calendar are slow to count. */
  #promisedOn(today: Day): Day {
    if (this.#promised?.today !== today) {
      this.#promised = { today, on: promisedPaymentOn(today, this.runs.weekday) };
    }
    return this.#promised.on;
  }

  #redeem(
    { input, context }: RedeemVouchers,
    presented: PresentedCodes,
    known: BookKnowledge,
  ): Promise<Handled<BookFact>> {
    const { order, place, position } = known;
    if (place?.organisationId !== context.actor.partyId) return refuse('place_unknown');
    const isGenuine = areGenuine(this.voucherCodes, presented, known);
    const today = this.clock.today();
    const data = {
      redemptionId: context.commandId,
      book: presented.book,
      vouchers: vouchersOf(presented),
      // A code that is not genuine is one of a book nobody has; the stream still knows a repeat.
      order: isGenuine ? order : undefined,
      place,
      service: input.service,
      priceCents: input.priceCents,
      performedOn: input.performedOn ?? today,
      today,
      redeemedAt: instantOf(this.clock.now()),
      promisedPaymentOn: this.#promisedOn(today),
    };
    const stamped = position === undefined ? context : { ...context, followedPosition: position };
    const decision = { type: 'RedeemVouchers', data } as const;
    return this.aggregates.handle(book, `${presented.book}`, decision, stamped);
  }
}

/** What the book's own stream refused, which was read to its end: nothing else could say otherwise. */
const OF_THE_BOOK: ReadonlySet<string> = new Set([
  'idempotency_mismatch',
  'code_repeated',
  'book_not_distributed',
  'book_blocked',
  'book_replaced',
  'voucher_used',
  'performed_on_invalid',
]);

function redeemedBy({ events: [event], position }: Handled<BookFact>): Redeemed {
  if (event?.type !== 'VouchersRedeemed') throw new TypeError('a redemption without its event');
  return { position, redeemed: event.data as VouchersRedeemed['data'] };
}
