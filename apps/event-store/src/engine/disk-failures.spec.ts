import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, contents, event } from './append.examples';
import { Engine } from './engine';
import { DiskFiles, type LogFile, type LogFiles, MemoryFiles } from './files';
import { SILENT } from './logger';
import { SEGMENT_HEADER_BYTES } from './segment';
import { RESERVE_BYTES } from './segmented-log';

type Faults = {
  /** Bytes the log may still grow by, then a write is cut short with this error. */
  room: number;
  writeError: string;
  syncFails: boolean;
};

/** Files in memory on a disk that fails as told. */
class FailingFiles extends MemoryFiles implements LogFiles {
  readonly faults: Faults = { room: Infinity, writeError: 'ENOSPC', syncFails: false };

  override open(name: string): LogFile {
    const file = super.open(name);
    const { faults } = this;
    if (!name.endsWith('.log')) return file;
    const write = (bytes: Uint8Array, position: number): void => {
      const free = file.size() - position + faults.room;
      const taken = Math.min(bytes.length, free);
      faults.room -= Math.max(0, position + taken - file.size());
      file.write(bytes.subarray(0, taken), position);
      if (taken < bytes.length) throw failure(faults.writeError);
    };
    return {
      size: () => file.size(),
      read: (target, position, length) => file.read(target, position, length),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
      syncNow: () => file.syncNow(),
      sync: () => (faults.syncFails ? Promise.reject(failure('EIO')) : file.sync()),
      write,
      // As on a disk, unlike in memory.
      reserve: (position, length) => write(Buffer.alloc(length), position),
    };
  }
}

/** An event for which no room was reserved. */
const longEvent = () => event({ data: 'x'.repeat(RESERVE_BYTES) });

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('(%s) writes an append whole or not', async (code) => {
    const files = new FailingFiles();
    const engine = new Engine(files, { log: SILENT });
    await append(engine);
    const end = engine.end;
    files.faults.writeError = code;
    for (const room of [0, 1, 16, 17, 100]) {
      files.faults.room = room;
      expect(await append(engine, { events: [event(), longEvent()] })).toMatchObject({
        kind: 'no-room',
      });
      expect(files.open('0000000000000000.log').size()).toBe(end);
      expect(contents(engine)).toEqual(['a@0']);
    }
    files.faults.room = Infinity;
    expect(await append(engine, { expected: 0 })).toMatchObject({ kind: 'written', revision: 1 });
    await engine.close();
    expect(contents(new Engine(files, { log: SILENT }))).toEqual(['a@0', 'a@1']);
  });

  it('does not turn a verdict that rested on what it refused into a wrong one', async () => {
    const files = new FailingFiles();
    const engine = new Engine(files, { log: SILENT });
    await append(engine);
    files.faults.room = 10;
    const both = await Promise.all([
      append(engine, { expected: 0, events: [longEvent()] }),
      append(engine, { expected: 0 }),
    ]);
    expect(both.map(({ kind }) => kind)).toEqual(['no-room', 'no-room']);
  });

  it('refuses no append that fits, however little room there is to reserve more', async () => {
    const files = new FailingFiles();
    const engine = new Engine(files, { log: SILENT });
    files.faults.room = 5_000;
    let taken = 0;
    while ((await append(engine)).kind === 'written') taken++;
    const frameBytes = (engine.end - SEGMENT_HEADER_BYTES) / taken;
    expect(5_000 - (engine.end - SEGMENT_HEADER_BYTES)).toBeLessThan(frameBytes);
    // Nothing is kept from others that is of no use to the log.
    expect(files.open('0000000000000000.log').size()).toBe(engine.end);

    files.faults.room = Infinity;
    for (let more = 0; more < 3; more++) {
      expect(await append(engine, { events: [longEvent()] })).toMatchObject({ kind: 'written' });
    }
    expect(files.open('0000000000000000.log').size()).toBeGreaterThan(engine.end);
    await engine.close();
    expect(contents(new Engine(files, { log: SILENT }))).toHaveLength(taken + 3);
  });

  it('that takes no further segment is survived too', async () => {
    const files = new FailingFiles();
    const engine = new Engine(files, { log: SILENT, segmentBytes: 100 });
    await append(engine);
    files.faults.room = 5;
    expect(await append(engine)).toMatchObject({ kind: 'no-room' });
    files.faults.room = Infinity;
    expect(await append(engine)).toMatchObject({ kind: 'written', revision: 1 });
    await engine.close();
    expect(contents(new Engine(files, { log: SILENT }))).toEqual(['a@0', 'a@1']);
  });
});

describe('a failed sync', () => {
  it('is acknowledged to nobody, and nothing after it until a restart', async () => {
    const files = new FailingFiles();
    const engine = new Engine(files, { log: SILENT });
    await append(engine);
    files.faults.syncFails = true;
    const [failed, waiting] = await Promise.all([append(engine), append(engine)]);
    expect([failed.kind, waiting.kind]).toEqual(['unknown', 'unknown']);
    files.faults.syncFails = false;
    expect(await append(engine)).toMatchObject({ kind: 'unavailable' });
    expect(contents(engine)).toEqual(['a@0']);
    expect(engine.refusal).toContain('restart');
    await engine.close();

    const restarted = new Engine(files, { log: SILENT });
    expect(contents(restarted)).toEqual(['a@0']);
    expect(await append(restarted, { expected: 0 })).toMatchObject({ kind: 'written' });
  });
});

describe('a small disk of its own', () => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) process.stderr.write('skipped without root: a full tmpfs\n');

  (isRoot ? it : it.skip)('fills up, refuses, and goes on when there is room again', async () => {
    const mount = mkdtempSync(join(tmpdir(), 'event-store-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]);
    try {
      writeFileSync(join(mount, 'filler'), Buffer.alloc(800 * 1024));
      const engine = new Engine(new DiskFiles(join(mount, 'log')), { log: SILENT });
      let written = 0;
      let outcome = await append(engine, { events: [event({ data: 'x'.repeat(50_000) })] });
      for (; outcome.kind === 'written'; written++) {
        outcome = await append(engine, { events: [event({ data: 'x'.repeat(50_000) })] });
      }
      expect(outcome).toMatchObject({ kind: 'no-room' });
      expect(contents(engine)).toHaveLength(written);
      rmSync(join(mount, 'filler'));
      expect(await append(engine)).toMatchObject({ kind: 'written', revision: written });
      await engine.close();
      const again = new Engine(new DiskFiles(join(mount, 'log')), { log: SILENT });
      expect(contents(again)).toHaveLength(written + 1);
      await again.close();
    } finally {
      execFileSync('umount', [mount]);
      rmSync(mount, { recursive: true });
    }
  });
});
