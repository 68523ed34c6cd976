import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isDay, type Day } from '@app/kernel';
import { canonicalJson } from '../event-store/command-ids';
import type { Randomness } from '../ids/randomness';
import { Chain, linesOf, readChained, refusalsSeed } from './chain';
import type { RefusalRecord, Segment } from './refusal-records';

export const openFolderOf = (folder: string): string => join(folder, 'refusals', 'open');
const sealedFolderOf = (folder: string): string => join(folder, 'refusals');

/** One program's file of one day: `2026-11-22_034501789_1f2e3d4c.jsonl`. */
export function segmentNameOf(day: Day, now: Date, randomness: Randomness): string {
  const time = now.toISOString().slice(11, 23).replaceAll(/[:.]/g, '');
  return `${day}_${time}_${Buffer.from(randomness.bytes(4)).toString('hex')}.jsonl`;
}

export const segmentSeed = (name: string): string => `carnet/audit/v1/segment/${name}`;

export type SealedDay = Readonly<{ count: number; head: string }>;

/**
 * The refusal log on disk, `DATA_DIR/audit/refusals`: what programs write today is in `open/`, one file
 * each; a day that is over is one file, whose hash is in the day's root.
 */
export class RefusalFiles {
  readonly #open: string;
  readonly #sealed: string;

  /** @param folder `DATA_DIR/audit`. */
  constructor(folder: string) {
    this.#open = openFolderOf(folder);
    this.#sealed = sealedFolderOf(folder);
  }

  /**
   * Puts all that was written on a day, and what came late for earlier ones, into the day's file: once,
   * since a file that is there is never replaced. Nothing was written: no file.
   * @throws where the day's file is there and damaged.
   */
  async seal(day: Day): Promise<SealedDay> {
    await mkdir(this.#sealed, { recursive: true, mode: 0o700 });
    if (!(await exists(this.pathOf(day)))) await this.#makeSealed(day);
    const chain = new Chain(refusalsSeed(day));
    for await (const read of this.read(day, chain)) {
      if ('broken' in read) throw new Error(`the refusal log of ${day}: ${read.broken}`);
    }
    return { count: chain.count, head: chain.head };
  }

  /** Removes what the day's file holds; call it when the day's root is recorded, and any time after. */
  async dropSealed(day: Day): Promise<void> {
    for await (const read of this.read(day)) {
      if ('broken' in read) return;
      const { kind, name } = read.record as Segment;
      if (kind === 'segment') await rm(join(this.#open, name), { force: true });
    }
  }

  /** Removes the files of days before this one, and drafts of them that a killed worker left. */
  async dropBefore(day: Day): Promise<void> {
    const names = await readdir(this.#sealed).catch(() => []);
    for (const name of names.filter((each) => DAY_FILE.test(each) && each.slice(0, 10) < day)) {
      await rm(join(this.#sealed, name), { force: true });
    }
  }

  /** Those that have a file, in order. */
  async days(): Promise<readonly Day[]> {
    const names = await readdir(this.#sealed).catch(() => []);
    const days = names.map((name) => name.replace(/\.jsonl$/, ''));
    return days.filter((day) => isDay(day)).sort();
  }

  /** The day's records, each held to the chain; nothing where there is no file. */
  async *read(
    day: Day,
    chain = new Chain(refusalsSeed(day)),
  ): AsyncGenerator<Readonly<{ record: RefusalRecord } | { broken: string }>> {
    if (!(await exists(this.pathOf(day)))) return;
    const chunks = createReadStream(this.pathOf(day)) as AsyncIterable<Buffer>;
    yield* readChained(chunks, chain) as AsyncGenerator<{ record: RefusalRecord }>;
  }

  pathOf(day: Day): string {
    return join(this.#sealed, `${day}.jsonl`);
  }

  async #makeSealed(day: Day): Promise<void> {
    const names = await this.#segmentsUntil(day);
    if (names.length === 0) return;
    // Its own: who opened the draft of another would empty what that one has linked.
    const draft = `${this.pathOf(day)}.${randomUUID()}.draft`;
    const file = await open(draft, 'wx', 0o600);
    try {
      const chain = new Chain(refusalsSeed(day));
      for (const name of names) await this.#copySegment(name, file, chain);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link never replaces what another worker sealed meanwhile.
    await link(draft, this.pathOf(day)).catch((error: unknown) => {
      if (!isErrorOf(error, 'EEXIST')) throw error;
    });
    await rm(draft, { force: true });
  }

  /** What an anchored day holds already is not told again. */
  async #segmentsUntil(day: Day): Promise<readonly string[]> {
    const names = await readdir(this.#open).catch(() => []);
    const due = names.filter((name) => SEGMENT.test(name) && name.slice(0, 10) <= day).sort();
    const known = new Set<string>();
    const oldest = due[0]?.slice(0, 10) ?? day;
    for (const sealed of await this.days()) {
      if (sealed < oldest || sealed === day) continue;
      for await (const read of this.read(sealed)) {
        if ('record' in read && read.record.kind === 'segment') known.add(read.record.name);
      }
    }
    return due.filter((name) => !known.has(name));
  }

  async #copySegment(name: string, file: FileHandle, chain: Chain): Promise<void> {
    const path = join(this.#open, name);
    const own = new Chain(segmentSeed(name));
    const texts: string[] = [];
    let bytes = 0;
    for await (const line of linesOf(createReadStream(path) as AsyncIterable<Buffer>)) {
      const text = line.bytes.subarray(65);
      const told = line.bytes.subarray(0, 65).toString('latin1');
      if (!line.whole || told !== `${own.add(text)} `) break;
      texts.push(text.toString('utf8'));
      bytes += line.bytes.length + 1;
    }
    const unreadBytes = (await stat(path)).size - bytes;
    const segment: Segment = { kind: 'segment', name, records: texts.length, unreadBytes };
    await file.appendFile(chain.line(canonicalJson(segment)));
    for (const text of texts) await file.appendFile(chain.line(text));
  }
}

const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl(\.[\da-f-]{36}\.draft)?$/;
const SEGMENT = /^\d{4}-\d{2}-\d{2}_\d{9}_[0-9a-f]{8}\.jsonl$/;

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (isErrorOf(error, 'ENOENT')) return false;
      throw error;
    },
  );

const isErrorOf = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
