import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '@app/platform/config';
import type { Making, Wish } from './arguments';
import { makeDemoHistory, readHandles } from './demo-history';
import { createDemoIssuer } from './demo-issuer';
import { inherited } from './environment';
import { lockFolder } from './folder-lock';
import { findFreePort, refuseBusyPort } from './ports';
import { choosePrograms, origin } from './programs';
import { stopOnSignals } from './stop-signals';
import { ProgramFailed, Supervisor } from './supervisor';

/** More than five ends of one program in a minute are not bad luck. */
const RESTARTS = { max: 5, withinMs: 60_000, delayMs: 100, delayMaxMs: 5_000 };

type Ground = Readonly<{
  dataDir: string;
  api: Readonly<{ host: string; port: number }>;
  env: NodeJS.ProcessEnv;
  /** Lines for whoever wants to use it. */
  hints: readonly string[];
  leave: () => void;
}>;

/**
 * Runs everything on this machine until it is asked to stop or a program cannot be kept running. Answers
 * whether all went well. Throws `RefusedStart` and `ConfigError` before anything has started.
 */
export async function runStandalone(wish: Wish, say: (line: string) => void): Promise<boolean> {
  const ground = wish.mode === 'demo' ? await layDemoGround(wish, say) : await layGround();
  try {
    await refuseBusyPort(ground.api.host, ground.api.port, 'api');
    const programs = await choosePrograms({ ...ground, durable: wish.mode === 'start' });
    const supervisor = new Supervisor(programs, { write: say, restarts: RESTARTS });
    return await run(supervisor, { wish, say, ground });
  } finally {
    ground.leave();
  }
}

async function run(
  supervisor: Supervisor,
  { wish, say, ground }: { wish: Wish; say: (line: string) => void; ground: Ground },
): Promise<boolean> {
  const stopped = stopOnSignals({ signals: process, supervisor, nowMs: () => performance.now() });
  let well = true;
  try {
    await supervisor.start();
    well = await showHealth(supervisor, say);
    if (!wish.once) {
      for (const line of ground.hints) say(line);
      const failure = await Promise.race([stopped, supervisor.givenUp]);
      if (failure instanceof ProgramFailed) throw failure;
    }
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    say(`standalone: ${error.message}`);
    well = false;
  }
  const inOrder = await supervisor.stop();
  return well && inOrder;
}

async function showHealth(supervisor: Supervisor, say: (line: string) => void): Promise<boolean> {
  const health = await supervisor.health();
  for (const { name, healthy, text } of health) {
    say(`${healthy ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${text}`);
  }
  return health.every(({ healthy }) => healthy);
}

async function layGround(): Promise<Ground> {
  const needs = [
    'dataDir',
    'apiHost',
    'apiPort',
    'tokenIssuer',
    'cursorKey',
    'ringFencedIban',
    'ringFencedHolder',
    'operatorSiret',
    'publicHost',
  ] as const;
  const config = readConfig(needs, inherited);
  const dataDir = resolve(config.dataDir);
  const api = { host: config.apiHost, port: config.apiPort || (await findFreePort()) };
  return { dataDir, api, env: inherited, hints: whereToLook(api), leave: lockFolder(dataDir) };
}

/**
 * Nothing of a demo outlives it but the files it shows. With `--once` nobody connects, so any port
 * does. Throws `RefusedStart` where its history does not hold together.
 */
async function layDemoGround(
  { once, ...making }: Making & { once: boolean },
  say: (line: string) => void,
): Promise<Ground> {
  const config = readConfig(['apiHost', 'apiPort'], inherited);
  const api = { host: config.apiHost, port: (!once && config.apiPort) || (await findFreePort()) };
  await refuseBusyPort(api.host, api.port, 'api');
  const dataDir = mkdtempSync(join(tmpdir(), 'carnet-demo-'));
  const leave = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    await makeDemoHistory({ dataDir, ...making }, say);
    const issuer = await createDemoIssuer(dataDir);
    return {
      ...{ dataDir, api, leave },
      // Only what is wrong: what is right is told below, for people.
      env: { CARNET_LOG_LEVEL: 'warn', ...inherited, ...issuer.env },
      hints: [...whereToLook(api), ...(await readHandles(dataDir, issuer))],
    };
  } catch (error) {
    leave();
    throw error;
  }
}

function whereToLook({ host, port }: Ground['api']): string[] {
  const base = origin(port, host);
  return [
    `Carnet serves at ${base}; the API is described at ${base}/docs. Ctrl-C stops it.`,
    `export API=${base}`,
  ];
}
