import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '@app/platform';
import { TestIssuer, type TokenInput } from '@app/platform/testing/test-tokens';
import type { SchemeApp } from '../support/scheme-app';
import { partyOf, type Side } from './access-world';
import type { Sent } from './asking';

export type Told = Readonly<{ status: number; type: string; text: string }>;

const LASTING = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };

/** What machines may hold. */
export const KEY_ROLES = ROLES.filter((role) => role !== 'operator' && role !== 'finance-approver');

/**
 * Bearer tokens of a person for each role of the world, good and bad, each signed once, and an API key
 * for each role of machines.
 */
export class Callers {
  readonly #tokens = new Map<string, Promise<string>>();
  readonly #issuer: TestIssuer;
  readonly #parties = new Map<Role, string>();

  private constructor(
    private readonly app: SchemeApp,
    private readonly stranger: TestIssuer,
    private readonly side: Side,
    private readonly keys: ReadonlyMap<Role, string>,
  ) {
    this.#issuer = app.http.issuer;
  }

  static async of(app: SchemeApp, side: Side): Promise<Callers> {
    const keys = new Map<Role, string>();
    for (const role of KEY_ROLES) {
      const body = { roles: [role], purpose: 'any', partyId: partyOf(role, side) };
      const { key } = await app.as('operator').post<{ key: string }>('/v1/api-keys', body);
      keys.set(role, key);
    }
    return new Callers(app, await TestIssuer.create(), side, keys);
  }

  /** Undefined where no machine holds the role. */
  key(role: Role): string | undefined {
    return this.keys.get(role);
  }

  good(role: Role): Promise<string> {
    return this.#token(`good ${role}`, this.#issuer, { roles: [role], ...this.#who(role) });
  }

  /** The same person's next token, after the role was taken. */
  withoutRole(role: Role): Promise<string> {
    return this.#token(`without ${role}`, this.#issuer, { roles: [], ...this.#who(role) });
  }

  /** By what is wrong with them. */
  bad(role: Role): Readonly<Record<string, Promise<string>>> {
    const token = { roles: [role], ...this.#who(role) };
    const now = this.app.clock.now().getTime() / 1_000;
    const sign = (name: string, issuer: TestIssuer, changes: TokenInput) =>
      this.#token(`${name} ${role}`, issuer, { ...token, ...changes });
    return {
      expired: sign('expired', this.#issuer, { expires: Math.floor(now) - 60 }),
      'not yet valid': sign('early', this.#issuer, { notBefore: Math.floor(now) + 3_600 }),
      'for another audience': sign('other', this.#issuer, { audience: 'other' }),
      'signed by a stranger': sign('stranger', this.stranger, {}),
      'no token': Promise.resolve('x.y.z'),
    };
  }

  /** Straight into the server: what a request meets behind its socket. */
  async ask(route: string, { path, body, file, accept }: Sent, token?: string): Promise<Told> {
    const fastify = this.app.http.app.getHttpAdapter().getInstance();
    const [method] = route.split(' ');
    const type = file?.type ?? (body === undefined ? undefined : 'application/json');
    const { statusCode, headers, payload } = await fastify.inject({
      method: method as 'GET' | 'POST',
      url: path,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(accept !== undefined && { accept }),
        ...(type !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
      ...(file !== undefined && { payload: Buffer.from(file.bytes) }),
    });
    const [mediaType = ''] = String(headers['content-type'] ?? '').split(';');
    return { status: statusCode, type: mediaType, text: payload };
  }

  /** One person and party for each role; the ids differ from those that made the world. */
  #who(role: Role): Readonly<{ id: string; partyId: string }> {
    const partyId = partyOf(role, this.side) ?? this.#partyOfStaff(role);
    // Cashiers see what they took themselves, and this one has.
    const id = role === 'place-cashier' ? `${role}-${partyId}` : `matrix-${role}`;
    return { id, partyId };
  }

  #partyOfStaff(role: Role): string {
    const party = this.#parties.get(role) ?? randomUUID();
    this.#parties.set(role, party);
    return party;
  }

  #token(name: string, issuer: TestIssuer, input: TokenInput): Promise<string> {
    const known = this.#tokens.get(name) ?? issuer.token({ ...LASTING, ...input });
    this.#tokens.set(name, known);
    return known;
  }
}
