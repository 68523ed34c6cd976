import { append, contents, event } from './append.examples';
import { Engine } from './engine';
import { type LogFile, MemoryFiles } from './files';
import { type NewRecord, frameBytes, writeFrame } from './frame';
import { type Log, SILENT } from './logger';
import { recover } from './recovery';
import { DamagedLog, SEGMENT_HEADER_BYTES, encodeSegmentHeader } from './segment';

const LOG = '0000000000000000.log';
const INDEX = '0000000000000000.idx';

/** A closed log: three frames, of one, two and three events. */
async function written(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const engine = new Engine(files, { log: SILENT });
  await append(engine, { events: [event()] });
  await append(engine, { stream: 'b', events: [event(), event()] });
  await append(engine, { events: [event(), event({ data: '' }), event()] });
  await engine.close();
  return files;
}

const WHOLE = ['a@0', 'b@0', 'b@1', 'a@1', 'a@2', 'a@3'];

/** The same files with another log, and no mark of what was acknowledged. */
function withLog(log: Buffer): MemoryFiles {
  const files = new MemoryFiles();
  files.open(LOG).write(log, 0);
  return files;
}

function read(files: MemoryFiles, log: Log = SILENT): string[] {
  return contents(new Engine(files, { log }));
}

/** Where the last frame begins. */
function lastFrameAt(log: Buffer): number {
  return log.lastIndexOf('FRAM', undefined, 'latin1');
}

describe('a log whose last write was interrupted', () => {
  it('loses that write alone, at whatever byte it ended', async () => {
    const log = Buffer.from((await written()).read(LOG)!);
    const frameAt = lastFrameAt(log);
    for (let length = frameAt + 1; length < log.length; length++) {
      const files = withLog(log.subarray(0, length));
      expect(read(files)).toEqual(['a@0', 'b@0', 'b@1']);
      const aside = files.names().find((name) => name.startsWith('cut-'))!;
      expect(files.read(aside)).toEqual(log.subarray(frameAt, length));
      expect(files.read(LOG)).toEqual(log.subarray(0, frameAt));
    }
  });

  it.each([1, 15, 16, 512, 5000])('makes nothing of %d zeros after it', async (zeros) => {
    const files = withLog(Buffer.concat([(await written()).read(LOG)!, Buffer.alloc(zeros)]));
    const said: string[] = [];
    const say = (message: string) => said.push(message);
    const engine = new Engine(files, { log: { ...SILENT, warn: say, error: say } });
    expect(contents(engine)).toEqual(WHOLE);
    expect(said).toEqual([]);
    expect(files.names().filter((name) => name.startsWith('cut-'))).toEqual([]);
    await append(engine);
    await engine.close();
    expect(read(files)).toEqual([...WHOLE, 'a@4']);
  });

  it('drops a frame of which the end is zeros, at whatever byte they begin', async () => {
    const log = (await written()).read(LOG)!;
    for (let at = lastFrameAt(log); at < log.length; at++) {
      const torn = Buffer.from(log).fill(0, at);
      const grown = Buffer.concat([torn, Buffer.alloc(100)]);
      expect(read(withLog(torn))).toEqual(['a@0', 'b@0', 'b@1']);
      expect(read(withLog(grown))).toEqual(['a@0', 'b@0', 'b@1']);
    }
  });

  it('begins a segment again whose very header is missing', () => {
    expect(read(withLog(Buffer.alloc(0)))).toEqual([]);
    expect(read(withLog(Buffer.alloc(7)))).toEqual([]);
  });

  it('goes on after it', async () => {
    const log = (await written()).read(LOG)!;
    const files = withLog(log.subarray(0, log.length - 1));
    const engine = new Engine(files, { log: SILENT });
    await append(engine, { expected: 0 });
    await engine.close();
    expect(read(files)).toEqual(['a@0', 'b@0', 'b@1', 'a@1']);
  });

  it('says so when what is missing had been acknowledged', async () => {
    const files = await written();
    files.open(LOG).truncate(lastFrameAt(files.read(LOG)!));
    const said: string[] = [];
    read(files, { ...SILENT, error: (message) => said.push(message) });
    expect(said).toEqual([expect.stringContaining('acknowledged bytes are missing')]);
  });
});

describe('a log with one flipped bit', () => {
  it('is never read as if nothing were, wherever the bit is', async () => {
    const log = (await written()).read(LOG)!;
    for (let bit = 0; bit < log.length * 8; bit++) {
      const flipped = Buffer.from(log);
      flipped[bit >>> 3]! ^= 1 << (bit & 7);
      expect(() => read(withLog(flipped))).toThrow(DamagedLog);
    }
  });

  it('is refused with the file and the offset of the frame', async () => {
    const log = Buffer.from((await written()).read(LOG)!);
    const frameAt = lastFrameAt(log);
    log[log.length - 20]! ^= 4;
    expect(() => read(withLog(log))).toThrow(`${LOG} is damaged at byte ${frameAt}`);
  });

  it('is noticed when read, where a snapshot spared the scan', async () => {
    const files = await saved();
    const log = files.read(LOG)!;
    log[log.indexOf('{"n":1}')]! ^= 1;
    const engine = new Engine(files, { log: SILENT });
    expect(() => engine.record(0)).toThrow(DamagedLog);
  });
});

describe('a log with a gap in a stream', () => {
  it('is refused, however good its CRCs', () => {
    const { id, type, isJson, metadata, data } = event();
    const record: NewRecord = {
      ...{ id, type, isJson, metadata, data, isTombstone: false },
      ...{ streamName: Buffer.from('a'), revision: 1, createdMs: 0 },
    };
    const frame = Buffer.alloc(frameBytes([record]));
    writeFrame(frame, 0, [record], SEGMENT_HEADER_BYTES);
    const log = Buffer.concat([encodeSegmentHeader(0), frame]);
    expect(() => read(withLog(log))).toThrow('revision 1 of a stands where 0 should');
  });
});

describe('a log whose last group reached the disk in part', () => {
  /** Two groups of six appends, one sector and more apart; where each group begins. */
  async function twoGroups(): Promise<{ log: Buffer; first: number; second: number }> {
    const files = new MemoryFiles();
    const engine = new Engine(files, { log: SILENT });
    const group = () =>
      Promise.all(
        Array.from({ length: 6 }, () => append(engine, { events: [event({ data: PADDING })] })),
      );
    await append(engine);
    const first = engine.end;
    await group();
    const second = engine.end;
    await group();
    const log = Buffer.concat([files.read(LOG)!, Buffer.alloc(3000)]);
    return { log, first, second };
  }
  const PADDING = 'x'.repeat(400);

  /** The log without the sectors of the mask, counted from the one `from` is in. */
  function without(log: Buffer, from: number, mask: number): Buffer {
    const torn = Buffer.from(log);
    for (let sector = 0; sector < 7; sector++) {
      if ((mask & (1 << sector)) === 0) continue;
      const start = from - (from % 512) + 512 * sector;
      torn.fill(0, Math.max(from, start), start + 512);
    }
    return torn;
  }

  it('keeps what came before it, whichever sectors are missing', async () => {
    const { log, second } = await twoGroups();
    for (let mask = 1; mask < 128; mask++) {
      const files = withLog(without(log, second, mask));
      const engine = new Engine(files, { log: SILENT });
      expect(engine.end).toBeGreaterThanOrEqual(second);
      expect(engine.index.count).toBeGreaterThanOrEqual(7);
      expect(engine.index.count).toBeLessThan(13);
      await append(engine);
      await engine.close();
      expect(read(files)).toHaveLength(engine.index.count);
    }
  });

  it('is damaged when sectors of an earlier group are missing', async () => {
    const { log, first } = await twoGroups();
    for (let mask = 1; mask < 32; mask++) {
      expect(() => read(withLog(without(log, first, mask)))).toThrow(DamagedLog);
    }
  });
});

describe('a log to which a server writes', () => {
  it('is whole for whoever only reads it, as far as it came', async () => {
    const log = (await written()).read(LOG)!;
    // Each read finds more of the last write: its first bytes come first.
    for (let step = 1; step < 200; step += 7) {
      let there = lastFrameAt(log);
      const files = withLog(Buffer.concat([log, Buffer.alloc(1000)]));
      const file = files.open(LOG);
      const read = (target: Buffer, position: number, length: number): number => {
        const done = file.read(target, position, length);
        target.subarray(0, done).fill(0, Math.min(done, Math.max(0, there - position)));
        if (length > SEGMENT_HEADER_BYTES) there += step;
        return done;
      };
      files.open = () => Object.assign(Object.create(file) as LogFile, { read });
      const { index } = recover(files, { log: SILENT, readOnly: true });
      expect([3, 6]).toContain(index.count);
    }
  });
});

describe('segments', () => {
  it('may end with zeros a crash kept from being cut, and not with zeros for events', async () => {
    const files = new MemoryFiles();
    const engine = new Engine(files, { log: SILENT, segmentBytes: 1000, keepsSnapshots: false });
    for (let at = 0; at < 30; at++) await append(engine);
    await engine.close();
    const whole = read(files);
    const sealed = files.open(LOG);
    const end = sealed.size();
    sealed.write(Buffer.alloc(700), end);
    expect(read(files)).toEqual(whole);
    const last = lastFrameAt(files.read(LOG)!);
    sealed.write(Buffer.alloc(end - last), last);
    expect(() => read(files)).toThrow(DamagedLog);
  });

  it('are refused when one is missing between them', async () => {
    const files = new MemoryFiles();
    const engine = new Engine(files, { log: SILENT, segmentBytes: 1000 });
    for (let at = 0; at < 30; at++) await append(engine);
    await engine.close();
    const [, second] = files.names().filter((name) => name.endsWith('.log'));
    files.remove(second!);
    expect(() => read(files)).toThrow('is missing before it');
  });
});

/** A closed log of 20 events with a snapshot of its index at its end. */
async function saved(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const engine = new Engine(files, { log: SILENT, snapshotBytes: 1 });
  for (let at = 0; at < 20; at++) await append(engine, { stream: `s${at % 3}` });
  await engine.close();
  expect(files.read(INDEX)).toBeDefined();
  return files;
}

describe('a snapshot of the index', () => {
  it('gives what a scan gives', async () => {
    const files = await saved();
    const fast = read(files);
    files.remove(INDEX);
    expect(read(files)).toEqual(fast);
  });

  it('spares the scan of what it covers', async () => {
    const files = await saved();
    const log = files.read(LOG)!;
    log[log.indexOf('{"n":1}')]! ^= 1;
    expect(new Engine(files, { log: SILENT }).index.count).toBe(20);
  });

  it('is not believed with any byte wrong', async () => {
    const files = await saved();
    const whole = read(files);
    const snapshot = Buffer.from(files.read(INDEX)!);
    for (let at = 0; at < snapshot.length; at++) {
      const bad = Buffer.from(snapshot);
      bad[at]! ^= 0x10;
      await files.replace(INDEX, [bad]);
      expect(read(files)).toEqual(whole);
    }
  });

  it('is not believed beyond the end of the log', async () => {
    const files = await saved();
    const log = files.read(LOG)!;
    files.open(LOG).truncate(log.length - 1);
    expect(read(files)).toHaveLength(19);
    expect(files.open(LOG).size()).toBe(lastFrameAt(log));
    expect(read(files)).toHaveLength(19);
  });

  it('is not believed about another log', async () => {
    const files = await saved();
    const other = await saved();
    await other.replace(INDEX, [files.read(INDEX)!]);
    const log = other.read(LOG)!;
    log[log.indexOf('{"n":1}')]! ^= 1;
    expect(() => new Engine(other, { log: SILENT })).toThrow(DamagedLog);
  });

  it('is completed by a scan of what came after it', async () => {
    const files = await saved();
    const engine = new Engine(files, { log: SILENT });
    await append(engine, { stream: 'late' });
    await engine.close();
    expect(read(files).at(-1)).toBe('late@0');
  });
});
