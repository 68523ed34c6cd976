import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '@app/kernel';
import type { ChangeRecord } from './change-records';

const BYTES = 16;

/**
 * The first 16 bytes of each record's SHA-256, in the order of a day: `DATA_DIR/audit/records/{day}`.
 * They prove nothing, the day's root does that; where the log is not what the root says, they tell which
 * record it is. A day without them is only told to differ.
 */
export class RecordHashes {
  readonly #parts: Buffer[] = [];

  /** @param text The record's canonical JSON. */
  add(text: string): void {
    this.#parts.push(hashOfRecord(text));
  }

  /** In place of what was there; a half is never under its name. */
  async write(folder: string, day: Day): Promise<void> {
    const path = pathOf(folder, day);
    await mkdir(join(folder, 'records'), { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}.draft`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(Buffer.concat(this.#parts));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  }
}

/**
 * The first record of a day that is not as it was anchored, and what became of it, in words: it was
 * changed, added, taken out or moved. Undefined where nobody kept the day's hashes, or they are no help.
 * @param count Of the records that were anchored.
 */
export async function findFirstDifference(
  { folder, day, count }: Readonly<{ folder: string; day: Day; count: number }>,
  texts: AsyncIterable<string>,
): Promise<string | undefined> {
  const kept = await readFile(pathOf(folder, day)).catch(() => undefined);
  if (kept?.length !== count * BYTES) return undefined;
  const before = (at: number): Buffer => kept.subarray(at * BYTES, (at + 1) * BYTES);
  const now = texts[Symbol.asyncIterator]();
  for (let at = 0; ; at += 1) {
    const found = await now.next();
    if (found.done === true) {
      return at < count
        ? `record ${at + 1} of ${count} is taken out, after all that are there`
        : undefined;
    }
    if (at < count && hashOfRecord(found.value).equals(before(at))) continue;
    const next = await now.next();
    const second = next.done === true ? undefined : hashOfRecord(next.value);
    const what = becameOf([before(at), before(at + 1)], [hashOfRecord(found.value), second]);
    const named = nameOf(found.value);
    const place = `record ${at + 1} of ${count}`;
    if (what === 'taken out') return `${place} is taken out, which stood before ${named}`;
    return `${place}: ${named} ${what}`;
  }
}

type Become = 'is added' | 'is changed' | 'is moved' | 'taken out' | 'is not what was there';

/** By the two records that were at that place, and the two that are. */
function becameOf(
  [first, second]: readonly [Buffer, Buffer],
  [firstNow, secondNow]: readonly [Buffer, Buffer | undefined],
): Become {
  // Past the end there was nothing, and so nothing is equal to it.
  const same = (was: Buffer, is: Buffer | undefined): boolean =>
    was.length > 0 ? is?.equals(was) === true : is === undefined;
  const [isMovedDown, isMovedUp] = [same(second, firstNow), same(first, secondNow)];
  if (isMovedDown && isMovedUp) return 'is moved';
  if (isMovedDown) return 'taken out';
  if (isMovedUp) return 'is added';
  return same(second, secondNow) ? 'is changed' : 'is not what was there';
}

function nameOf(text: string): string {
  const { streamName, revision, type, id } = JSON.parse(text) as ChangeRecord;
  return `${streamName}@${revision} (${type}, event ${id})`;
}

const hashOfRecord = (text: string): Buffer => hash('sha256', text, 'buffer').subarray(0, BYTES);

const pathOf = (folder: string, day: Day): string => join(folder, 'records', day);
