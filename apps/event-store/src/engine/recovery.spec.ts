import { append, contents, event } from './append.examples';
import { Engine } from './engine';
import { MemoryFiles } from './files';
import { type NewRecord, frameBytes, writeFrame } from './frame';
import { type Log, SILENT } from './logger';
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

  it.each([1, 15, 16, 512, 5000])('drops %d zeros after the last frame', async (zeros) => {
    const log = (await written()).read(LOG)!;
    expect(read(withLog(Buffer.concat([log, Buffer.alloc(zeros)])))).toEqual(WHOLE);
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

describe('segments', () => {
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
