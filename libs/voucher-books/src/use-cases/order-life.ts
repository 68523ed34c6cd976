import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BookRange } from '../contract';
import { order } from '../domain/order/order';

type OfOrder = { orderId: string };

export class DeliverOrder extends Wish<OfOrder & { deliveredOn: string }> {}
/** Until the order is active. */
export class CancelOrder extends Wish<OfOrder & { reason: string }> {}

/** The order learns what the agreement and the register decided; a second copy changes nothing. */
export class ReserveFunds extends Wish<OfOrder> {}
export class IssueBooks extends Wish<OfOrder & { keyId: string } & BookRange> {}
export class ActivateOrder extends Wish<OfOrder> {}
export class TurnOrderAway extends Wish<OfOrder & { reason: string }> {}

@CommandHandler(DeliverOrder)
export class DeliverOrderHandler implements ICommandHandler<DeliverOrder> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { orderId, deliveredOn }, context }: DeliverOrder): Promise<Handled> {
    const data = { deliveredOn, today: this.clock.today() };
    return this.aggregates.handle(order, orderId, { type: 'DeliverOrder', data }, context);
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { orderId, reason }, context }: CancelOrder): Promise<Handled> {
    const wish = { type: 'CancelOrder', data: { reason } } as const;
    return this.aggregates.handle(order, orderId, wish, context);
  }
}

@CommandHandler(ReserveFunds)
export class ReserveFundsHandler implements ICommandHandler<ReserveFunds> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { orderId }, context }: ReserveFunds): Promise<Handled> {
    return this.aggregates.handle(order, orderId, { type: 'ReserveFunds', data: {} }, context);
  }
}

@CommandHandler(IssueBooks)
export class IssueBooksHandler implements ICommandHandler<IssueBooks> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { orderId, ...data }, context }: IssueBooks): Promise<Handled> {
    return this.aggregates.handle(order, orderId, { type: 'IssueBooks', data }, context);
  }
}

@CommandHandler(ActivateOrder)
export class ActivateOrderHandler implements ICommandHandler<ActivateOrder> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { orderId }, context }: ActivateOrder): Promise<Handled> {
    const data = { today: this.clock.today() };
    return this.aggregates.handle(order, orderId, { type: 'ActivateOrder', data }, context);
  }
}

@CommandHandler(TurnOrderAway)
export class TurnOrderAwayHandler implements ICommandHandler<TurnOrderAway> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { orderId, reason }, context }: TurnOrderAway): Promise<Handled> {
    const wish = { type: 'TurnOrderAway', data: { reason } } as const;
    return this.aggregates.handle(order, orderId, wish, context);
  }
}
