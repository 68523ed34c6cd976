import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { OrderQueries, placedOrders, type OrderView } from '@app/read-models';
import { CancelOrder, DeliverOrder, OrderBooks } from '@app/voucher-books';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own, ownFunderOf } from '../access/own';
import { ORDERS } from './orders.documents';
import { DeliveryBody, OrderBody, OrdersQuery } from './orders.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: OrderQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(ORDERS.orderBooks)
  async order(
    @Body() body: OrderBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, body.agreementId);
    const { agreementId, books, vouchersPerBook, validUntilOn, graceDays, remittanceDays } = body;
    const wish = new OrderBooks(
      {
        ...{ agreementId, books, vouchersPerBook, validUntilOn },
        ...(graceDays !== undefined && { graceDays }),
        ...(remittanceDays !== undefined && { remittanceDays }),
      },
      asked,
    );
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { orderId: asked.commandId, status: 'ordered' });
  }

  @Get()
  @Documented(ORDERS.listOrders)
  @Reads(placedOrders)
  list(@Query() query: OrdersQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const { agreementId, status } = query;
    const own = ownFunderOf(actor);
    // Who asks for the orders of another is told that there are none.
    const isForeign = own !== undefined && query.funderId !== undefined && query.funderId !== own;
    const filter = { agreementId, status, funderId: own ?? query.funderId };
    return page.answer<OrderView>({
      find: ([after] = [''], limit) =>
        isForeign ? [] : this.views.listOrders({ ...filter, after: String(after), limit }),
      keyOf: ({ orderId }) => [orderId],
      columns: [
        ...(['orderId', 'agreementId', 'funderId', 'status', 'delivered', 'books'] as const),
        ...(['vouchersPerBook', 'faceValueCents', 'firstBook', 'lastBook', 'needCents'] as const),
        ...(['faceCents', 'feeCents', 'vatCents', 'validUntilOn', 'lastDayOfUseOn'] as const),
        ...(['lastHandInOn', 'orderedOn', 'deliveredOn', 'activatedOn', 'cancelledFor'] as const),
      ],
    });
  }

  @Get(':orderId')
  @Documented(ORDERS.getOrder)
  @Reads(placedOrders)
  async get(@Param('orderId', UuidParam) orderId: string, @CurrentActor() actor: Actor) {
    await this.own.order(actor, orderId);
    const found = this.views.findOrder(orderId);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Until it is active. */
  @Post(':orderId/cancellation')
  @Documented(ORDERS.cancelOrder)
  @HttpCode(200)
  async cancel(
    @Param('orderId', UuidParam) orderId: string,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.order(actor, orderId);
    const { position } = await this.commands.execute(new CancelOrder({ orderId, reason }, asked));
    return new Changed(position, { orderId, status: 'cancelled' });
  }

  @Post(':orderId/delivery')
  @Documented(ORDERS.deliverOrder)
  @HttpCode(200)
  async deliver(
    @Param('orderId', UuidParam) orderId: string,
    @Body() { deliveredOn }: DeliveryBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.order(actor, orderId);
    const wish = new DeliverOrder({ orderId, deliveredOn }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { orderId, delivered: true, deliveredOn });
  }
}
