import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Randomness, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { KeyRing } from '../adapters/key-ring';
import { order } from '../domain/order/order';
import { refuse } from '../domain/refuse';
import { SERIAL_REGISTER_ID, serialRegister } from '../domain/serial-register/serial-register';

/** The issue itself: a continuous range of numbers under the key ring's current master key. */
export class AllotBooks extends Wish<{ orderId: string }> {}
/** A master key leaked: the codes of all its books change, in one append. */
export class RevokeKey extends Wish<{ keyId: string; reason: string }> {}

@CommandHandler(AllotBooks)
export class AllotBooksHandler implements ICommandHandler<AllotBooks> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly keys: KeyRing,
  ) {}

  async execute({ input: { orderId }, context }: AllotBooks): Promise<Handled> {
    const { state } = await this.aggregates.load(order, orderId);
    if (state.status === 'none') return refuse('order_unknown');
    // Cancelled before its books had numbers: it needs none.
    if (state.status === 'cancelled') return NOTHING;
    const data = { orderId, books: state.terms.books, keyId: this.keys.currentKeyId };
    const wish = { type: 'AllotRange', data } as const;
    return this.aggregates.handle(serialRegister, SERIAL_REGISTER_ID, wish, context);
  }
}

/** Rotates the key ring when the leaked key is its current one, so that there is another to take. */
@CommandHandler(RevokeKey)
export class RevokeKeyHandler implements ICommandHandler<RevokeKey> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  async execute({ input: { keyId, reason }, context }: RevokeKey): Promise<Handled> {
    const { clock, randomness } = this;
    if (!this.keys.holds(keyId)) return refuse('key_unknown');
    const newKeyId =
      this.keys.currentKeyId === keyId
        ? this.keys.rotate({ clock, randomness })
        : this.keys.currentKeyId;
    const data = { keyId, newKeyId, reason, revokedAt: instantOf(clock.now()) };
    const wish = { type: 'RevokeKey', data } as const;
    return this.aggregates.handle(serialRegister, SERIAL_REGISTER_ID, wish, context);
  }
}

const NOTHING: Handled = {
  events: [],
  revision: undefined,
  position: undefined,
  repeated: false,
};
