import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WebhookSecrets } from '../adapters/webhook-secrets';
import type { Audience } from '../domain/kinds';
import { webhooks } from '../domain/webhooks';
import { WebhookRules } from '../ports/rules';

/** The party's own endpoint, named by its id. */
type OfParty = Readonly<{ partyId: string; webhookId: string }>;

const HOUR_MS = 3_600_000;

/** An endpoint of a party, to be told of these kinds; its id is the command's. */
export class RegisterWebhook extends Wish<
  Readonly<{ partyId: string; audience: Audience; url: string; kinds: readonly string[] }>
> {}

@CommandHandler(RegisterWebhook)
export class RegisterWebhookHandler implements ICommandHandler<RegisterWebhook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly secrets: WebhookSecrets,
    private readonly rules: WebhookRules,
  ) {}

  execute({ input, context }: RegisterWebhook): Promise<Handled> {
    const { currentKeyId: keyId } = this.secrets;
    const { loopback } = this.rules;
    const data = { ...input, webhookId: context.commandId, keyId, loopback };
    const wish = { type: 'RegisterWebhook', data } as const;
    return this.aggregates.handle(webhooks, input.partyId, wish, context);
  }
}

/** A new secret; the former one is used beside it for `overlapHours`. */
export class RotateWebhookSecret extends Wish<OfParty & Readonly<{ overlapHours: number }>> {}

@CommandHandler(RotateWebhookSecret)
export class RotateWebhookSecretHandler implements ICommandHandler<RotateWebhookSecret> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly secrets: WebhookSecrets,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: RotateWebhookSecret): Promise<Handled> {
    const { partyId, webhookId, overlapHours } = input;
    const untilMs = this.clock.now().getTime() + overlapHours * HOUR_MS;
    const formerUntilAt = instantOf(new Date(untilMs));
    const data = { webhookId, keyId: this.secrets.currentKeyId, formerUntilAt };
    return this.aggregates.handle(webhooks, partyId, { type: 'RotateSecret', data }, context);
  }
}

export class PauseWebhook extends Wish<OfParty> {}

@CommandHandler(PauseWebhook)
export class PauseWebhookHandler implements ICommandHandler<PauseWebhook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { partyId, webhookId }, context }: PauseWebhook): Promise<Handled> {
    const data = { webhookId, cause: 'asked', pausedAt: instantOf(this.clock.now()) } as const;
    return this.aggregates.handle(webhooks, partyId, { type: 'PauseWebhook', data }, context);
  }
}

export class ResumeWebhook extends Wish<OfParty> {}

@CommandHandler(ResumeWebhook)
export class ResumeWebhookHandler implements ICommandHandler<ResumeWebhook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { partyId, webhookId }, context }: ResumeWebhook): Promise<Handled> {
    const data = { webhookId, resumedAt: instantOf(this.clock.now()) };
    return this.aggregates.handle(webhooks, partyId, { type: 'ResumeWebhook', data }, context);
  }
}

/** For ever. */
export class EndWebhook extends Wish<OfParty> {}

@CommandHandler(EndWebhook)
export class EndWebhookHandler implements ICommandHandler<EndWebhook> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { partyId, webhookId }, context }: EndWebhook): Promise<Handled> {
    const data = { webhookId, endedAt: instantOf(this.clock.now()) };
    return this.aggregates.handle(webhooks, partyId, { type: 'EndWebhook', data }, context);
  }
}
