import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../apps/standalone/src/ports';
import { built } from './support/built';
import { Shell } from './support/shell';
import { isAnswer, readTour } from './support/tour';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(600_000);

let main: string;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  main = join(await built(), 'apps/standalone/src/main.js');
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carnet-e2e-'));
  mkdirSync(join(folder, 'tmp'));
});

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe('demo --once', () => {
  it('makes a year, starts everything, shows how each is, stops and leaves only its files', async () => {
    const out = join(folder, 'files');
    const { code, lines } = await standalone(['demo', '--once', '--out', out]).ended;
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: 'demo: ok' });
    expect(lines).toContainEqual(expect.stringMatching(/ events, \d+ invariants, 0 broken$/));
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['carnets.pdf', 'virements.pain.001.xml', 'releve.camt.053.xml']),
    );
    const healths = lines
      .filter((line) => /^(ok|FAILED) /.test(line))
      .map((line) => line.split(/ +/));
    expect(healths.map(([state]) => state)).not.toContain('FAILED');
    expect(healths.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['redis', 'event-store', 'api']),
    );
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('demo', () => {
  // What the tour is typed with; without it nobody can.
  const hasCurl = spawnSync('curl', ['--version']).status === 0;
  if (!hasCurl) console.warn('the tour is not typed: this machine has no curl');

  (hasCurl ? it : it.skip)('serves what the tour of the README asks it', async () => {
    const demo = standalone(['demo', '--out', join(folder, 'files')], { CARNET_API_PORT: '0' });
    await demo.serves;
    // The code is the line before the last.
    while (!demo.output().includes('export CODE=')) await sleep(10);
    await sleep(100);
    const handed = demo.output().match(/^export .*$/gm) ?? [];
    const shell = new Shell(folder);
    await shell.type(handed.join('\n'));
    const wrong: object[] = [];
    for (const step of readTour()) {
      const said = await shell.type(step.typed);
      if (!isAnswer(said, step)) wrong.push({ ...step, said });
    }
    shell.end();
    demo.child.kill('SIGTERM');
    expect({ code: (await demo.ended).code, wrong }).toEqual({ code: 0, wrong: [] });
    expect(readTour().length).toBeGreaterThan(10);
  });
});

describe('a start', () => {
  it('is refused in one line by an unknown variable, before anything has begun', async () => {
    const { code, lines } = await standalone(['demo'], { CARNET_API_PROT: '1' }).ended;
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^standalone: CARNET_API_PROT is no variable/)]);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('is refused in one line by a missing variable', async () => {
    const { code, lines } = await standalone(['start'], await settings({ tokens: false })).ended;
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^standalone: CARNET_TOKEN_\w+ is not set/)]);
  });

  it('is refused in one line by a busy port, which is named', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, lines } = await standalone(['demo'], { CARNET_API_PORT: String(port) }).ended;
    holder.close();
    expect(code).toBe(1);
    expect(lines).toEqual([
      `standalone: port ${port} of 127.0.0.1, wanted by the api, is used by another program`,
    ]);
  });

  it('is refused a folder that another one works on, and serves until it is told to stop', async () => {
    const env = await settings();
    const first = standalone(['start'], env);
    await first.serves;
    const second = await standalone(['start'], { ...env, CARNET_API_PORT: '0' }).ended;
    expect(second.lines.at(-1)).toBe(
      `standalone: ${env['DATA_DIR']} is in use by another standalone`,
    );
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('works on what a killed one left, whose programs have died with it', async () => {
    const env = await settings();
    const killed = standalone(['start'], env);
    await killed.serves;
    const programs = childrenOf(killed.child.pid!);
    expect(programs.length).toBeGreaterThanOrEqual(3);
    killed.child.kill('SIGKILL');
    await killed.ended;
    while (programs.some(isAlive)) await sleep(10);
    const { code, lines } = await standalone(['start', '--once'], env).ended;
    expect({ code, failed: lines.filter((line) => line.startsWith('FAILED')) }).toEqual({
      code: 0,
      failed: [],
    });
  });
});

function standalone(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: join(folder, 'tmp'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  const serves = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('Carnet serves at')) serves.resolve();
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    serves.reject(new Error(`it ended before it served:\n${output}`));
    return { code: code as number | null, lines: output.trimEnd().split('\n') };
  });
  serves.promise.catch(() => undefined);
  return { child, serves: serves.promise, ended, output: () => output };
}

async function settings({ tokens = true } = {}): Promise<NodeJS.ProcessEnv> {
  const { publicKey } = generateKeyPairSync('ed25519');
  const keysFile = join(folder, 'token-keys.json');
  writeFileSync(keysFile, JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }));
  return {
    DATA_DIR: join(folder, 'data'),
    CARNET_API_PORT: String(await findFreePort()),
    CARNET_LOG_LEVEL: 'warn',
    ...(tokens && {
      CARNET_TOKEN_ISSUER: 'https://issuer.invalid',
      CARNET_TOKEN_KEYS_FILE: keysFile,
      CARNET_CURSOR_KEY: randomBytes(32).toString('base64url'),
      CARNET_PUBLIC_HOST: 'pass.example',
      CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
      CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
      CARNET_OPERATOR_SIRET: '73282932000074',
    }),
  };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

/** A zombie is dead: nobody may be there to reap it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
