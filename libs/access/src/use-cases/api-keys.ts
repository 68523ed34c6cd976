import { AggregateStore, Clock, Randomness, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ApiKeyIssued, ApiKeyRevoked } from '../contract';
import { apiKey } from '../domain/api-key';
import { makeSecret } from '../secrets';
import type { Shown } from './invitations';

type Issued = Omit<ApiKeyIssued['data'], 'apiKeyId' | 'keyHash' | 'lastFour' | 'expiresAt'> &
  Readonly<{
    /** RFC 3339, UTC; absent: in a year. */
    expiresAt?: string;
  }>;

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 365;
const DAYS_MAX = 731;

/** The key's id is the command's. */
export class IssueApiKey extends Wish<Issued, Handled & Shown> {}

@CommandHandler(IssueApiKey)
export class IssueApiKeyHandler implements ICommandHandler<IssueApiKey> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  async execute({ input, context }: IssueApiKey): Promise<Handled & Shown> {
    const apiKeyId = context.commandId;
    const secret = makeSecret('ck_', apiKeyId, this.randomness);
    const now = this.clock.now().getTime();
    const daysOn = (days: number): string => new Date(now + days * DAY_MS).toISOString();
    const { lastFour, hash: keyHash } = secret;
    const data = {
      ...{ expiresAt: daysOn(DAYS_DEFAULT), ...input, apiKeyId, keyHash, lastFour },
      ...{ now: daysOn(0), expiresAtMax: daysOn(DAYS_MAX) },
    };
    const wish = { type: 'IssueApiKey', data } as const;
    const handled = await this.aggregates.handle(apiKey, apiKeyId, wish, context);
    const issued = handled.events[0]?.data as ApiKeyIssued['data'] | undefined;
    return { ...handled, secret: issued?.keyHash === keyHash ? secret.text : undefined };
  }
}

export class RevokeApiKey extends Wish<ApiKeyRevoked['data']> {}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RevokeApiKey): Promise<Handled> {
    const { apiKeyId, ...data } = input;
    return this.aggregates.handle(apiKey, apiKeyId, { type: 'RevokeApiKey', data }, context);
  }
}
