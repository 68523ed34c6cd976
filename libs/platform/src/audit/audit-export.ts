import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Day, type Instant, instantOf } from '@app/kernel';
import type { Clock } from '../clock/clock';
import { canonicalJson } from '../event-store/command-ids';
import type { EventStore, Position } from '../event-store/event-store';
import type { AuditKeys } from './audit-keys';
import { AUDIT_TRAIL_STREAM, type DayAnchored } from './audit-trail';
import { Chain, logSeed } from './chain';
import { changeRecordOf, isOfTrail } from './change-records';
import { positionOf, rootIn } from './day-anchors';
import { type DayRoot, fileTextOf, rootOf } from './day-roots';
import { RefusalFiles } from './refusal-files';

/**
 * An export is a folder: `head.json`, `keys.json`, and for each day `days/D.json`, `log/D.jsonl` and, where
 * the day had refusals that are still kept, `refusals/D.jsonl`. All JSON is canonical (RFC 8785).
 */
export type ExportHead = Readonly<{
  statement: Readonly<{
    format: 'carnet-audit-export/1';
    madeAt: Instant;
    firstDay: Day;
    /** So that an export whose end is cut shows. */
    lastDay: Day;
    lastRoot: string;
    /** Days before it have no refusal log any more; null where none has. */
    refusalsFrom: Day | null;
    /** SHA-256 of the canonical JSON of `keys.json`. */
    keysSha256: string;
    key: string;
  }>;
  signature: string;
}>;

export type ExportOptions = Readonly<{
  store: EventStore;
  keys: AuditKeys;
  clock: Clock;
  /** `DATA_DIR/audit`. */
  folder: string;
  /** Made; must be empty. */
  to: string;
}>;

export type Exported = Readonly<{ days: number; records: number; lastDay: Day; lastRoot: string }>;

/** Writes all anchored days. @throws where nothing is anchored yet or the folder is not empty. */
export async function exportTrail(options: ExportOptions): Promise<Exported> {
  const { store, keys, clock, to } = options;
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0) throw new Error(`${to} is not empty`);
  for (const each of ['days', 'log', 'refusals']) await mkdir(join(to, each));
  const refusals = new RefusalFiles(options.folder);
  const kept = await refusals.days();
  let [first, last, after]: [DayRoot?, DayRoot?, Position?] = [];
  let [days, records] = [0, 0];
  for await (const event of store.readStream(AUDIT_TRAIL_STREAM)) {
    last = rootIn(event as unknown as DayAnchored);
    first ??= last;
    const { day, log } = last.statement;
    await writeFile(join(to, 'days', `${day}.json`), fileTextOf(last));
    const upTo = log.through === null ? undefined : await positionOf(store, log.through);
    await writeLines(join(to, 'log', `${day}.jsonl`), {
      ...{ seed: logSeed(day), texts: changesBetween(store, after, upTo) },
    });
    if (kept.includes(day)) {
      await copyFile(refusals.pathOf(day), join(to, 'refusals', `${day}.jsonl`));
    }
    [after, days, records] = [upTo, days + 1, records + log.count];
  }
  if (first === undefined || last === undefined) throw new Error('no day is anchored yet');
  await writeFile(join(to, 'keys.json'), fileTextOf(keys.publicKeys));
  const { statement, root: lastRoot } = last;
  const head: ExportHead['statement'] = {
    ...{ format: 'carnet-audit-export/1', madeAt: instantOf(clock.now()) },
    ...{ firstDay: first.statement.day, lastDay: statement.day, lastRoot },
    ...{ refusalsFrom: kept[0] ?? null, keysSha256: rootOf(keys.publicKeys), key: keys.current },
  };
  const text = fileTextOf({ statement: head, signature: keys.sign(head) });
  await writeFile(join(to, 'head.json'), text);
  return { days, records, lastDay: statement.day, lastRoot };
}

/** The canonical records of one stretch of the log; nothing where it ends before its beginning. */
export async function* changesBetween(
  store: EventStore,
  after: Position | undefined,
  upTo: Position | undefined,
): AsyncGenerator<string> {
  if (upTo === undefined || (after !== undefined && after >= upTo)) return;
  for await (const event of store.readAll(after === undefined ? { upTo } : { after, upTo })) {
    if (isOfTrail(event)) yield canonicalJson(changeRecordOf(event));
  }
}

async function writeLines(
  path: string,
  { seed, texts }: Readonly<{ seed: string; texts: AsyncIterable<string> }>,
): Promise<void> {
  const chain = new Chain(seed);
  const lines = async function* (): AsyncGenerator<string> {
    for await (const text of texts) yield chain.line(text);
  };
  await pipeline(Readable.from(lines()), createWriteStream(path, { mode: 0o600 }));
}
