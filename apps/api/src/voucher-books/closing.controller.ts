import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Reads,
  UuidParam,
  type Actor,
  type Handled,
  type RequestContext,
} from '@app/platform';
import { ClosingQueries, placedOrders } from '@app/read-models';
import { TakeClosingStep, type ClosingStep } from '@app/voucher-books';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { ORDERS } from './orders.documents';

/** An order's end, and the funder's answers to it. */
@Controller('v1/orders/:orderId/closing')
export class ClosingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: ClosingQueries,
    private readonly own: Own,
  ) {}

  @Get()
  @Documented(ORDERS.getClosing)
  @Reads(placedOrders)
  async get(@Param('orderId', UuidParam) orderId: string, @CurrentActor() actor: Actor) {
    await this.own.order(actor, orderId);
    const found = this.views.findClosing(orderId);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Blocks what is in stock 15 days before the end; asked for later, at once. */
  @Post('stock-block')
  @Documented(ORDERS.blockStock)
  @HttpCode(200)
  async blockStock(
    @Param('orderId', UuidParam) orderId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { position, events } = await this.#answer(actor, orderId, 'RequestStockBlock', asked);
    const isBlocked = events.some(({ type }) => type === 'StockBlocked');
    return new Changed(position, { orderId, stockBlock: isBlocked ? 'blocked' : 'requested' });
  }

  /** Hand-outs in the last 7 days are at the funder's charge. */
  @Post('acknowledgement')
  @Documented(ORDERS.acknowledgeLateHandOuts)
  @HttpCode(200)
  async acknowledge(
    @Param('orderId', UuidParam) orderId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.#answer(actor, orderId, 'AcknowledgeLateHandOuts', asked);
    return new Changed(position, { orderId, acknowledgement: 'given' });
  }

  /** To the statement as drawn: its unused vouchers are credited. */
  @Post('agreement')
  @Documented(ORDERS.agreeStatement)
  @HttpCode(200)
  async agree(
    @Param('orderId', UuidParam) orderId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.#answer(actor, orderId, 'AgreeStatement', asked);
    return new Changed(position, { orderId, statement: 'agreed' });
  }

  async #answer(
    actor: Actor,
    orderId: string,
    step: ClosingStep,
    asked: RequestContext,
  ): Promise<Handled> {
    await this.own.order(actor, orderId);
    return this.commands.execute(new TakeClosingStep({ orderId, step }, asked));
  }
}
