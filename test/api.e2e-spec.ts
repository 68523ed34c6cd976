import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrivateRedis } from '@app/platform/testing/private-redis';
import { TestKeyServer } from '@app/platform/testing/test-key-server';
import { TestIssuer } from '@app/platform/testing/test-tokens';
import { built } from './support/built';

const folder = mkdtempSync(join(tmpdir(), 'carnet-api-'));
const started: ChildProcess[] = [];
let main: string;
let redis: PrivateRedis;
let issuer: TestIssuer;
let env: Record<string, string>;

beforeAll(async () => {
  const build = await built();
  main = join(build, 'apps/api/src/main.js');
  redis = await PrivateRedis.start();
  issuer = await TestIssuer.create();
  const store = start(join(build, 'apps/event-store/src/main.js'), {}, ['--in-memory', '--port=0']);
  const connectionString = await lineOf(store, /ready on (\S+)/);
  const keysFile = join(folder, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(issuer.keys));
  env = {
    DATA_DIR: folder,
    EVENTSTORE_URL: connectionString,
    REDIS_URL: redis.url,
    CARNET_API_PORT: '0',
    CARNET_TOKEN_KEYS_FILE: keysFile,
    CARNET_TOKEN_ISSUER: issuer.issuer,
    CARNET_CURSOR_KEY: Buffer.alloc(32, 1).toString('base64url'),
    CARNET_PUBLIC_HOST: 'pass.example',
    CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
    CARNET_OPERATOR_SIRET: '73282932000074',
  };
});

afterAll(async () => {
  await Promise.all(started.map(kill));
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the api', () => {
  it('is not ready without Redis, and is again once it is back, in the same process', async () => {
    const api = start(main, env);
    const url = await lineOf(api, /"url":"([^"]+)"/);
    await becomes(url, 200);
    await redis.kill();
    const answer = await becomes(url, 503);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({
      code: 'not_ready',
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'event-store', state: 'ok' }),
        expect.objectContaining({ name: 'redis', state: 'failed' }),
      ]),
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await redis.restart();
    await becomes(url, 200);
    expect(api.exitCode).toBeNull();
  });

  it('takes the keys of its issuer, and tells where it cannot have them', async () => {
    const server = await TestKeyServer.start();
    try {
      const theirs = await TestIssuer.create({ issuer: server.url });
      await server.close();
      const asking = { CARNET_TOKEN_KEYS_FILE: '', CARNET_TOKEN_ISSUER: server.url };
      const url = await lineOf(start(main, { ...env, ...asking }), /"url":"([^"]+)"/);
      const told = (await (await becomes(url, 503)).json()) as { checks: { name: string }[] };
      expect(told.checks).toContainEqual(
        expect.objectContaining({ name: 'token-keys', state: 'failed' }),
      );
      const headers = await theirs.bearer({ roles: ['auditor'] });
      const refused = await fetch(`${url}/metrics`, { headers });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      server.keys = theirs.keys;
      await server.open();
      await becomes(url, 200);
      expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  it('describes itself to all, and shows its metrics to those who may see them', async () => {
    const api = start(main, env);
    const url = await lineOf(api, /"url":"([^"]+)"/);
    const openApi = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string };
    expect(openApi.openapi).toBe('3.1.0');
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    const headers = await issuer.bearer({ roles: ['auditor'] });
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
  });

  it('ends on SIGTERM with exit code 0', async () => {
    const api = start(main, env);
    // A connection kept open by a client holds nothing up.
    await becomes(await lineOf(api, /"url":"([^"]+)"/), 200);
    api.kill('SIGTERM');
    expect(await once(api, 'exit')).toEqual([0, null]);
  });

  it.each([
    [{ CARNET_API_PROT: '1' }, /^api: CARNET_API_PROT is no variable of Carnet: .*\n$/],
    [{ CARNET_API_PORT: 'x' }, /^api: CARNET_API_PORT is malformed: 'x' is not of type port.*\n$/],
    [{ REDIS_URL: '' }, /^api: REDIS_URL is not set: .*\n$/],
    [
      { EVENTSTORE_URL: 'http://u:hunter2@h' },
      /^api: EVENTSTORE_URL is malformed: (?!.*hunter2).*\n$/,
    ],
    [{ CARNET_TOKEN_KEYS_FILE: '/none' }, /^api: CARNET_TOKEN_KEYS_FILE: .*\n$/],
    [
      { CARNET_TOKEN_KEYS_URL: 'https://a.test' },
      /^api: CARNET_TOKEN_KEYS_FILE and .*_URL are both/,
    ],
    [
      { CARNET_TOKEN_KEYS_FILE: '', CARNET_TOKEN_ISSUER: 'http://a.test' },
      /^api: CARNET_TOKEN_ISSUER: keys are fetched by https, .*\n$/,
    ],
  ])('does not start with %j, and says why in one line', async (wrong, line) => {
    const api = start(main, { ...env, ...wrong });
    let said = '';
    api.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    expect(await once(api, 'close')).toEqual([78, null]);
    expect(said).toMatch(line);
  });

  it('says which port is busy, in one line', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    const api = start(main, { ...env, CARNET_API_PORT: String(port) });
    let said = '';
    api.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    expect(await once(api, 'close')).toEqual([69, null]);
    expect(said).toBe(`api: port ${port} of 127.0.0.1 is used by another program\n`);
    busy.close();
  });
});

function start(
  file: string,
  variables: Record<string, string>,
  args: readonly string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [file, ...args], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

/** The first capture of the first line of stdout that fits. */
async function lineOf({ stdout, stderr }: ChildProcess, pattern: RegExp): Promise<string> {
  const said: string[] = [];
  stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    said.push(line);
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`it ended before it said ${pattern.source}: ${said.join('\n')}`);
}

/** Asks until readiness has that status; jest's own time limit ends what never comes. */
async function becomes(url: string, status: number): Promise<Response> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`);
    if (answer.status === status) return answer;
    await answer.body?.cancel();
    await sleep(20);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
