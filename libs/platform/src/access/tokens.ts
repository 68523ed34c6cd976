import { hash } from 'node:crypto';
import { isUuid, type Uuid } from '@app/kernel';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../clock/clock';
import { isRole, type Caller, type Role } from './actor';
import { Callers } from './callers';
import { IssuerKeys } from './issuer-keys';
import { userIdOf } from './user-ids';

export type TokensOptions = Readonly<{
  /** The issuer's public keys: these for ever, or those it publishes. */
  keys: JSONWebKeySet | IssuerKeys;
  issuer: string;
  audience: string;
  /** The claim that says which person a token is of. Default `sub`. */
  personClaim?: string;
  clock: Clock;
  /** Verified tokens remembered, so that a hot caller's signature is not checked each time. */
  rememberedMax?: number;
}>;

/** Fixed here, never taken from the token: RFC 8725 § 3.1. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

/** RFC 6750 § 2.1. */
const BEARER = /^[\w.~+/-]+=*$/;

/** How far the issuer's clock and ours may differ. */
const TOLERANCE_SECONDS = 30;

/** RFC 7519 leaves it open; nothing honest is longer, and what we do per byte stays bounded. */
const TOKEN_LENGTH_MAX = 8_192;

/** Whom the issuer says a token is of, and what else it says of them. */
export type Person = Readonly<{
  userId: Uuid;
  /** Undefined where the token names none. */
  partyId: Uuid | undefined;
  roles: readonly Role[];
}>;

type Verified = Readonly<{
  person: Person;
  /** Undefined where the token names no party. */
  caller: Caller | undefined;
  notBefore: number;
  expires: number;
}>;

/** Bearer tokens of the configured issuer, checked against its keys. */
export class Tokens extends Callers {
  readonly #options: TokensOptions;
  readonly #keyOf: JWTVerifyGetKey;
  /** By SHA-256, so that no token can be read out of the memory of the process. */
  readonly #remembered = new Map<string, Verified>();
  /** How often all was forgotten: what is verified meanwhile may be so by a key that is gone. */
  #forgotten = 0;

  constructor(options: TokensOptions) {
    super();
    this.#options = options;
    const { keys } = options;
    if (keys instanceof IssuerKeys) {
      this.#keyOf = keys.keyOf;
      keys.onChange(() => this.#forget());
    } else {
      this.#keyOf = createLocalJWKSet(keys);
    }
  }

  /** The caller at once when the token is remembered; undefined for a token that holds nothing. */
  identify(token: string): Caller | undefined | Promise<Caller | undefined> {
    const found = this.#find(token);
    if (found instanceof Promise) return found.then((verified) => verified?.caller);
    return found?.caller;
  }

  /** The same without its party and roles, which then need not be there. */
  recognise(token: string): Person | undefined | Promise<Person | undefined> {
    const found = this.#find(token);
    if (found instanceof Promise) return found.then((verified) => verified?.person);
    return found?.person;
  }

  #find(token: string): Verified | undefined | Promise<Verified | undefined> {
    if (token.length > TOKEN_LENGTH_MAX) return undefined;
    // One character for each byte is the shortest.
    const digest = hash('sha256', token, 'binary');
    const known = this.#remembered.get(digest);
    if (known === undefined) return this.#verify(token, digest);
    if (this.#holdsNow(known)) return known;
    this.#remembered.delete(digest);
    return undefined;
  }

  async #verify(token: string, digest: string): Promise<Verified | undefined> {
    if (!BEARER.test(token)) return undefined;
    const { issuer, audience, clock, personClaim = 'sub' } = this.#options;
    const forgotten = this.#forgotten;
    let claims: JWTPayload;
    try {
      const verified = await jwtVerify(token, this.#keyOf, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: clock.now(),
        requiredClaims: ['exp', personClaim],
      });
      claims = verified.payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
    const person = personOf(claims, { issuer, personClaim });
    if (person === undefined) return undefined;
    const verified = { person, caller: callerOf(person), ...periodOf(claims) };
    if (forgotten === this.#forgotten) this.#remember(digest, verified);
    return verified;
  }

  #holdsNow({ notBefore, expires }: Verified): boolean {
    const now = Math.floor(this.#options.clock.now().getTime() / 1_000);
    return notBefore <= now + TOLERANCE_SECONDS && expires > now - TOLERANCE_SECONDS;
  }

  #forget(): void {
    this.#forgotten += 1;
    this.#remembered.clear();
  }

  #remember(digest: string, verified: Verified): void {
    const { rememberedMax = 10_000 } = this.#options;
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= rememberedMax && oldest) this.#remembered.delete(oldest);
    this.#remembered.set(digest, verified);
  }
}

/** Undefined where the claims name nobody in a usable way. Foreign roles are skipped. */
function personOf(
  claims: JWTPayload,
  { issuer, personClaim }: Readonly<{ issuer: string; personClaim: string }>,
): Person | undefined {
  const { [personClaim]: subject, party, roles } = claims;
  if (typeof subject !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(subject)) return undefined;
  return {
    userId: userIdOf(issuer, subject),
    partyId: isUuid(party) ? party : undefined,
    roles: Array.isArray(roles) ? roles.filter(isRole) : [],
  };
}

/**
 * Wherever roles come from, a person has one id: what waits for a second one when that is changed does not
 * take the same one for two, and no subject gets into the log.
 */
function callerOf({ userId, partyId, roles }: Person): Caller | undefined {
  return partyId === undefined ? undefined : { id: userId, userId, partyId, roles };
}

function periodOf({ nbf = 0, exp = 0 }: JWTPayload): { notBefore: number; expires: number } {
  return { notBefore: nbf, expires: exp };
}
