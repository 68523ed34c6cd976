import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, uuidV5, type CommandContext } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { signedHeaders } from '../adapters/signature';
import { WebhookSecrets } from '../adapters/webhook-secrets';
import { WebhookSender } from '../adapters/webhook-sender';
import type { WebhookPaused } from '../contract';
import { delivery, type AttemptResult, type Delivery } from '../domain/delivery';
import { isFailing } from '../domain/retries';
import { secretsAt, webhooks, type Webhook } from '../domain/webhooks';
import { DeliveryLog } from '../ports/delivery-log';

/** Attempts at one endpoint at the same time. */
const ATTEMPTS_AT_ONCE = 4;
/** What one turn of an endpoint takes from the log at a time. */
const DUE_MAX = 100;
/**
 * An endpoint gives its turn to another after this long and the attempts under way: with the 10 s these
 * may take it is less than a worker has to stop.
 */
const TURN_MS_MAX = 4_000;

/**
 * One turn of an endpoint: attempts what is due, a few at a time, and pauses it when it keeps failing.
 * Safe to run again, twice at once and after a crash anywhere: an attempt that was cut off is made
 * again under the same `webhook-id`. Answers how many attempts it made.
 */
export class DeliverToWebhook extends Command<number> {
  constructor(readonly webhookId: string) {
    super();
  }
}

@CommandHandler(DeliverToWebhook)
export class DeliverToWebhookHandler implements ICommandHandler<DeliverToWebhook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {}

  async execute({ webhookId }: DeliverToWebhook): Promise<number> {
    const endsAtMs = performance.now() + TURN_MS_MAX;
    // The log is a view, and may show as due what this turn has just done.
    const seen = new Set<string>();
    let attempts = 0;
    let isHeld = false;
    for (;;) {
      if (!(await this.#isOpen(webhookId))) return attempts;
      const due = this.log
        .listDue(webhookId, instantOf(this.clock.now()), DUE_MAX + seen.size)
        .filter((deliveryId) => !seen.has(deliveryId));
      if (due.length === 0) return attempts;
      for (const deliveryId of due) seen.add(deliveryId);
      const queue = due.values();
      const work = async (): Promise<void> => {
        for (const deliveryId of queue) {
          if (isHeld || performance.now() >= endsAtMs) return;
          const result = await this.#attempt(deliveryId);
          if (result === undefined) continue;
          attempts += 1;
          // A receiver that asks for time gets it for all its messages; the view will say so.
          if (result.reason !== undefined && result.retryAfter !== undefined) isHeld = true;
        }
      };
      await Promise.all(Array.from({ length: ATTEMPTS_AT_ONCE }, work));
      await this.#pauseIfFailing(webhookId);
      if (isHeld || performance.now() >= endsAtMs) return attempts;
    }
  }

  async #isOpen(webhookId: string): Promise<boolean> {
    const health = this.log.findHealth(webhookId);
    if (health === undefined || health.heldUntilAt > instantOf(this.clock.now())) return false;
    const webhook = await this.#load(health.partyId, webhookId);
    return webhook?.status === 'active';
  }

  /** After the attempts and not before: the last one, after three days, is made too. */
  async #pauseIfFailing(webhookId: string): Promise<void> {
    const health = this.log.findHealth(webhookId);
    if (health === undefined || !isFailing(health, this.clock.now())) return;
    const webhook = await this.#load(health.partyId, webhookId);
    if (webhook?.status === 'active') await this.#pause(webhook, 'failing', health.failingSinceAt);
  }

  /** Undefined where it was not sent, after looking at the streams: the view may be behind. */
  async #attempt(deliveryId: string): Promise<AttemptResult | undefined> {
    const { state } = await this.aggregates.load(delivery, deliveryId);
    const at = this.clock.now();
    const attemptedAt = instantOf(at);
    if (state.status !== 'pending' || state.dueAt > attemptedAt) return undefined;
    const webhook = await this.#load(state.partyId, state.webhookId);
    if (webhook?.status !== 'active') return undefined;
    const beganMs = performance.now();
    const result = await this.#send(webhook, state, at);
    const tookMs = Math.round(performance.now() - beganMs);
    await this.#record(state, { attemptedAt, tookMs, result });
    if (result.statusCode === 410) await this.#pause(webhook, 'gone', attemptedAt);
    return result;
  }

  #send(webhook: Webhook, { deliveryId, body }: Pending, at: Date): Promise<AttemptResult> {
    const { webhookId, url } = webhook;
    const secrets = secretsAt(webhook, instantOf(at)).map((secret) =>
      this.secrets.derive(webhookId, secret),
    );
    const signed = signedHeaders({ id: messageIdOf(deliveryId), at, body, secrets });
    const headers = {
      ...{ ...signed, 'content-type': 'application/json', 'user-agent': 'Carnet-Webhooks/1' },
    };
    return this.sender.send({ url, headers, body });
  }

  async #record(
    { deliveryId, attempts, replays }: Pending,
    made: Readonly<{ attemptedAt: string; tookMs: number; result: AttemptResult }>,
  ): Promise<void> {
    const attempt = attempts + 1;
    const wish = { type: 'RecordAttempt', data: { ...made, attempt } } as const;
    const context = machineContext(uuidV5(deliveryId, `attempt/${replays}/${attempt}`));
    await this.aggregates.handle(delivery, deliveryId, wish, context);
  }

  async #pause(
    { partyId, webhookId }: Webhook,
    cause: WebhookPaused['data']['cause'],
    since: string,
  ): Promise<void> {
    const data = { webhookId, cause, pausedAt: instantOf(this.clock.now()) };
    const context = machineContext(uuidV5(webhookId, `pause/${cause}/${since}`));
    await this.aggregates.handle(webhooks, partyId, { type: 'PauseWebhook', data }, context);
  }

  async #load(partyId: string, webhookId: string): Promise<Webhook | undefined> {
    const { state } = await this.aggregates.load(webhooks, partyId);
    return state[webhookId];
  }
}

type Pending = Exclude<Delivery, { status: 'none' }>;

/** The same in every attempt and after a replay: receivers know by it what they had. */
export const messageIdOf = (deliveryId: string): string => `msg_${deliveryId}`;

const machineContext = (commandId: string): CommandContext => ({
  commandId,
  // Whoever finds out again, a moment later, says the same thing.
  requestHash: commandId,
  actor: { id: 'webhook-worker', partyId: 'operator', role: 'system' },
  correlationId: commandId,
  causationId: commandId,
});
