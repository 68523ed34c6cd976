import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  counted,
  entries,
  recordedAt,
  sums,
  temporaryFolder,
} from '../testing/read-model-fixtures';
import { ReadModelBehind, ReadModelDamaged } from './errors';
import { ReadModel } from './read-model';
import { ReadStore } from './read-store';
import { ViewProgress } from './view-progress';

const folder = temporaryFolder();
let files = 0;

function open() {
  const path = join(folder, `${files++}.sqlite`);
  const model = new ReadModel(path, [sums(), entries]);
  model.views.forEach((view) => model.putLive(view));
  const reads = new ReadStore(path);
  const write = (at: number, key: string, cents = 1): void =>
    model.apply(model.views, [recordedAt(at, counted(key, cents))]);
  return { path, model, reads, write };
}

describe('reading', () => {
  it('sees each commit of the projector', () => {
    const { reads, write } = open();
    expect(reads.find(sums().table, 'a')).toBeUndefined();
    write(1, 'a');
    write(2, 'b', 5);
    expect(reads.find(sums().table, 'a')).toEqual({ key: 'a', sumCents: 1 });
    expect(reads.get('SELECT sum(sumCents) AS cents FROM sums')).toEqual({ cents: 6 });
    expect(reads.rows(entries.table.entries, 'WHERE key = ? ORDER BY position', 'b')).toEqual([
      { position: 2n, key: 'b', cents: 5 },
    ]);
  });

  it('answers several reads of one commit', () => {
    const { reads, write } = open();
    const seen = reads.snapshot(() => {
      const before = reads.all('SELECT * FROM sums').length;
      write(1, 'a');
      return [before, reads.snapshot(() => reads.all('SELECT * FROM sums').length)];
    });
    expect(seen).toEqual([0, 0]);
    expect(reads.all('SELECT * FROM sums')).toHaveLength(1);
  });

  it('streams rows of one commit without holding other reads back', () => {
    const { reads, write } = open();
    ['a', 'b', 'c'].forEach((key, index) => write(index + 1, key));
    const rows = reads.iterate<{ key: string }>('SELECT key FROM sums ORDER BY key');
    expect(rows.next().value).toEqual({ key: 'a' });
    write(4, 'd');
    expect(reads.all('SELECT * FROM sums')).toHaveLength(4);
    expect([...rows].map(({ key }) => key)).toEqual(['b', 'c']);
  });

  it('cannot write', () => {
    const { reads } = open();
    expect(() => reads.all('DELETE FROM sums')).toThrow(/readonly/);
  });

  it('keeps the number of statements bounded', () => {
    const { reads, write } = open();
    write(1, 'a');
    for (let i = 0; i < 1_200; i++) expect(reads.get(`SELECT ${i} AS i`)).toEqual({ i });
  });

  it.each([
    ['its file', (reads: ReadStore) => reads.all('SELECT 1')],
    ['its file, streamed', (reads: ReadStore) => [...reads.iterate('SELECT 1')]],
  ])('is told to ask again as long as there is not %s', (_what, read) => {
    const reads = new ReadStore(join(folder, 'absent.sqlite'));
    expect(() => read(reads)).toThrow(ReadModelBehind);
  });

  it('is told to ask again while a table or column is still being built', () => {
    const { reads } = open();
    expect(() => reads.all('SELECT * FROM to_come')).toThrow(ReadModelBehind);
    expect(() => reads.all('SELECT toCome FROM sums')).toThrow(ReadModelBehind);
    expect(() => reads.all('SELEC')).toThrow(/syntax error/);
  });

  it('is told of damage', () => {
    const path = join(folder, 'damaged.sqlite');
    writeFileSync(path, 'no database'.repeat(1_000));
    expect(() => new ReadStore(path).all('SELECT 1 FROM sums')).toThrow(ReadModelDamaged);
  });
});

describe('waiting for a position', () => {
  it('ends as soon as every view has passed it, idle views too', async () => {
    const { reads, model, write } = open();
    const progress = new ViewProgress(reads);
    expect(progress.positionOf(model.views.map((view) => view.projection))).toBeUndefined();
    const waiting = progress.waitFor(3n, [sums(), entries], 60_000);
    write(1, 'a');
    await sleep(10);
    model.apply(model.views.slice(0, 1), [], 5n);
    expect(progress.positionOf([sums()])).toBe(5n);
    expect(progress.positionOf([sums(), entries])).toBe(1n);
    model.apply(model.views, [], 5n);
    await waiting;
  });

  it('ends with a refusal when the views stay behind', async () => {
    const { reads, write } = open();
    write(1, 'a');
    const progress = new ViewProgress(reads);
    await progress.waitFor(1n, [sums()], 0);
    await expect(progress.waitFor(2n, [sums()], 20)).rejects.toThrow(ReadModelBehind);
    await expect(progress.waitFor(1n, [{ name: 'unknown' }], 0)).rejects.toThrow(ReadModelBehind);
    await progress.waitFor(9n, [], 0);
  });
});
