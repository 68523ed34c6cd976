import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY, type AppendOutcome, NO_STREAM } from './append';
import { append, contents, event } from './append.examples';
import { Engine, type EngineOptions } from './engine';
import { DiskFiles, type LogFiles, MemoryFiles } from './files';
import { SILENT } from './logger';
import { baseOf, segmentName, segmentNames } from './segment';

const directory = mkdtempSync(join(tmpdir(), 'event-store-'));
afterAll(() => rmSync(directory, { recursive: true }));
let directories = 0;

const FORMS: readonly [string, () => LogFiles][] = [
  ['in memory', () => new MemoryFiles()],
  ['on disk', () => new DiskFiles(join(directory, String(directories++)))],
];

function open(files: LogFiles, options: Partial<EngineOptions> = {}): Engine {
  return new Engine(files, { log: SILENT, ...options });
}

describe.each(FORMS)('the engine %s', (_, makeFiles) => {
  it('numbers the events of each stream without a gap', async () => {
    const engine = open(makeFiles());
    await append(engine, { stream: 'a', events: [event(), event()], expected: NO_STREAM });
    await append(engine, { stream: 'b' });
    expect(await append(engine, { stream: 'a', expected: 1 })).toMatchObject({ revision: 2 });
    expect(contents(engine)).toEqual(['a@0', 'a@1', 'b@0', 'a@2']);
    await engine.close();
  });

  it('gives one of many writers at a revision the right of way', async () => {
    const engine = open(makeFiles());
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => append(engine, { expected: NO_STREAM })),
    );
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'written')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'wrong-version')).toHaveLength(49);
    await engine.close();
  });

  it('answers a repeat in the same group with the original result', async () => {
    const engine = open(makeFiles());
    const events = [event(), event()];
    const [once, again, any] = await Promise.all([
      append(engine, { events, expected: NO_STREAM }),
      append(engine, { events, expected: NO_STREAM }),
      append(engine, { events, expected: ANY }),
    ]);
    expect(once).toMatchObject({ kind: 'written', revision: 1 });
    expect([again, any]).toEqual([once, once]);
    expect(contents(engine)).toHaveLength(2);
    await engine.close();
  });

  it('knows after a restart what was appended, deleted and repeated', async () => {
    const files = makeFiles();
    const events = [event()];
    const before = open(files);
    const original = await append(before, { stream: 'kept', events });
    await append(before, { stream: 'deleted' });
    await append(before, { stream: 'deleted', kind: 'delete' });
    await append(before, { stream: 'gone', kind: 'tombstone' });
    const log = contents(before);
    await before.close();

    const after = open(files);
    expect(contents(after)).toEqual(log);
    expect(await append(after, { stream: 'kept', events })).toEqual(original);
    const revived = await append(after, { stream: 'deleted', expected: NO_STREAM });
    expect(revived).toMatchObject({ kind: 'written', revision: 1 });
    expect(await append(after, { stream: 'gone' })).toEqual({ kind: 'stream-deleted' });
    await after.close();
  });

  it('finds any revision of a long stream across segments', async () => {
    const files = makeFiles();
    const engine = open(files, { segmentBytes: 10_000 });
    for (let at = 0; at < 60; at++) {
      const events = Array.from({ length: 10 }, (_, n) => event({ data: String(10 * at + n) }));
      await append(engine, { expected: 10 * at - 1, events });
    }
    expect(engine.segmentCount).toBeGreaterThan(3);
    const found = [0, 255, 256, 257, 511, 512, 598, 599].map((revision) => {
      return engine.record(engine.index.sequenceOf(0, revision)).data.toString();
    });
    expect(found).toEqual(['0', '255', '256', '257', '511', '512', '598', '599']);
    await engine.close();
  });

  it('reserves room at the end of the last segment alone, and goes on in it', async () => {
    const files = makeFiles();
    for (let run = 0; run < 3; run++) {
      const engine = open(files, { segmentBytes: 2_000 });
      expect(engine.index.count).toBe(30 * run);
      for (let at = 0; at < 30; at++) await append(engine);
      const { end } = engine;
      await engine.close();
      const bases = segmentNames(files.names()).map(baseOf);
      expect(bases.length).toBeGreaterThan(run + 1);
      for (const [at, base] of bases.entries()) {
        const size = files.read(segmentName(base))!.length;
        const next = bases[at + 1];
        if (next !== undefined) expect(base + size).toBe(next);
        else expect(base + size > end).toBe(files instanceof DiskFiles);
      }
      expect(files.names().filter((name) => name.startsWith('cut-'))).toEqual([]);
    }
  });

  it('keeps the order of the log when the clock goes back', async () => {
    const files = makeFiles();
    let now = 1_800_000_000_000;
    const engine = open(files, { now: () => (now -= 86_400_000) });
    for (let at = 0; at < 5; at++) await append(engine, { expected: at - 1 });
    await engine.close();
    const again = open(files);
    expect(contents(again)).toEqual(['a@0', 'a@1', 'a@2', 'a@3', 'a@4']);
    expect(again.record(4).createdMs).toBeLessThan(again.record(0).createdMs);
    await again.close();
  });

  it('refuses appends once it is closing, and finishes those it took', async () => {
    const engine = open(makeFiles());
    const taken = append(engine);
    const closed = engine.close();
    const late = await append(engine);
    expect(await taken).toMatchObject({ kind: 'written' });
    expect(late).toMatchObject({ kind: 'unavailable' } satisfies Partial<AppendOutcome>);
    await closed;
  });
});
