import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StatementFigures } from '../contract';
import { order } from '../domain/order/order';
import { StockFigures } from '../ports/stock-figures';

type OfOrder = { orderId: string };

/** D−30, by timer. */
export class OpenClosing extends Wish<OfOrder> {}

@CommandHandler(OpenClosing)
export class OpenClosingHandler implements ICommandHandler<OpenClosing> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: StockFigures,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { orderId }, context }: OpenClosing): Promise<Handled> {
    const sums = await this.figures.getClosingSums(orderId);
    const data = { today: this.clock.today(), ...sums };
    return this.aggregates.handle(order, orderId, { type: 'OpenClosing', data }, context);
  }
}

/** A step of the closing that needs to know the day and nothing else. */
export type ClosingStep =
  | 'RequestStockBlock'
  | 'SettleStockBlock'
  | 'AcknowledgeLateHandOuts'
  | 'SettleAcknowledgement'
  | 'EndValidity'
  | 'OpenStatement'
  | 'AgreeStatement'
  | 'SettleStatement';

export class TakeClosingStep extends Wish<OfOrder & { step: ClosingStep }> {}

@CommandHandler(TakeClosingStep)
export class TakeClosingStepHandler implements ICommandHandler<TakeClosingStep> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { orderId, step }, context }: TakeClosingStep): Promise<Handled> {
    const data = { today: this.clock.today() };
    return this.aggregates.handle(order, orderId, { type: step, data }, context);
  }
}

/** With the figures the views held at the place of StatementOpened in the log. */
export class DrawStatement extends Wish<OfOrder & StatementFigures> {}

@CommandHandler(DrawStatement)
export class DrawStatementHandler implements ICommandHandler<DrawStatement> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { orderId, ...figures }, context }: DrawStatement): Promise<Handled> {
    const data = { today: this.clock.today(), ...figures };
    return this.aggregates.handle(order, orderId, { type: 'DrawStatement', data }, context);
  }
}

/** The order learns of its credit note, or that nothing was left to credit. */
export class CloseOrder extends Wish<
  OfOrder & { creditNote?: { creditNoteId: string; amountCents: number } }
> {}

@CommandHandler(CloseOrder)
export class CloseOrderHandler implements ICommandHandler<CloseOrder> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { orderId, creditNote }, context }: CloseOrder): Promise<Handled> {
    const data = { today: this.clock.today(), ...(creditNote && { creditNote }) };
    return this.aggregates.handle(order, orderId, { type: 'CloseOrder', data }, context);
  }
}
