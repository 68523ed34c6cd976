import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import type { Logger } from 'pino';
import type { ReadinessCheck } from '../health/readiness';
import { unavailable } from '../http/problem';
import { fetchJson } from './fetch-json';

export type IssuerKeysOptions = Readonly<{
  /** As tokens name it in `iss`. */
  issuer: string;
  /** Of its JWKS; absent: what its discovery document names. */
  keysUrl?: string;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** A key that is withdrawn is believed this much longer at most, as long as the issuer answers. */
  refreshMs?: number;
  /** After an attempt that failed. */
  retryMs?: number;
  /** Tokens that name unknown keys make it ask again no sooner than this after the last answer. */
  coolDownMs?: number;
  /** For all of one attempt. */
  timeoutMs?: number;
}>;

/** What an issuer publishes is a few kilobytes. */
const DOCUMENT_BYTES_MAX = 256 * 1024;

/**
 * The public keys an issuer publishes (RFC 7517, OpenID Connect Discovery 1.0), fetched at start, every
 * few minutes, and when a token names a key that is not known. An issuer that is away brings nobody in
 * by a new key; those that are known go on.
 */
export class IssuerKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #options: Required<Omit<IssuerKeysOptions, 'keysUrl'>> & { keysUrl?: string };
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  readonly #listeners: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  /** Why the last attempt failed, and when that was. */
  #failure: Readonly<{ error: Error; atMs: number }> | undefined;
  /** As it was fetched last, and as listeners know it. */
  #fetched = '';
  #told = '';

  constructor(options: IssuerKeysOptions) {
    const {
      refreshMs = 300_000,
      retryMs = 5_000,
      coolDownMs = 30_000,
      timeoutMs = 5_000,
    } = options;
    this.#options = { ...options, refreshMs, retryMs, coolDownMs, timeoutMs };
    this.#remote = createRemoteJWKSet(new URL(options.keysUrl ?? options.issuer), {
      timeoutDuration: timeoutMs,
      cooldownDuration: coolDownMs,
      // Ours is the timer: keys are not forgotten because nobody answers.
      cacheMaxAge: Infinity,
      [customFetch]: (_, { signal }) => this.#fetch(signal),
    });
  }

  onApplicationBootstrap(): void {
    void this.refresh();
  }

  onApplicationShutdown(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Asks the issuer now, and again later; a failure is told in the log and by `checks`. */
  async refresh(): Promise<void> {
    // The last failure holds nothing back now.
    if (this.#failure !== undefined) this.#failure = { ...this.#failure, atMs: -Infinity };
    await this.#remote.reload().catch(() => undefined);
    this.#tell();
    if (this.#isOver) return;
    const { refreshMs, retryMs } = this.#options;
    clearTimeout(this.#timer);
    const waitMs = this.#failure === undefined ? refreshMs : retryMs;
    this.#timer = setTimeout(() => void this.refresh(), waitMs).unref();
  }

  /** Called when the keys have changed: what was verified by another one is not verified any more. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Throws 503 where it is the issuer who would know. */
  readonly keyOf: JWTVerifyGetKey = async (
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
  ) => {
    try {
      return await this.#remote(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey && this.#failure !== undefined;
      throw isUnknown || error instanceof IssuerAway ? ISSUER_UNAVAILABLE : error;
    } finally {
      this.#tell();
    }
  };

  /** Without any key nobody can be let in; without the issuer all go on whose key is known. */
  get checks(): readonly ReadinessCheck[] {
    return [
      {
        ...{ name: 'token-keys', deadlineMs: 1_000 },
        check: () => {
          if (this.#remote.jwks()?.keys.length) return;
          throw this.#failure?.error ?? new Error('no keys of the issuer are known yet');
        },
      },
      {
        ...{ name: 'token-issuer', deadlineMs: 1_000, isVital: false },
        check: () => {
          if (this.#failure !== undefined) throw this.#failure.error;
        },
      },
    ];
  }

  async #fetch(signal: AbortSignal): Promise<Response> {
    const { retryMs, logger } = this.#options;
    const before = this.#failure;
    if (before !== undefined && performance.now() - before.atMs < retryMs) throw before.error;
    try {
      const set = keySetOf(await fetchJson(await this.#keysUrl(signal), options(signal)));
      this.#fetched = JSON.stringify(set);
      this.#failure = undefined;
      return new Response(this.#fetched);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const error = new IssuerAway(`keys of the issuer: ${why}`, { cause });
      this.#failure = { error, atMs: performance.now() };
      if (before === undefined) logger.warn({ why }, 'keys of the issuer cannot be fetched');
      throw error;
    }
  }

  /** Asked anew each time: an issuer may publish its keys elsewhere one day. */
  async #keysUrl(signal: AbortSignal): Promise<string> {
    const { issuer, keysUrl } = this.#options;
    if (keysUrl !== undefined) return keysUrl;
    const said = await fetchJson(discoveryUrlOf(issuer), options(signal));
    const { issuer: named, jwks_uri: found } = said as Readonly<Record<string, unknown>>;
    // OpenID Connect Discovery 1.0 § 4.3.
    if (named !== issuer) throw new Error('its discovery document names another issuer');
    if (typeof found !== 'string' || !isSafeUrl(found)) {
      throw new Error('its discovery document names no jwks_uri with https');
    }
    return found;
  }

  #tell(): void {
    if (this.#told === this.#fetched) return;
    const { logger } = this.#options;
    const keys = this.#remote.jwks()?.keys.length ?? 0;
    logger.info({ keys }, 'keys of the issuer');
    this.#told = this.#fetched;
    for (const listener of this.#listeners) listener();
  }
}

class IssuerAway extends Error {}

const ISSUER_UNAVAILABLE = unavailable(
  'issuer_unavailable',
  'The issuer of tokens cannot be reached, and this one is of a key that is not known.',
  5,
);

const options = (signal: AbortSignal) => ({ signal, bytesMax: DOCUMENT_BYTES_MAX });

/** https, or this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

export const discoveryUrlOf = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** One without keys is one too: whoever withdraws all of them lets nobody in. */
function keySetOf(said: unknown): JSONWebKeySet {
  const { keys } = said as Partial<JSONWebKeySet>;
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)) {
    return { keys };
  }
  throw new Error('its answer is not a JWKS');
}
