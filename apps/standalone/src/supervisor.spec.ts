import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from './program';
import { ProgramFailed, Supervisor, type SupervisorOptions } from './supervisor';

/** A program of ten lines: it notes what happens to it in one diary and serves while its file exists. */
const FAKE = `
  const { appendFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
  const [name, diary, up, behaviour] = process.argv.slice(1);
  const note = (what) => appendFileSync(diary, name + ' ' + what + '\\n');
  note('starts');
  if (behaviour === 'fails') { console.error('port 1 is used'); process.exit(69); }
  if (behaviour === 'misconfigured') process.exit(78);
  if (behaviour !== 'silent') {
    writeFileSync(up + '.new', String(process.pid));
    renameSync(up + '.new', up);
  }
  process.on('SIGTERM', () => {
    if (behaviour === 'stubborn') return;
    note('stops');
    rmSync(up, { force: true });
    process.exit(0);
  });
  setInterval(() => undefined, 1000);
`;

type Behaviour = 'good' | 'fails' | 'misconfigured' | 'silent' | 'stubborn';

const RESTARTS = { max: 2, withinMs: 600_000, delayMs: 1, delayMaxMs: 10 };

let folder: string;
let supervisor: Supervisor | undefined;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carnet-supervisor-'));
  lines = [];
  writeFileSync(diaryFile(), '');
});

afterEach(async () => {
  supervisor?.kill();
  await supervisor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the supervisor', () => {
  it('starts each program when the one before it serves, and stops them in the opposite order', async () => {
    await supervise([fake('one'), fake('two'), fake('three')]).start();
    expect(await supervisor!.stop()).toBe(true);
    expect(diary()).toEqual([
      'one starts',
      'two starts',
      'three starts',
      'three stops',
      'two stops',
      'one stops',
    ]);
  });

  it('says what a program wrote, and its name', async () => {
    await expect(supervise([fake('store'), fake('api', 'fails')]).start()).rejects.toThrow(
      new ProgramFailed('api ended with exit code 69 before it served'),
    );
    expect(lines).toContain('api   | port 1 is used');
  });

  it('starts nothing after a program that did not come up, and leaves the others to be stopped', async () => {
    const failing = supervise([fake('one'), fake('two', 'fails'), fake('three')]);
    await expect(failing.start()).rejects.toThrow(ProgramFailed);
    expect(await failing.stop()).toBe(true);
    expect(diary()).toEqual(['one starts', 'two starts', 'one stops']);
  });

  it('gives a program a time to serve in', async () => {
    const slow = { ...fake('slow', 'silent'), startWithinMs: 300 };
    await expect(supervise([slow]).start()).rejects.toThrow('slow did not serve within 0.3 s');
  });

  it('says when a program cannot be run at all', async () => {
    const nowhere = { ...fake('nowhere'), command: join(folder, 'no-such-program') };
    await expect(supervise([nowhere]).start()).rejects.toThrow(/^nowhere ended with exit code 127/);
  });

  it('starts a program again that ended', async () => {
    await supervise([fake('one'), fake('two')]).start();
    await killAndWaitForAnother('one');
    await killAndWaitForAnother('one');
    expect(await supervisor!.stop()).toBe(true);
    expect(diary().filter((line) => line === 'two starts')).toHaveLength(1);
    expect(lines).toContain('standalone: one was ended by SIGKILL; starting it again in 2 ms');
  });

  it('gives up on a program that ends once too often', async () => {
    await supervise([fake('one')]).start();
    await killAndWaitForAnother('one');
    await killAndWaitForAnother('one');
    kill('one');
    const { message } = await supervisor!.givenUp;
    expect(message).toBe('one was ended by SIGKILL, 3 times in short order; given up');
  });

  it('does not start a program again that calls its configuration wrong', async () => {
    const spoilt = fake('one');
    await supervise([spoilt]).start();
    (spoilt.args as string[])[5] = 'misconfigured';
    kill('one');
    const { message } = await supervisor!.givenUp;
    expect(message).toBe('one ended with exit code 78, 2 times in short order; given up');
  });

  it('kills a program that does not stop in its time, and says so', async () => {
    const stubborn = { ...fake('two', 'stubborn'), stopWithinMs: 300 };
    await supervise([fake('one'), stubborn]).start();
    expect(await supervisor!.stop()).toBe(false);
    expect(lines).toContain('standalone: two did not stop within 0.3 s and was killed');
    expect(diary()).not.toContain('two stops');
    expect(diary().at(-1)).toBe('one stops');
  });

  it('stops once, however often it is asked', async () => {
    await supervise([fake('one'), fake('two')]).start();
    await Promise.all([supervisor!.stop(), supervisor!.stop()]);
    expect(diary().filter((line) => line.endsWith('stops'))).toEqual(['two stops', 'one stops']);
  });

  it('can be stopped while it starts', async () => {
    const starting = supervise([fake('one'), fake('two', 'silent'), fake('three')]);
    const started = starting.start();
    await until(() => diary().includes('two starts'));
    expect(await starting.stop()).toBe(true);
    await started;
    expect(diary()).not.toContain('three starts');
  });

  it('tells the health of each program, and why one is not well', async () => {
    await supervise([fake('one'), fake('two')]).start();
    rmSync(upFile('two'));
    expect(await supervisor!.health()).toEqual([
      { name: 'one', healthy: true, text: 'serves' },
      { name: 'two', healthy: false, text: 'two does not serve' },
    ]);
  });
});

function supervise(programs: Program[], options: Partial<SupervisorOptions> = {}): Supervisor {
  const write = (line: string): void => void lines.push(line);
  supervisor = new Supervisor(programs, { write, restarts: RESTARTS, ...options });
  return supervisor;
}

function fake(name: string, behaviour: Behaviour = 'good'): Program {
  return {
    name,
    command: process.execPath,
    args: ['-e', FAKE, name, diaryFile(), upFile(name), behaviour],
    env: {},
    checkHealth: async () => {
      if (!existsSync(upFile(name))) throw new Error(`${name} does not serve`);
      return 'serves';
    },
    startWithinMs: 60_000,
    stopWithinMs: 60_000,
  };
}

/** Its file goes first: else the killed one would still look as if it served. */
function kill(name: string): void {
  const pid = Number(readFileSync(upFile(name), 'utf8'));
  rmSync(upFile(name));
  process.kill(pid, 'SIGKILL');
}

async function killAndWaitForAnother(name: string): Promise<void> {
  const before = readFileSync(upFile(name), 'utf8');
  kill(name);
  await until(() => existsSync(upFile(name)) && readFileSync(upFile(name), 'utf8') !== before);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

function diary(): string[] {
  return readFileSync(diaryFile(), 'utf8').split('\n').filter(Boolean);
}

function diaryFile(): string {
  return join(folder, 'diary');
}

function upFile(name: string): string {
  return join(folder, `${name}.up`);
}
