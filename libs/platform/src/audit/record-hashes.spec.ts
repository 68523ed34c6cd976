import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFirstDifference, RecordHashes } from './record-hashes';

const DAY = '2026-03-02';
const folder = mkdtempSync(join(tmpdir(), 'carnet-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Records by their letters; a capital is the same record with something else in it. */
const textsOf = (letters: string): string[] =>
  [...letters].map((letter) => {
    const streamName = letter.toLowerCase();
    return JSON.stringify({ streamName, revision: 0, type: 'T', id: `id-${letter}` });
  });

async function* given(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

/** What is told of a log that was `anchored` and is `now`. */
async function told(anchored: string, now: string): Promise<string | undefined> {
  const hashes = new RecordHashes();
  for (const text of textsOf(anchored)) hashes.add(text);
  await hashes.write(folder, DAY);
  return findFirstDifference({ folder, day: DAY, count: anchored.length }, given(textsOf(now)));
}

describe('the first record that differs', () => {
  it.each([
    ['abcd', 'abcd', undefined],
    ['abcd', 'Abcd', 'record 1 of 4: a@0 (T, event id-A) is changed'],
    ['abcd', 'abCd', 'record 3 of 4: c@0 (T, event id-C) is changed'],
    ['abcd', 'abcD', 'record 4 of 4: d@0 (T, event id-D) is changed'],
    ['abcd', 'acbd', 'record 2 of 4: c@0 (T, event id-c) is moved'],
    ['abcd', 'abdc', 'record 3 of 4: d@0 (T, event id-d) is moved'],
    ['abcd', 'abxcd', 'record 3 of 4: x@0 (T, event id-x) is added'],
    ['abcd', 'xabcd', 'record 1 of 4: x@0 (T, event id-x) is added'],
    ['abcd', 'abcdx', 'record 5 of 4: x@0 (T, event id-x) is added'],
    ['abcd', 'acd', 'record 2 of 4 is taken out, which stood before c@0 (T, event id-c)'],
    ['abcd', 'abd', 'record 3 of 4 is taken out, which stood before d@0 (T, event id-d)'],
    ['abcd', 'abc', 'record 4 of 4 is taken out, after all that are there'],
    ['abcd', '', 'record 1 of 4 is taken out, after all that are there'],
    ['abcd', 'abXY', 'record 3 of 4: x@0 (T, event id-X) is not what was there'],
    // By hashes alone another record in its place is the same one, changed.
    ['abcd', 'adcb', 'record 2 of 4: d@0 (T, event id-d) is changed'],
    ['', 'x', 'record 1 of 0: x@0 (T, event id-x) is added'],
  ])('of %s, which is %s now', async (anchored, now, what) => {
    expect(await told(anchored, now)).toBe(what);
  });

  it('is not told by hashes that are of another count, or gone', async () => {
    await told('abcd', 'abcd');
    const now = () => given(textsOf('Abcd'));
    expect(await findFirstDifference({ folder, day: DAY, count: 3 }, now())).toBeUndefined();
    const other = { folder, day: '2026-03-03', count: 4 };
    expect(await findFirstDifference(other, now())).toBeUndefined();
    expect(readdirSync(join(folder, 'records'))).toEqual([DAY]);
  });
});
