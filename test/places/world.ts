import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { directoryImportQueue } from '@app/places';
import {
  JobQueues,
  Projector,
  ReadModel,
  ReadStore,
  StreamAggregateStore,
  SystemRandomness,
  ViewProgress,
  workersModule,
  type Role,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { HttpTestApp } from '@app/platform/testing/http-test-app';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { PrivateRedis } from '@app/platform/testing/private-redis';
import { SchemeModule } from '@app/processes';
import { PROJECTIONS } from '@app/read-models';
import { KeyRing } from '@app/voucher-books';
import type { Response } from 'supertest';
import { API_TABLES } from '../../apps/api/src/api-modules';
import { PlacesApiModule } from '../../apps/api/src/places/places-api.module';
import { DirectoryImportProcessor } from '../../apps/worker/src/jobs/directory-import.processor';
import { DueDirectoryImports } from '../../apps/worker/src/jobs/due-directory-imports';
import { Contract } from '../support/contract';
import { HeldLog } from '../support/held-log';
import { OPERATOR, RUN_SETTINGS } from '../support/run-settings';

export type Person = Readonly<{ roles: readonly Role[]; id?: string; partyId?: string }>;

/** api, projector and worker of places on one log in memory and a Redis of their own. */
export class World {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'carnet-places-'));
  readonly store = new InMemoryEventStore();
  /** Starts with the machine's time, which tokens are signed with. */
  readonly clock = new FakeClock(new Date().toISOString());
  readonly #views = join(this.dataDir, 'read-models.sqlite');
  readonly #readModel = new ReadModel(this.#views, PROJECTIONS);
  /** The log as the views see it: while it is held they lag. */
  readonly viewed = new HeldLog(this.store);
  readonly #projector = new Projector({ store: this.viewed, readModel: this.#readModel });
  readonly readStore = new ReadStore(this.#views);
  #redis!: PrivateRedis;
  queues!: JobQueues;
  http!: HttpTestApp;
  #contract!: Contract;
  #worker: INestApplicationContext | undefined;
  /** Where the log stood at the last change. */
  #position = '0';

  static async start(): Promise<World> {
    Logger.overrideLogger(false);
    const world = new World();
    world.#redis = await PrivateRedis.start();
    world.queues = new JobQueues({ url: world.#redis.url, definitions: [directoryImportQueue] });
    await world.#projector.start();
    world.http = await HttpTestApp.start({
      imports: [world.#scheme(), queuesModule(world.queues), PlacesApiModule],
      ...API_TABLES,
      clock: world.clock,
      viewProgress: new ViewProgress(world.readStore),
    });
    world.#contract = await Contract.of(world.http);
    return world;
  }

  /** A worker program, with a memory of its own. */
  async startWorker(): Promise<void> {
    const module = {
      module: WorkerModule,
      imports: [workersModule(this.#redis.url), this.#scheme()],
      providers: [DirectoryImportProcessor, DueDirectoryImports],
    };
    this.#worker = await NestFactory.createApplicationContext(module, { logger: false });
  }

  /** What the worker's sweep would find. */
  get due(): DueDirectoryImports {
    if (this.#worker === undefined) throw new Error('no worker is started');
    return this.#worker.get(DueDirectoryImports);
  }

  async loseRedis(): Promise<void> {
    await this.#redis.restart();
  }

  async killRedis(): Promise<void> {
    await this.#redis.kill();
  }

  #scheme(): DynamicModule {
    const { clock, dataDir, readStore } = this;
    const randomness = new SystemRandomness();
    return SchemeModule.with({
      aggregates: new StreamAggregateStore({ store: this.store }),
      keyRing: KeyRing.open({ file: join(dataDir, 'keys.json'), clock, randomness }),
      ringFencedIban: 'FR7630006000011234567890189',
      ...{ clock, dataDir, randomness, readStore, runs: RUN_SETTINGS, operator: OPERATOR },
    });
  }

  /** A change; `key` makes it a wish that was made before. */
  async post(path: string, body: object | undefined, as: Person, key: string = randomUUID()) {
    const headers = await this.http.issuer.bearer(as);
    const request = this.http.request.post(path).set(headers).set('Idempotency-Key', key);
    const answer = await (body === undefined ? request : request.send(body));
    return this.#noted(this.#checked('post', path, answer));
  }

  async upload(bytes: Buffer | string, as: Person, query = '', key: string = randomUUID()) {
    const headers = await this.http.issuer.bearer(as);
    const request = this.http.request
      .post(`/v1/places/imports${query}`)
      .set(headers)
      .set({ 'Idempotency-Key': key, 'Content-Type': 'text/csv; charset=utf-8' });
    return this.#noted(this.#checked('post', '/v1/places/imports', await request.send(bytes)));
  }

  /** As the views know it once they have seen every change made here. */
  async get(path: string, as?: Person, headers: Record<string, string> = {}): Promise<Response> {
    const login = as && (await this.http.issuer.bearer(as));
    // Before the first change there is nothing to wait for.
    const position = this.#position !== '0' && { 'At-Least': this.#position };
    const request = this.http.request.get(path).set({ ...position, ...login, ...headers });
    return this.#checked('get', path, await request);
  }

  /** Waits for the job to end, however long that takes. */
  async jobEnds(jobId: string, as: Person): Promise<Record<string, unknown>> {
    for (;;) {
      const { body } = await this.get(`/v1/jobs/${jobId}`, as);
      if (body.state === 'done' || body.state === 'failed') return body as Record<string, unknown>;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** How many events there are. */
  async countEvents(): Promise<number> {
    const ids: string[] = [];
    for await (const { id } of this.store.readAll()) ids.push(id);
    return ids.length;
  }

  /** Whatever is answered here is held to /openapi.json. */
  #checked(method: string, path: string, answer: Response): Response {
    const { status, type: mediaType, body } = answer;
    this.#contract.check({ method, path, status, mediaType, body: body as unknown });
    return answer;
  }

  #noted(response: Response): Response {
    const position = response.headers['event-position'];
    if (position !== undefined) this.#position = position;
    return response;
  }

  async stop(): Promise<void> {
    this.viewed.release();
    await this.http.close();
    await this.#worker?.close();
    await this.queues.close();
    await this.#projector.stop();
    this.readStore.close();
    this.#readModel.close();
    await this.#redis.stop();
    await this.store.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

@Module({})
class WorkerModule {}

@Module({})
class QueuesModule {}

const queuesModule = (queues: JobQueues): DynamicModule => ({
  module: QueuesModule,
  global: true,
  providers: [{ provide: JobQueues, useValue: queues }],
  exports: [JobQueues],
});
