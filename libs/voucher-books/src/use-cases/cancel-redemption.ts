import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, CommandLookup, StoreUnavailable, Wish } from '@app/platform';
import type { Actor, Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RedemptionCancelled } from '../contract';
import { book } from '../domain/book/book';
import type { CancelRedemption as Decision } from '../domain/book/book.messages';
import { refuse } from '../domain/refuse';
import { BookLookup } from '../ports/book-lookup';

type Input = Readonly<{ redemptionId: string; reason: string }>;

/** Takes a whole redemption back: its place within 24 hours, finance at any time. */
export class CancelRedemption extends Wish<Input, Cancelled> {}

export type Cancelled = Pick<Handled, 'position'> &
  Readonly<{ cancelled: RedemptionCancelled['data'] }>;

@CommandHandler(CancelRedemption)
export class CancelRedemptionHandler implements ICommandHandler<CancelRedemption> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: CommandLookup,
    private readonly lookup: BookLookup,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: CancelRedemption): Promise<Cancelled> {
    const { redemptionId, reason } = input;
    const number = await this.#getBook(redemptionId);
    const data = {
      ...{ book: number, redemptionId, reason },
      by: await this.#whoCancels(context.actor, number, redemptionId),
      today: this.clock.today(),
      cancelledAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'CancelRedemption', data } as const;
    const { events, position } = await this.aggregates.handle(book, `${number}`, wish, context);
    const cancelled = events.find(({ type }) => type === 'RedemptionCancelled');
    if (cancelled === undefined) throw new TypeError('a cancellation without its event');
    return { position, cancelled: cancelled.data as RedemptionCancelled['data'] };
  }

  /** A redemption's id is its command's, so whoever finds commands finds its book. */
  async #getBook(redemptionId: string): Promise<number> {
    const found = await this.commands.find(redemptionId);
    const number = found && bookOf(found.streamName);
    if (number !== undefined) return number;
    if (!(await this.lookup.catchUp())) {
      throw new StoreUnavailable('the log has not been followed to its end yet');
    }
    const again = await this.commands.find(redemptionId);
    return (again && bookOf(again.streamName)) ?? refuse('redemption_unknown');
  }

  /** What another organisation's place redeemed looks like what nobody did. */
  async #whoCancels(
    { role, partyId }: Pick<Actor, 'partyId'> & { role: string },
    number: number,
    redemptionId: string,
  ): Promise<Decision['data']['by']> {
    if (role === 'finance-preparer' || role === 'finance-approver') return { role: 'finance' };
    const { state } = await this.aggregates.load(book, `${number}`);
    const found = state.redemptions.find((each) => each.redemptionId === redemptionId);
    if (found?.organisationId !== partyId) return refuse('redemption_unknown');
    return { role: 'place', placeId: found.placeId };
  }
}

function bookOf(streamName: string): number | undefined {
  const [, number] = /^book-(\d+)$/.exec(streamName) ?? [];
  return number === undefined ? undefined : Number(number);
}
