import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { AuditWorld } from '../testing/audit-world';
import { Chain, logSeed, refusalsSeed } from './chain';
import { fileTextOf, rootOf, type DayRoot } from './day-roots';

/** Tries per kind of tampering; `AUDIT_TAMPERINGS=1000` for the long form. */
const TRIES = Number(process.env['AUDIT_TAMPERINGS'] ?? 60);
const SEED = Number(process.env['AUDIT_SEED'] ?? 20_261_122);

const world = new AuditWorld();
let whole: string;

beforeAll(async () => {
  for (const [changes, refusals] of [
    [5, 4],
    [3, 0],
    [0, 0],
    [6, 7],
    [2, 3],
  ] as const) {
    await world.passDay(changes, refusals);
  }
  await world.anchors().anchorDue();
  whole = (await world.export()).to;
});

afterAll(() => world.close());

it('finds nothing in an export as it was made', async () => {
  expect(await world.verifyExport(whole)).toEqual([]);
});

it.each(['head.json', 'keys.json', 'days/2026-03-03.json'])(
  'finds a byte of %s that means nothing',
  async (file) => {
    const dir = join(world.root, 'meaningless');
    cpSync(whole, dir, { recursive: true });
    writeFileSync(join(dir, file), readFileSync(join(dir, file), 'utf8').replace('\n', ' '));
    const [first] = await world.verifyExport(dir);
    expect(first).toEqual({ where: file, what: 'it is not written as it was exported' });
    rmSync(dir, { recursive: true });
  },
);

type Tamper = (dir: string, draw: (below: number) => number) => string;

const KINDS: Readonly<Record<string, Tamper>> = {
  'one byte of a file': (dir, draw) => {
    const file = pick(
      filesOf(dir).filter((each) => statSync(join(dir, each)).size > 0),
      draw,
    );
    const bytes = readFileSync(join(dir, file));
    const at = draw(bytes.length);
    const was = bytes[at] ?? 0;
    bytes[at] = was ^ (1 + draw(255));
    writeFileSync(join(dir, file), bytes);
    return `${file} byte ${at}`;
  },
  'one record, taken out': (dir, draw) => {
    const file = pick(recordFilesOf(dir), draw);
    const lines = linesIn(dir, file);
    const at = draw(lines.length);
    writeLines(dir, file, lines.toSpliced(at, 1));
    return `${file} without record ${at + 1}`;
  },
  'one record, changed and all hashes of its file made anew': (dir, draw) => {
    const file = pick(recordFilesOf(dir), draw);
    const lines = linesIn(dir, file);
    const at = draw(lines.length);
    const line = lines[at] ?? '';
    // A digit of the record itself, behind its hash.
    const text = line.slice(65).replace(/[1-9]/, (digit) => String(Number(digit) - 1));
    const changed = lines.toSpliced(at, 1, `${line.slice(0, 65)}${text}`);
    writeLines(dir, file, rechained(file, changed));
    return `${file} record ${at + 1}`;
  },
  'the order of two records': (dir, draw) => {
    const file = pick(
      recordFilesOf(dir).filter((each) => linesIn(dir, each).length > 1),
      draw,
    );
    const lines = linesIn(dir, file);
    const at = draw(lines.length - 1);
    const [one = '', other = ''] = lines.slice(at, at + 2);
    const swapped = lines.toSpliced(at, 2, other, one);
    const isRechained = draw(2) === 1;
    writeLines(dir, file, isRechained ? rechained(file, swapped) : swapped);
    return `${file} records ${at + 1} and ${at + 2}${isRechained ? ', rechained' : ''}`;
  },
  'the order of two days': (dir, draw) => {
    const days = readdirSync(join(dir, 'days')).sort();
    const at = draw(days.length - 1);
    const [one = '', other = ''] = days.slice(at, at + 2).map((each) => join(dir, 'days', each));
    const [first, second] = [readFileSync(one), readFileSync(other)];
    writeFileSync(one, second);
    writeFileSync(other, first);
    return `${days[at]} and the next`;
  },
  'the tail of a file': (dir, draw) => {
    const file = pick(
      filesOf(dir).filter((each) => statSync(join(dir, each)).size > 0),
      draw,
    );
    const size = draw(statSync(join(dir, file)).size);
    truncateSync(join(dir, file), size);
    return `${file} cut to ${size}`;
  },
  'the last days, whole': (dir, draw) => {
    const days = readdirSync(join(dir, 'days')).sort();
    const left = 1 + draw(days.length - 1);
    const gone = days.slice(left).map((each) => each.replace('.json', ''));
    for (const file of filesOf(dir)) {
      if (gone.some((day) => file.includes(day))) rmSync(join(dir, file));
    }
    return `days after ${days[left - 1]}`;
  },
  'a day in the middle, with every hash after it made anew': (dir, draw) => {
    const days = readdirSync(join(dir, 'days')).sort();
    const file = pick(recordFilesOf(dir), draw);
    const changed = linesIn(dir, file).slice(0, -1);
    writeLines(dir, file, rechained(file, changed));
    reroot(dir, days);
    return `${file} and all roots after it`;
  },
};

it.each(Object.entries(KINDS))('%s, is found every time', async (kind, tamper) => {
  const dir = join(world.root, 'tampered');
  const missed: string[] = [];
  for (let each = 0; each < TRIES; each += 1) {
    rmSync(dir, { recursive: true, force: true });
    cpSync(whole, dir, { recursive: true });
    const what = tamper(dir, chance(`${SEED}/${kind}/${each}`));
    const found = await world.verifyExport(dir);
    if (found.length === 0 || found.some(({ where }) => where === '')) missed.push(what);
  }
  expect(missed).toEqual([]);
});

/** Numbers below a bound, the same for one seed. */
function chance(seed: string): (below: number) => number {
  let drawn = 0;
  return (below) => {
    const bytes = createHash('sha256').update(`${seed}/${drawn++}`).digest();
    return bytes.readUInt32BE() % below;
  };
}

const pick = (from: readonly string[], draw: (below: number) => number): string =>
  from[draw(from.length)] ?? '';

const filesOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)))
    .sort();

const recordFilesOf = (dir: string): string[] =>
  filesOf(dir).filter((file) => file.endsWith('.jsonl') && linesIn(dir, file).length > 0);

const linesIn = (dir: string, file: string): string[] =>
  readFileSync(join(dir, file), 'utf8').split('\n').slice(0, -1);

const writeLines = (dir: string, file: string, lines: readonly string[]): void =>
  writeFileSync(join(dir, file), lines.map((line) => `${line}\n`).join(''));

function rechained(file: string, lines: readonly string[]): string[] {
  const chain = chainOf(file);
  return lines.map((line) => chain.line(line.slice(65)).slice(0, -1));
}

function chainOf(file: string): Chain {
  const day = file.replace(/^.*\/|\.jsonl$/g, '');
  return new Chain(file.startsWith('log') ? logSeed(day) : refusalsSeed(day));
}

/** As somebody without the key would: all that hashes is right, and only the signatures are not. */
function reroot(dir: string, days: readonly string[]): void {
  let previousRoot: string | null = null;
  for (const name of days) {
    const path = join(dir, 'days', name);
    const { statement, signature } = JSON.parse(readFileSync(path, 'utf8')) as DayRoot;
    const day = statement.day;
    const made: DayRoot['statement'] = {
      ...statement,
      previousRoot,
      log: { ...statement.log, ...sumsOf(dir, `log/${day}.jsonl`) },
      refusals: sumsOf(dir, `refusals/${day}.jsonl`),
    };
    previousRoot = rootOf(made);
    writeFileSync(path, fileTextOf({ statement: made, root: previousRoot, signature }));
  }
}

function sumsOf(dir: string, file: string): { count: number; head: string } {
  const chain = chainOf(file);
  if (existsSync(join(dir, file))) for (const line of linesIn(dir, file)) chain.add(line.slice(65));
  return { count: chain.count, head: chain.head };
}
