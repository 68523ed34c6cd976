import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, contents } from '../engine/append.examples';
import { Engine } from '../engine/engine';
import { lockDirectory } from '../engine/directory-lock';
import { DiskFiles } from '../engine/files';
import { SILENT } from '../engine/logger';
import { backup } from './backup';
import { inspect } from './inspect';

let directory: string;
let from: string;
let to: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'event-store-'));
  from = join(directory, 'from');
  to = join(directory, 'to');
});
afterEach(() => rmSync(directory, { recursive: true }));

function open(path: string, segmentBytes = 20_000): Engine {
  return new Engine(new DiskFiles(path), { log: SILENT, segmentBytes });
}

async function write(engine: Engine, events: number): Promise<void> {
  for (let at = 0; at < events; at++) await append(engine, { stream: `s${at % 7}` });
}

describe('a backup', () => {
  it('of a log that is being written is a prefix of it', async () => {
    const lock = lockDirectory(from);
    const engine = open(from);
    await write(engine, 300);
    const writing = write(engine, 300);
    const { events } = backup(from, to);
    expect(events).toBeGreaterThanOrEqual(300);
    await writing;
    const whole = contents(engine);
    await engine.close();
    lock.release();

    const restored = open(to);
    expect(contents(restored)).toEqual(whole.slice(0, events));
    expect(restored.segmentCount).toBeGreaterThan(1);
    await restored.close();
  });

  it('leaves out what was written and never acknowledged', async () => {
    const engine = open(from);
    await write(engine, 3);
    const lock = lockDirectory(from);
    const { end } = engine;
    writeFileSync(join(from, '0000000000000000.log'), 'x'.repeat(end + 100), { flag: 'a' });
    expect(backup(from, to).logBytes).toBe(end);
    lock.release();
    await engine.close();
  });

  it('of a log nobody writes is the whole of it', async () => {
    const engine = open(from);
    await write(engine, 10);
    await engine.close();
    expect(backup(from, to).events).toBe(10);
  });

  it('overwrites nothing', async () => {
    await open(from).close();
    mkdirSync(to);
    writeFileSync(join(to, 'mine'), '');
    expect(() => backup(from, to)).toThrow('is not empty');
  });
});

describe('inspecting a log', () => {
  it('counts what is in it', async () => {
    const engine = open(from);
    await write(engine, 10);
    await engine.close();
    expect(inspect(from)).toMatchObject({ events: 10, streams: 7, tailBytes: 0, missingBytes: 0 });
  });

  it('changes nothing of a torn tail, and says what is missing', async () => {
    const engine = open(from);
    await write(engine, 2);
    const { end } = engine;
    await engine.close();
    truncateSync(join(from, '0000000000000000.log'), end - 1);
    const found = inspect(from);
    expect(found.events).toBe(1);
    expect(found.logBytes + found.tailBytes).toBe(end - 1);
    expect(found.missingBytes).toBe(end - found.logBytes);
    expect(inspect(from)).toEqual(found);
  });

  it('refuses a directory without a log', () => {
    expect(() => inspect(join(directory, 'none'))).toThrow('does not exist');
    expect(() => inspect(directory)).toThrow('holds no log');
  });
});
