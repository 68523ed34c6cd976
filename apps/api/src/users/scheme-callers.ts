import { findUsable, OPERATOR_PARTY_ID, readSecret, type ApiKey } from '@app/access';
import type { Role } from '@app/access/contract';
import {
  Callers,
  type Caller,
  type Clock,
  type Config,
  type Person,
  type Tokens,
} from '@app/platform';
import type { AccessMemory, Standing } from './access-memory';

export type SchemeCallersOptions = Readonly<{
  tokens: Tokens;
  memory: AccessMemory;
  clock: Clock;
  /** `token`: what a token says; `memberships`: what the events say, once there is an operator. */
  rolesFrom: Config['rolesFrom'];
}>;

type Soon<T> = T | Promise<T>;

/** Who stands behind a bearer: a machine by its API key, a person by a token of the issuer. */
export class SchemeCallers extends Callers {
  constructor(private readonly options: SchemeCallersOptions) {
    super();
  }

  identify(bearer: string, partyId?: string): Soon<Caller | undefined> {
    if (bearer.startsWith('ck_')) return this.#identifyMachine(bearer);
    const { tokens, rolesFrom } = this.options;
    if (rolesFrom === 'token') return tokens.identify(bearer);
    return after(tokens.recognise(bearer), (person) =>
      person === undefined ? undefined : this.#findMember(person, partyId),
    );
  }

  #identifyMachine(bearer: string): Soon<Caller | undefined> {
    const { memory, clock } = this.options;
    const secret = readSecret('ck_', bearer);
    if (secret === undefined) return undefined;
    return after(memory.keyOf(secret.id), (known) => machineOf(known, secret.hash, clock.now()));
  }

  #findMember(person: Person, asked: string | undefined): Soon<Caller> {
    const { memory } = this.options;
    return after(memory.standingOf(person.userId), (standing) => memberOf(person, standing, asked));
  }
}

const after = <T, R>(value: Soon<T>, then: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(then) : then(value);

function machineOf(known: ApiKey, keyHash: string, now: Date): Caller | undefined {
  const issued = findUsable(known, { keyHash, now });
  if (issued === undefined) return undefined;
  const { apiKeyId, partyId, roles, routes } = issued;
  return { id: apiKeyId, partyId, roles, ...(routes !== undefined && { routes }) };
}

/**
 * As long as nobody operates the scheme its users are still to come: the token is believed, so that
 * the first operator can be invited. Once there is one there always is.
 */
function memberOf(
  { userId, partyId: claimed, roles: claimedRoles }: Person,
  { user, operators }: Standing,
  asked: string | undefined,
): Caller {
  const person = { id: userId, userId };
  if (operators.length === 0 && claimed !== undefined) {
    return { ...person, partyId: claimed, roles: claimedRoles };
  }
  const held = new Map<string, readonly Role[]>(
    Object.entries(user.status === 'registered' ? user.roles : {}),
  );
  if (operators.includes(userId)) {
    held.set(OPERATOR_PARTY_ID, ['operator', ...(held.get(OPERATOR_PARTY_ID) ?? [])]);
  }
  // A token may name a party that is not this person's; a request that does is for nobody's.
  const [first] = held.keys();
  const named = claimed !== undefined && held.has(claimed) ? claimed : first;
  const partyId = asked ?? named ?? userId;
  const roles = held.get(partyId);
  // Who belongs to nobody is of a party of their own, where nothing is.
  return { ...person, partyId: roles === undefined ? userId : partyId, roles: roles ?? [] };
}
