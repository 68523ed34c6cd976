import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from './arguments';
import { lockFolder } from './folder-lock';
import { findFreePort, refuseBusyPort } from './ports';
import { origin } from './programs';
import { redisProgram } from './redis';
import { RefusedStart } from './refused-start';
import { Supervisor } from './supervisor';

const USUAL = { places: undefined, scale: 1, out: 'demo-files' };

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'carnet-standalone-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is asked on the command line', () => {
  it.each([
    [['demo'], { mode: 'demo', once: false, ...USUAL }],
    [['demo', '--once'], { mode: 'demo', once: true, ...USUAL }],
    [
      ['demo', '--places', 'f.csv', '--scale', '100', '--out', 'o'],
      { mode: 'demo', once: false, places: 'f.csv', scale: 100, out: 'o' },
    ],
    [['--once', 'start'], { mode: 'start', once: true }],
    [['backup', 'there'], { mode: 'backup', folder: 'there' }],
    [['backup-keys', 'there'], { mode: 'backup-keys', folder: 'there' }],
    [['restore', 'there'], { mode: 'restore', folder: 'there' }],
    [['rotate-key'], { mode: 'rotate-key' }],
  ] as const)('%j is understood', (args, wish) => {
    expect(parseArguments(args)).toEqual(wish);
  });

  it.each([
    ...[[[]], [['run']], [['demo', 'start']], [['demo', '--twice']], [['demo', '--once=1']]],
    ...[[['demo', '--scale', '2']], [['backup']], [['backup-keys']], [['restore', 'a', 'b']]],
  ])('%j is refused in one line', (args) => {
    expect(() => parseArguments(args)).toThrow(RefusedStart);
    expect(() => parseArguments(args)).toThrow(/^.*say demo \[--once\].*, or restore FROM\)?$/);
  });
});

describe('the lock of a folder', () => {
  it('is held by one at a time', () => {
    const letGo = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      new RefusedStart(`${folder} is in use by another standalone`),
    );
    letGo();
    lockFolder(folder)();
  });

  it('ends with its process, even a killed one', async () => {
    const file = JSON.stringify(join(folder, 'standalone.lock'));
    const holder = spawn(process.execPath, [
      '-e',
      `const db = new (require('node:sqlite').DatabaseSync)(${file});
       db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => undefined, 1000);`,
    ]);
    const ended = once(holder, 'exit');
    try {
      await once(holder.stdout, 'data');
      expect(() => lockFolder(folder)).toThrow(RefusedStart);
    } finally {
      holder.kill('SIGKILL');
      await ended;
    }
    lockFolder(folder)();
  });
});

describe('a busy port', () => {
  it('is named, with who wanted it, and is never taken for free', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await expect(refuseBusyPort('127.0.0.1', port, 'api')).rejects.toThrow(
      `port ${port} of 127.0.0.1, wanted by the api, is used by another program`,
    );
    holder.close();
    await once(holder, 'close');
    await refuseBusyPort('127.0.0.1', port, 'api');
  });

  it('is not what a free one is', async () => {
    await refuseBusyPort('127.0.0.1', await findFreePort(), 'worker');
  });

  it('is told from an address that is not ours', async () => {
    const elsewhere = '192.0.2.1'; // RFC 5737: no machine has it
    await expect(refuseBusyPort(elsewhere, 1, 'api')).rejects.toThrow(/cannot be used \(E\w+\)$/);
  });
});

describe('an address to look at', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
  ])('of %s is %s', (host, url) => expect(origin(3000, host)).toBe(url));
});

describe('the Redis of one machine', () => {
  it('answers on a socket that only its user can open, and keeps its log', async () => {
    const redis = redisProgram({ folder, durable: true, env: { PATH: process.env['PATH'] } });
    const restarts = { max: 0, withinMs: 1, delayMs: 1, delayMaxMs: 1 };
    const supervisor = new Supervisor([redis], { write: () => undefined, restarts });
    await supervisor.start();
    expect(await supervisor.health()).toEqual([{ name: 'redis', healthy: true, text: 'answers' }]);
    expect(statSync(join(folder, 'redis.sock')).mode & 0o777).toBe(0o700);
    expect(await supervisor.stop()).toBe(true);
    expect(readFileSync(join(folder, 'appendonlydir/appendonly.aof.manifest'), 'utf8')).toMatch(
      /aof/,
    );
  });

  it('is refused a folder whose socket no program could open', () => {
    const deep = join(folder, 'x'.repeat(100));
    expect(() => redisProgram({ folder: deep, durable: true, env: {} })).toThrow(
      /is too long for a socket: choose a shorter DATA_DIR$/,
    );
  });
});
