import { ReadStore, ViewProgress, type Position } from '@app/platform';
import { WebhookQueries, webhookViews } from '@app/read-models';
import { DeliveryLog, type WebhookHealth } from '@app/webhooks';
import { Injectable } from '@nestjs/common';

@Injectable()
export class DeliveryLogInViews extends DeliveryLog {
  readonly #progress: ViewProgress;

  constructor(
    private readonly views: WebhookQueries,
    readStore: ReadStore,
  ) {
    super();
    this.#progress = new ViewProgress(readStore);
  }

  listReplayable(...asked: Parameters<DeliveryLog['listReplayable']>): readonly string[] {
    return this.views.listReplayable(...asked);
  }

  listDue(webhookId: string, now: string, limit: number): readonly string[] {
    return this.views.listDue(webhookId, now, limit);
  }

  mayHaveWebhooks(partyId: string, at: Position): boolean {
    const passed = this.#progress.positionOf([webhookViews]);
    if (passed === undefined || passed < at) return true;
    return this.views.listOfParty({ partyId, after: '', limit: 1 }).length > 0;
  }

  findHealth(webhookId: string): WebhookHealth | undefined {
    const found = this.views.find(webhookId);
    if (found === undefined) return undefined;
    const { partyId, failuresInRow } = found;
    const [failingSinceAt, heldUntilAt] = [found.failingSinceAt ?? '', found.heldUntilAt ?? ''];
    return { partyId, failuresInRow, failingSinceAt, heldUntilAt };
  }
}
