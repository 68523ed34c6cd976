import { join } from 'node:path';
import { fetchHealth, fetchPing } from './health';
import { findFreePort } from './ports';
import type { Program } from './program';
import { redisProgram } from './redis';

export type ProgramsOptions = Readonly<{
  /** Absolute. */
  dataDir: string;
  /** False for the demo: nothing outlives it, so nothing waits for the disk's sake. */
  durable: boolean;
  api: Readonly<{ host: string; port: number }>;
  /** What every program gets beside what is chosen here. */
  env: Readonly<NodeJS.ProcessEnv>;
}>;

/** What a request leaves behind dies young: in a larger nursery it costs a tenth less. In MB. */
const API_NURSERY = { durable: 64, demo: 16 };
/** Nobody waits for a job to the millisecond: a small nursery saves 70 MB for a tenth more work. */
const WORKER_FLAGS = ['--max-semi-space-size=4'];

const START_WITHIN_MS = 60_000;
/** Views that are not there, or of another version, are made from the whole log first: 15 million events. */
const REBUILD_WITHIN_MS = 600_000;
const STOP_WITHIN_MS = 20_000;

/**
 * All the programs, in the order of their start: each needs those before it. Configuration reaches
 * them by environment only, as in any other way to run them.
 */
export async function choosePrograms(options: ProgramsOptions): Promise<Program[]> {
  const { dataDir, durable, api } = options;
  const redis = redisProgram({ folder: join(dataDir, 'redis'), durable, env: options.env });
  const [storePort, projectorPort, workerPort] = await findFreePorts();
  const env = {
    ...options.env,
    DATA_DIR: dataDir,
    EVENTSTORE_URL: `esdb://127.0.0.1:${storePort}?tls=false`,
    REDIS_URL: redis.url,
    CARNET_API_HOST: api.host,
    CARNET_API_PORT: String(api.port),
  };
  const storeArgs = ['--dir', join(dataDir, 'events'), '--port', String(storePort)];
  const programs = [
    own('event-store', { args: storeArgs, env, checkHealth: () => fetchPing(origin(storePort)) }),
    own('projector', {
      env: { ...env, CARNET_PROJECTOR_PORT: String(projectorPort) },
      startWithinMs: REBUILD_WITHIN_MS,
      checkHealth: () => fetchHealth(ready(origin(projectorPort))),
    }),
    own('worker', {
      env: { ...env, CARNET_WORKER_PORT: String(workerPort) },
      nodeFlags: WORKER_FLAGS,
      checkHealth: () => fetchHealth(ready(origin(workerPort))),
    }),
    own('api', {
      env,
      nodeFlags: [`--max-semi-space-size=${durable ? API_NURSERY.durable : API_NURSERY.demo}`],
      checkHealth: () => fetchHealth(ready(origin(api.port, api.host))),
    }),
  ];
  return [redis, ...programs];
}

/** A program of Carnet, from the build this file is part of, on the Node this one runs on. */
function own(
  name: string,
  options: Pick<Program, 'env' | 'checkHealth'> & {
    args?: readonly string[];
    nodeFlags?: readonly string[];
    startWithinMs?: number;
  },
): Program {
  const { args = [], nodeFlags = [], startWithinMs = START_WITHIN_MS, env, checkHealth } = options;
  return {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', ...nodeFlags, mainOf(name), ...args],
    env,
    checkHealth,
    startWithinMs,
    stopWithinMs: STOP_WITHIN_MS,
  };
}

function mainOf(name: string): string {
  return join(__dirname, `../../${name}/src/main.js`);
}

/** Where a browser or a health check finds what listens on `host`. */
export function origin(port: number, host = '127.0.0.1'): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function ready(base: string): string {
  return `${base}/health/ready`;
}

async function findFreePorts(): Promise<[number, number, number]> {
  const ports = new Set<number>();
  while (ports.size < 3) ports.add(await findFreePort());
  return [...ports] as [number, number, number];
}
