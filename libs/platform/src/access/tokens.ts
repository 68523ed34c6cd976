import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isUuid } from '@app/kernel';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../clock/clock';
import { ConfigError } from '../config/config';
import { isRole, type Caller } from './actor';

export type TokensOptions = Readonly<{
  /** The issuer's public keys. */
  keys: JSONWebKeySet;
  issuer: string;
  audience: string;
  clock: Clock;
  /** Verified tokens remembered, so that a hot caller's signature is not checked each time. */
  rememberedMax?: number;
}>;

/** Fixed here, never taken from the token: RFC 8725 § 3.1. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

/** How far the issuer's clock and ours may differ. */
const TOLERANCE_SECONDS = 30;

/** RFC 7519 leaves it open; nothing honest is longer, and what we do per byte stays bounded. */
const TOKEN_LENGTH_MAX = 8_192;

type Verified = Readonly<{ caller: Caller; notBefore: number; expires: number }>;

/** Bearer tokens of the configured issuer, checked against its keys. */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #keyOf: JWTVerifyGetKey;
  /** By SHA-256, so that no token can be read out of the memory of the process. */
  readonly #remembered = new Map<string, Verified>();

  constructor(options: TokensOptions) {
    this.#options = options;
    this.#keyOf = createLocalJWKSet(options.keys);
  }

  /** The caller at once when the token is remembered; undefined for a token that holds nothing. */
  identify(token: string): Caller | undefined | Promise<Caller | undefined> {
    if (token.length > TOKEN_LENGTH_MAX) return undefined;
    const digest = hash('sha256', token, 'base64');
    const known = this.#remembered.get(digest);
    if (known === undefined) return this.#verify(token, digest);
    if (this.#holdsNow(known)) return known.caller;
    this.#remembered.delete(digest);
    return undefined;
  }

  async #verify(token: string, digest: string): Promise<Caller | undefined> {
    const { issuer, audience, clock } = this.#options;
    let claims: JWTPayload;
    try {
      const verified = await jwtVerify(token, this.#keyOf, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: clock.now(),
        requiredClaims: ['exp', 'sub'],
      });
      claims = verified.payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
    const caller = callerOf(claims);
    if (caller) this.#remember(digest, { caller, ...periodOf(claims) });
    return caller;
  }

  #holdsNow({ notBefore, expires }: Verified): boolean {
    const now = Math.floor(this.#options.clock.now().getTime() / 1_000);
    return notBefore <= now + TOLERANCE_SECONDS && expires > now - TOLERANCE_SECONDS;
  }

  #remember(digest: string, verified: Verified): void {
    const { rememberedMax = 10_000 } = this.#options;
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= rememberedMax && oldest) this.#remembered.delete(oldest);
    this.#remembered.set(digest, verified);
  }
}

/** Reads a JWKS file (RFC 7517) at start. Throws `ConfigError`, also for a private key lying in it. */
export function readTokenKeys(path: string): JSONWebKeySet {
  const name = 'CARNET_TOKEN_KEYS_FILE';
  let set: unknown;
  try {
    set = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`${name}: ${path} cannot be read as JSON`);
  }
  const keys = (set as Partial<JSONWebKeySet> | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new ConfigError(`${name}: ${path} is not a JWKS, an object with one or more "keys"`);
  }
  if (keys.some((key) => typeof key !== 'object' || key === null || 'd' in key || 'k' in key)) {
    throw new ConfigError(`${name}: ${path} must hold public keys only`);
  }
  return { keys };
}

/** Undefined where the claims name nobody: an unusable `sub`, or no party. Foreign roles are skipped. */
function callerOf({ sub, party, roles }: JWTPayload): Caller | undefined {
  if (typeof sub !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(sub) || !isUuid(party))
    return undefined;
  return { id: sub, partyId: party, roles: Array.isArray(roles) ? roles.filter(isRole) : [] };
}

function periodOf({ nbf = 0, exp = 0 }: JWTPayload): { notBefore: number; expires: number } {
  return { notBefore: nbf, expires: exp };
}
