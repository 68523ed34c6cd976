import {
  apiKey,
  operators,
  OPERATORS_ID,
  user,
  type ApiKey,
  type Operators,
  type User,
} from '@app/access';
import type { AccessFact, ApiKeyFact, OperatorsFact, UserFact } from '@app/access/contract';
import { Follower, type EventStore, type Logger, type Position } from '@app/platform';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { FoldedStreams } from '../lookups/folded-streams';

export type AccessMemoryOptions = Readonly<{
  store: EventStore;
  logger: Pick<Logger, 'error' | 'warn'>;
}>;

/** What a user may be: of every party, and whether anybody operates the scheme at all. */
export type Standing = Readonly<{ user: User; operators: Operators }>;

/**
 * What was taken from somebody is refused this much later at most, in every process: memory that may
 * be older reads the stream first.
 */
const LAG_MS_MAX = 1_000;

/** How long an answer may wait for memory here to have what it has just changed. */
const REACH_MS_MAX = 1_000;

const TYPES = [
  ...(['UserRegistered', 'RoleGiven', 'RoleWithdrawn', 'ApiKeyIssued', 'ApiKeyRevoked'] as const),
] satisfies readonly AccessFact['type'][];

/** Nothing is later: to read a stream to its end. */
const END_OF_LOG: Position = 2n ** 63n - 1n;

/**
 * Users, operators and API keys, followed from the log by the rules of each: who asks is found at once
 * as long as memory is at most a second old, and read from the streams otherwise.
 */
export class AccessMemory implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #users = new FoldedStreams<User, UserFact>(user);
  readonly #operators = new FoldedStreams<Operators, OperatorsFact>(operators);
  readonly #keys = new FoldedStreams<ApiKey, ApiKeyFact>(apiKey);
  #follower: Follower | undefined;

  constructor(private readonly options: AccessMemoryOptions) {}

  onApplicationBootstrap(): void {
    const { store, logger } = this.options;
    this.#follower = new Follower({
      store,
      types: TYPES,
      apply: (event) => {
        this.#users.observe(event);
        this.#operators.observe(event);
        this.#keys.observe(event);
      },
      onBreak: (error, retryInMs) => logger.warn({ err: error, retryInMs }, 'access not followed'),
      onFailure: (error) => logger.error({ err: error }, 'memory of access stopped'),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#follower?.stop();
  }

  /** At once where memory may be trusted. Throws `StoreUnavailable` where nothing can be known. */
  standingOf(userId: string): Standing | Promise<Standing> {
    if (!this.#isTrusted()) return this.#readStanding(userId);
    return { user: this.#users.recall(userId), operators: this.#operators.recall(OPERATORS_ID) };
  }

  /** The same; a key that memory does not know may have been issued elsewhere a moment ago. */
  keyOf(apiKeyId: string): ApiKey | Promise<ApiKey> {
    const known = this.#keys.recall(apiKeyId);
    const isKnown = known.status === 'revoked' || (known.status === 'issued' && this.#isTrusted());
    return isKnown ? known : this.#keys.readTo(this.options.store, apiKeyId, END_OF_LOG);
  }

  /** Waits until memory here has what was changed: the next request is judged by it. */
  async reach(position: Position | undefined): Promise<void> {
    if (position !== undefined) await this.#follower?.waitFor(position, REACH_MS_MAX);
  }

  #isTrusted(): boolean {
    return this.#follower?.isTrusted(LAG_MS_MAX) ?? false;
  }

  async #readStanding(userId: string): Promise<Standing> {
    const { store } = this.options;
    const [known, operating] = await Promise.all([
      this.#users.readTo(store, userId, END_OF_LOG),
      this.#operators.readTo(store, OPERATORS_ID, END_OF_LOG),
    ]);
    return { user: known, operators: operating };
  }
}
