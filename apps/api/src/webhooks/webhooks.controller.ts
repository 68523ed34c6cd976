import {
  AggregateStore,
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
import { WebhookQueries, webhookViews, type WebhookView } from '@app/read-models';
import {
  EndWebhook,
  PauseWebhook,
  RegisterWebhook,
  RequestReplay,
  ResumeWebhook,
  RotateWebhookSecret,
  SendTestMessage,
  webhooks,
  WebhookSecrets,
} from '@app/webhooks';
import type {
  DeliveryPlanned,
  WebhookRegistered,
  WebhookSecretRotated,
} from '@app/webhooks/contract';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { getOwn, ownerOf } from './own-webhooks';
import { WEBHOOKS } from './webhooks.documents';
import { ReplayBody, RotationBody, WebhookBody, WebhooksQuery } from './webhooks.dto';

const OVERLAP_HOURS = 24;

/** Endpoints of the caller's own party: what it asks for is in that party's stream alone. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly views: WebhookQueries,
    private readonly secrets: WebhookSecrets,
  ) {}

  @Post()
  @Documented(WEBHOOKS.registerWebhook)
  async register(
    @Body() { url, kinds }: WebhookBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const wish = new RegisterWebhook({ ...ownerOf(actor), url, kinds }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { webhookId, secret, ...registered } = (events[0] as Made<WebhookRegistered>).data;
    const shown = this.secrets.show(webhookId, secret);
    const answer = { webhookId, url: registered.url, kinds: registered.kinds, status: 'active' };
    return new Changed(position, { ...answer, secret: shown });
  }

  @Get()
  @Documented(WEBHOOKS.listWebhooks)
  @Reads(webhookViews)
  list(@Query() _: WebhooksQuery, @CurrentActor() actor: Actor, @Page() page: PageOf) {
    const { partyId } = ownerOf(actor);
    return page.answer<ReturnType<typeof shownOf>>({
      find: ([after] = [''], limit) =>
        this.views.listOfParty({ partyId, after: String(after), limit }).map(shownOf),
      keyOf: ({ webhookId }) => [webhookId],
      columns: [
        ...(['webhookId', 'url', 'kinds', 'status', 'pauseCause', 'registeredAt'] as const),
        ...(['lastSuccessAt', 'failuresInRow', 'failingSinceAt'] as const),
      ],
    });
  }

  @Get(':webhookId')
  @Documented(WEBHOOKS.getWebhook)
  @Reads(webhookViews)
  get(@Param('webhookId', UuidParam) webhookId: string, @CurrentActor() actor: Actor) {
    return shownOf(getOwn(this.views, actor, webhookId));
  }

  @Post(':webhookId/rotation')
  @Documented(WEBHOOKS.rotateWebhookSecret)
  @HttpCode(200)
  async rotate(
    @Param('webhookId', UuidParam) webhookId: string,
    @Body() { overlapHours = OVERLAP_HOURS }: RotationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const wish = new RotateWebhookSecret({ partyId, webhookId, overlapHours }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { secret, formerUntilAt } = (events[0] as Made<WebhookSecretRotated>).data;
    const shown = this.secrets.show(webhookId, secret);
    const formerSecretUntilAt = formerUntilAt;
    return new Changed(position, { webhookId, secret: shown, formerSecretUntilAt });
  }

  @Post(':webhookId/pause')
  @Documented(WEBHOOKS.pauseWebhook)
  @HttpCode(200)
  async pause(
    @Param('webhookId', UuidParam) webhookId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const wish = new PauseWebhook({ partyId, webhookId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { webhookId, status: 'paused' });
  }

  @Post(':webhookId/resumption')
  @Documented(WEBHOOKS.resumeWebhook)
  @HttpCode(200)
  async resume(
    @Param('webhookId', UuidParam) webhookId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const wish = new ResumeWebhook({ partyId, webhookId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { webhookId, status: 'active' });
  }

  @Post(':webhookId/ending')
  @Documented(WEBHOOKS.endWebhook)
  @HttpCode(200)
  async end(
    @Param('webhookId', UuidParam) webhookId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const { position } = await this.commands.execute(new EndWebhook({ partyId, webhookId }, asked));
    return new Changed(position, { webhookId, status: 'ended' });
  }

  @Post(':webhookId/test')
  @Documented(WEBHOOKS.testWebhook)
  @HttpCode(202)
  async test(
    @Param('webhookId', UuidParam) webhookId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const wish = new SendTestMessage({ partyId, webhookId }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { deliveryId } = (events[0] as Made<DeliveryPlanned>).data;
    return new Changed(position, { deliveryId, status: 'pending' });
  }

  @Post(':webhookId/replay')
  @Documented(WEBHOOKS.replayWebhook)
  @HttpCode(202)
  async replay(
    @Param('webhookId', UuidParam) webhookId: string,
    @Body() { from: fromAt, to: toAt }: ReplayBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.#own(actor, webhookId);
    const wish = new RequestReplay({ partyId, webhookId, fromAt, toAt }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { webhookId, from: fromAt, to: toAt });
  }

  /** The party in whose stream the endpoint is; another party's is as one that is not there. */
  async #own(actor: Actor, webhookId: string): Promise<string> {
    const { partyId } = ownerOf(actor);
    const { state } = await this.aggregates.load(webhooks, partyId);
    if (state[webhookId] === undefined) throw notFound();
    return partyId;
  }
}

type Made<Event extends { data: unknown }> = Readonly<{ data: Event['data'] }>;

/** Without the party, which is the caller's. */
const shownOf = ({ partyId: _, ...webhook }: WebhookView) => webhook;
