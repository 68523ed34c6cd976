import { JobQueues, jobIdOf, Sweeper, SystemClock, workersModule } from '@app/platform';
import { PrivateRedis } from '@app/platform/testing/private-redis';
import {
  AdvanceRun,
  FreezeRunSlice,
  runQueue,
  runSliceQueue,
  type RunProgress,
} from '@app/reimbursement';
import { Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { DueRuns } from './due-runs';
import { RunSliceProcessor } from './run-slice.processor';
import { RunProcessor } from './run.processor';

const RUN = '018f0000-0000-7000-8000-00000000000a';
const SLICES = 5;

/** A run of which only the slices count; `freezing` may hold or fail one. */
class Bus {
  readonly frozen: number[] = [];
  asked = 0;
  freezing: (slice: number) => Promise<void> = () => Promise.resolve();

  async execute(command: AdvanceRun | FreezeRunSlice): Promise<RunProgress | void> {
    if (command instanceof FreezeRunSlice) {
      const { slice } = command.input;
      await this.freezing(slice);
      if (!this.frozen.includes(slice)) this.frozen.push(slice);
      return;
    }
    this.asked += 1;
    const slices = [...Array(SLICES).keys()].filter((slice) => !this.frozen.includes(slice));
    if (slices.length === 0) return { waitsFor: 'approval' };
    return { waitsFor: 'slices', version: 1, slices, of: SLICES };
  }

  get isDone(): boolean {
    return this.frozen.length === SLICES;
  }
}

let redis: PrivateRedis;
let queues: JobQueues;
let bus: Bus;
let stop: () => Promise<void>;
let held: PromiseWithResolvers<void>;
const jobId = jobIdOf(runQueue, { runId: RUN });

beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await PrivateRedis.start();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  await redis.restart();
  bus = new Bus();
  held = Promise.withResolvers();
  queues = new JobQueues({ url: redis.url, definitions: [runQueue, runSliceQueue] });
  const module = await Test.createTestingModule({
    imports: [workersModule(redis.url)],
    providers: [
      RunProcessor,
      RunSliceProcessor,
      { provide: CommandBus, useValue: bus },
      { provide: JobQueues, useValue: queues },
    ],
  }).compile();
  await module.init();
  stop = async () => {
    await module.close();
    await queues.close();
  };
});
afterEach(async () => {
  held.resolve();
  await stop();
});

async function eventually(check: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await check()); tries += 1) {
    if (tries > 4_000) throw new Error('it never came');
    await sleep(10);
  }
}

const flushAll = async (): Promise<void> => {
  const client = new Redis({ path: redis.socket });
  await client.flushall();
  client.disconnect();
};

describe('the job of a run', () => {
  it('has its slices frozen by its children, and goes on when the last of them is done', async () => {
    await queues.add(runQueue, { runId: RUN });
    await eventually(async () => bus.isDone && (await queues.find(jobId)) === undefined);
    expect(bus.frozen.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(bus.asked).toBe(2);
  });

  it('says how many slices there will be', async () => {
    bus.freezing = () => held.promise;
    await queues.add(runQueue, { runId: RUN });
    const shown = { done: 0, total: SLICES };
    await eventually(async () => (await queues.find(jobId))?.progress !== undefined);
    expect(await queues.find(jobId)).toMatchObject({ progress: shown });
    held.resolve();
    await eventually(() => bus.isDone);
  });

  it('tries a slice again that failed', async () => {
    let failures = 0;
    bus.freezing = async (slice) => {
      if (slice === 3 && failures++ < 2) throw new Error('the store is away');
    };
    await queues.add(runQueue, { runId: RUN });
    await eventually(async () => bus.isDone && (await queues.find(jobId)) === undefined);
    expect(failures).toBe(3);
  });

  it('can be given again as soon as it is done', async () => {
    for (const asked of [2, 3]) {
      await queues.add(runQueue, { runId: RUN });
      await eventually(async () => bus.asked === asked && (await queues.find(jobId)) === undefined);
    }
  });

  it('is found again by the sweep when Redis lost all of it', async () => {
    bus.freezing = (slice) => (slice === 2 ? held.promise : Promise.resolve());
    await queues.add(runQueue, { runId: RUN });
    await eventually(() => bus.frozen.length === 2);
    await flushAll();
    held.resolve();
    const sweeper = new Sweeper({
      ...{ queues, clock: new SystemClock(), everyMs: 1_000 },
      sources: [new DueRuns({ listDue: () => (bus.isDone ? [] : [{ runId: RUN }]) } as never)],
      onFailure: () => undefined,
    });
    await eventually(async () => {
      await sweeper.sweep();
      return bus.isDone;
    });
    expect(bus.frozen.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
