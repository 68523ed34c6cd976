import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller';
import { WebhooksController } from './webhooks.controller';

/** Endpoints of webhooks over HTTP, on what `SchemeModule` provides. */
@Module({ controllers: [WebhooksController, DeliveriesController] })
export class WebhooksApiModule {}
