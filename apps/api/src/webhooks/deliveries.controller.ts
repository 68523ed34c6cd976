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
import {
  webhookDeliveries,
  WebhookQueries,
  webhookViews,
  type DeliveryView,
} from '@app/read-models';
import { ReplayDelivery } from '@app/webhooks';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { getOwn, ownerOf } from './own-webhooks';
import { WEBHOOKS } from './webhooks.documents';
import { DeliveriesQuery } from './webhooks.dto';

const [FIRST_AT, LAST_AT] = ['1950-01-01T00:00:00.000Z', '2199-12-31T23:59:59.999Z'];

/** Every message to an endpoint, with what came of it. */
@Controller('v1/webhooks/:webhookId/deliveries')
export class DeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: WebhookQueries,
  ) {}

  @Get()
  @Documented(WEBHOOKS.listDeliveries)
  @Reads(webhookViews, webhookDeliveries)
  list(
    @Param('webhookId', UuidParam) webhookId: string,
    @Query() { status, from: fromAt = FIRST_AT, to: toAt = LAST_AT }: DeliveriesQuery,
    @CurrentActor() actor: Actor,
    @Page() page: PageOf,
  ) {
    getOwn(this.views, actor, webhookId);
    const asked = { webhookId, status, fromAt, toAt };
    return page.answer<ReturnType<typeof shownOf>>({
      find: (after, limit) => {
        const before = after && ([String(after[0]), String(after[1])] as const);
        return this.views.listDeliveries({ ...asked, before, limit }).map(shownOf);
      },
      keyOf: ({ happenedAt, deliveryId }) => [happenedAt, deliveryId],
      columns: [
        ...(['deliveryId', 'kind', 'happenedAt', 'status', 'attempts', 'replays'] as const),
        ...(['lastAttemptAt', 'statusCode', 'reason', 'tookMs', 'dueAt'] as const),
      ],
    });
  }

  @Get(':deliveryId')
  @Documented(WEBHOOKS.getDelivery)
  @Reads(webhookViews, webhookDeliveries)
  get(
    @Param('webhookId', UuidParam) webhookId: string,
    @Param('deliveryId', UuidParam) deliveryId: string,
    @CurrentActor() actor: Actor,
  ) {
    getOwn(this.views, actor, webhookId);
    const found = this.views.findDelivery(deliveryId);
    if (found === undefined || found.webhookId !== webhookId) throw notFound();
    return { ...shownOf(found), body: found.body };
  }

  @Post(':deliveryId/replay')
  @Documented(WEBHOOKS.replayDelivery)
  @HttpCode(202)
  async replay(
    @Param('webhookId', UuidParam) webhookId: string,
    @Param('deliveryId', UuidParam) deliveryId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { partyId } = ownerOf(actor);
    const wish = new ReplayDelivery({ partyId, webhookId, deliveryId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { deliveryId, status: 'pending' });
  }
}

/** In a list, without the body. */
const shownOf = ({ body: _, webhookId: __, ...delivery }: DeliveryView) => delivery;
