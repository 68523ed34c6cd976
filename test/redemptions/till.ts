import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  LocalCounters,
  ReadStore,
  SystemRandomness,
  type Counters,
  type EventStore,
  type Role,
} from '@app/platform';
import { HttpTestApp } from '@app/platform/testing/http-test-app';
import { SchemeModule } from '@app/processes';
import { EventStore as EventStorePort } from '@app/platform';
import { pino } from 'pino';
import { LogMemory } from '../../apps/api/src/lookups/log-memory';
import { fastPathOf, MemoryModule } from '../../apps/api/src/lookups/memory.module';
import { API_TABLES } from '../../apps/api/src/api-modules';
import { RedemptionsApiModule } from '../../apps/api/src/redemptions/redemptions-api.module';
import { Contract } from '../support/contract';
import { OPERATOR, RUN_SETTINGS } from '../support/run-settings';
import type { Scheme, Till } from './scheme';

export type Answer = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  headers: Headers;
}>;

export type Redeeming = Readonly<{
  codes: readonly string[];
  service?: string;
  priceCents?: number;
  performedOn?: string;
}>;

/** The api's redemption routes over a scheme, as the program puts them together. */
export class RedemptionApi {
  readonly memory: LogMemory;

  private constructor(
    readonly http: HttpTestApp,
    readonly scheme: Scheme,
    readonly contract: Contract,
  ) {
    this.memory = http.app.get(LogMemory);
  }

  static async start(
    scheme: Scheme,
    options: { store?: EventStore; counters?: Counters } = {},
  ): Promise<RedemptionApi> {
    const { clock, keyRing, folder } = scheme;
    const { store = scheme.store, counters = new LocalCounters() } = options;
    const readStore = new ReadStore(join(folder, 'read-models.sqlite'));
    const logger = pino({ level: 'silent' });
    const fastPath = { store, readStore, clock, keyRing, counters, logger, runWeekday: 1 as const };
    const parts = fastPathOf(fastPath);
    const http = await HttpTestApp.start({
      clock,
      ...API_TABLES,
      imports: [
        SchemeModule.with({
          ...{ aggregates: parts.aggregates, readStore, clock, keyRing, dataDir: folder },
          ...{ runs: RUN_SETTINGS, operator: OPERATOR },
          ...{ randomness: new SystemRandomness(), ringFencedIban: 'FR7630006000011234567890189' },
        }),
        MemoryModule.with(parts, fastPath),
        RedemptionsApiModule,
      ],
      providers: [{ provide: EventStorePort, useValue: store }],
    });
    return new RedemptionApi(http, scheme, await Contract.of(http));
  }

  /** Waits until memory has followed all there is. */
  async caughtUp(): Promise<this> {
    if (!(await this.memory.catchUp())) throw new Error('memory does not follow');
    while (this.memory.recall({ book: 1 }) === undefined) await new Promise(setImmediate);
    return this;
  }

  /** A bearer of a role, a cashier of the till's organisation unless said otherwise. */
  async bearer(partyId: string, role: Role = 'place-cashier', id = 'cashier-1'): Promise<string> {
    const now = Math.floor(this.scheme.clock.now().getTime() / 1_000);
    const token = { id, partyId, roles: [role], notBefore: now - 60, expires: now + 86_400 * 400 };
    return `Bearer ${await this.http.issuer.token(token)}`;
  }

  async redeem(
    till: Till,
    { codes, service = 'online-forms', priceCents = codes.length * 1_000, performedOn }: Redeeming,
    { key = randomUUID(), bearer }: { key?: string; bearer?: string } = {},
  ): Promise<Answer> {
    const authorization = bearer ?? (await this.bearer(till.organisationId));
    const day = performedOn === undefined ? {} : { performedOn };
    const body = { placeId: till.placeId, codes, service, priceCents, ...day };
    return this.post('/v1/redemptions', body, { authorization, 'idempotency-key': key });
  }

  async post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.http.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return this.#checked('post', path, answer);
  }

  async get(path: string, authorization: string): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.http.port}${path}`, {
      headers: { authorization },
    });
    return this.#checked('get', path, answer);
  }

  /** Whatever is answered here is held to /openapi.json. */
  async #checked(method: string, path: string, answer: Response): Promise<Answer> {
    const { status, headers } = answer;
    const [mediaType = ''] = (headers.get('content-type') ?? '').split(';');
    const body = (await answer.json()) as Answer['body'];
    this.contract.check({ method, path, status, mediaType, body });
    return { status, body, headers };
  }

  async close(): Promise<void> {
    await this.http.close();
  }
}
