import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyKeys } from './key-copies';

let folder: string;
let dataDir: string;
let to: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carnet-key-copies-'));
  [dataDir, to] = [join(folder, 'data'), join(folder, 'copies')];
  said = [];
  for (const each of ['contacts/p', 'contact-keys', 'bank-report-keys', 'events', 'prints']) {
    mkdirSync(join(dataDir, each), { recursive: true });
  }
  writeFileSync(join(dataDir, 'contacts/p/card.sealed'), 'card');
  writeFileSync(join(dataDir, 'contact-keys/p.sealed'), 'key');
  writeFileSync(join(dataDir, 'bank-report-keys/r.sealed'), 'key');
  writeFileSync(join(dataDir, 'key-ring.json'), 'ring');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copyAt = (at: string, target = to) =>
  copyKeys({ dataDir, to: target, now: new Date(at), say: (line) => said.push(line) });

const filesIn = (name: string) =>
  readdirSync(join(to, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name: file }) => file)
    .sort();

describe('a copy of the keys', () => {
  it('has contacts, their keys and those of reports, and nothing else', () => {
    copyAt('2026-03-02T09:00:00.500Z');
    expect(readdirSync(to)).toEqual(['2026-03-02T09-00-00Z']);
    expect(filesIn('2026-03-02T09-00-00Z')).toEqual(['card.sealed', 'p.sealed', 'r.sealed']);
  });

  it('is deleted by the first that is made more than thirty days later', () => {
    copyAt('2026-03-01T09:00:00.000Z');
    copyAt('2026-03-31T09:00:00.000Z');
    expect(readdirSync(to)).toHaveLength(2);
    copyAt('2026-03-31T09:00:01.000Z');
    expect(readdirSync(to)).toEqual(['2026-03-31T09-00-00Z', '2026-03-31T09-00-01Z']);
    expect(said.at(-1)).toBe('1 copies older than 30 days deleted');
  });

  it('leaves alone what is no copy, and takes away what a killed one left', () => {
    mkdirSync(join(to, 'draft-1'), { recursive: true });
    mkdirSync(join(to, '2020-01-01'));
    writeFileSync(join(to, 'notes.txt'), '');
    copyAt('2026-03-01T09:00:00.000Z');
    expect(readdirSync(to)).toEqual(['2020-01-01', '2026-03-01T09-00-00Z', 'notes.txt']);
  });

  it('is never over another, nor among the data', () => {
    copyAt('2026-03-01T09:00:00.000Z');
    expect(() => copyAt('2026-03-01T09:00:00.000Z')).toThrow('exists');
    expect(() => copyAt('2026-03-01T09:00:00.000Z', join(dataDir, 'k'))).toThrow('in DATA_DIR');
    expect(existsSync(join(dataDir, 'k'))).toBe(false);
  });

  it('is made where nobody has contacts yet', () => {
    for (const each of ['contacts', 'contact-keys', 'bank-report-keys']) {
      rmSync(join(dataDir, each), { recursive: true });
    }
    copyAt('2026-03-01T09:00:00.000Z');
    expect(said).toEqual([`0 keys and contacts, in ${join(to, '2026-03-01T09-00-00Z')}`]);
  });
});
