import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs, { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logSink } from './log-sink';

const folder = mkdtempSync(join(tmpdir(), 'carnet-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINE = `${'x'.repeat(1_023)}\n`;

describe('a log', () => {
  it('is written in order', async () => {
    const path = join(folder, 'well.log');
    const fd = openSync(path, 'w');
    const sink = logSink(fd);
    const lines = Array.from({ length: 2_000 }, (_, at) => `line ${at}\n`);
    for (const line of lines) sink.write(line);
    while (readFileSync(path).length < lines.join('').length) await sleep(5);
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    closeSync(fd);
  });

  it('goes on when the disk has room again, and says how many lines it lost', async () => {
    const path = join(folder, 'full.log');
    const fd = openSync(path, 'w');
    const full = jest.spyOn(fs, 'write').mockImplementation((...args: unknown[]) => {
      const done = args.at(-1) as (error: Error) => void;
      setImmediate(() => done(Object.assign(new Error('full'), { code: 'ENOSPC' })));
    });
    const sink = logSink(fd);
    const count = 6 * 1_024;
    for (let at = 0; at < count; at += 1) sink.write(LINE);
    await sleep(50);
    expect(readFileSync(path)).toHaveLength(0);
    full.mockRestore();
    const text = () => readFileSync(path, 'utf8');
    while (!text().includes('log lines were lost')) await sleep(20);
    const kept = text()
      .split('\n')
      .filter((line) => line === LINE.trim()).length;
    const { lost } = JSON.parse(text().trim().split('\n').at(-1) ?? '') as { lost: number };
    expect(kept).toBeGreaterThan(3 * 1_024);
    expect(kept + lost).toBe(count);
    closeSync(fd);
  });
});

describe('a program whose log nobody takes', () => {
  /** Logs far more than waits anywhere, and says on stderr that it lives on. */
  const PROGRAM = `
    const { logSink } = require(process.argv[1]);
    const sink = logSink(1);
    let told = 0;
    const timer = setInterval(() => {
      for (let at = 0; at < 1000; at += 1) sink.write(${JSON.stringify(LINE)});
      process.stderr.write('alive ');
      if ((told += 1) === 20) {
        clearInterval(timer);
        setTimeout(() => process.exit(0), 1500);
      }
    }, 5);`;

  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  const run = async (stdout: 'pipe' | number, meanwhile: (child: ChildProcess) => void) => {
    const script = join(folder, 'log-sink.cjs');
    const { transformFileSync } = await import('@swc/core');
    const options = { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
    const { code } = transformFileSync(join(__dirname, 'log-sink.ts'), options as never);
    fs.writeFileSync(script, code.replaceAll('"pino"', JSON.stringify(require.resolve('pino'))));
    const child = spawn(process.execPath, ['-e', PROGRAM, script], {
      stdio: ['ignore', stdout, 'pipe'],
    });
    children.push(child);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    meanwhile(child);
    const [code_] = (await once(child, 'exit')) as [number | null];
    return { code: code_, alive: said.split('alive ').length - 1 };
  };

  it('goes on and ends, though nobody reads', async () => {
    const { code, alive } = await run('pipe', (child) => child.stdout?.pause());
    expect([code, alive]).toEqual([0, 20]);
  });

  it('goes on and ends, though the reader is gone', async () => {
    const { code, alive } = await run('pipe', (child) => child.stdout?.destroy());
    expect([code, alive]).toEqual([0, 20]);
  });

  it('goes on and ends, though the disk is full', async () => {
    const full = openSync('/dev/full', 'w');
    const { code, alive } = await run(full, () => undefined);
    closeSync(full);
    expect([code, alive]).toEqual([0, 20]);
  });
});
