import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, type Day, diffDays, instantOf, parisDayOf } from '@app/kernel';
import type { Clock } from '../clock/clock';
import type { AggregateStore } from '../event-store/aggregate-store';
import { canonicalJson, hashOf, timerCommandId } from '../event-store/command-ids';
import type { EventStore, Position } from '../event-store/event-store';
import type { AuditKeys } from './audit-keys';
import { AUDIT_TRAIL_ID, AUDIT_TRAIL_STREAM, auditTrail, type DayAnchored } from './audit-trail';
import { Chain, logSeed } from './chain';
import { changeRecordOf, isOfTrail } from './change-records';
import { type DayRoot, type DayStatement, fileTextOf, rootOf, type Through } from './day-roots';
import { RecordHashes } from './record-hashes';
import { exists, RefusalFiles } from './refusal-files';

export type DayAnchorsOptions = Readonly<{
  store: EventStore;
  aggregates: AggregateStore;
  clock: Clock;
  /** Opened for each day, so that a rotation needs no restart. */
  openKeys: () => AuditKeys;
  /** `DATA_DIR/audit`. */
  folder: string;
  /** Refusal logs of days older than this are deleted; their hashes stay in the roots. */
  keepDays: number;
}>;

/** A day's last lines are on disk by then, whatever the disk did. */
const GRACE_MS = 15 * 60_000;

/**
 * Anchors the days that are over, one after the other: whatever was killed in between, the next one
 * does the same again, and the stream takes each day once.
 */
export class DayAnchors {
  readonly #refusals: RefusalFiles;

  constructor(private readonly options: DayAnchorsOptions) {
    this.#refusals = new RefusalFiles(options.folder);
  }

  /** Days that are over and have no root, in order: the first, and how many there are. */
  async findDue(): Promise<Readonly<{ first: Day; days: number }> | undefined> {
    const last = await this.#findLast();
    const first = last ? addDays(last.statement.day, 1) : await this.#findFirstDay();
    if (first === undefined) return undefined;
    const over = parisDayOf(new Date(this.options.clock.now().getTime() - GRACE_MS));
    const days = diffDays({ from: first, to: over });
    if (days > 0) return { first, days };
    // Recorded, and killed before it was written beside.
    const isWritten = last === undefined || (await exists(this.#pathOf(last)));
    return isWritten ? undefined : { first, days: 0 };
  }

  /** All that are due. */
  async anchorDue(): Promise<void> {
    let due = await this.findDue();
    let last = await this.#findLast();
    if (last) await this.#finish(last);
    for (; due !== undefined && due.days > 0; due = await this.findDue()) {
      last = await this.#findLast();
      await this.#anchor(due.first, last);
    }
  }

  async #anchor(day: Day, last: DayRoot | undefined): Promise<void> {
    const { clock, aggregates, openKeys } = this.options;
    const keys = openKeys();
    const statement: DayStatement = {
      format: 'carnet-audit/1',
      day,
      previousRoot: last?.root ?? null,
      log: await this.#readDay(day, last?.statement.log.through ?? null),
      refusals: await this.#refusals.seal(day),
      key: keys.current,
    };
    const root = { statement, root: rootOf(statement), signature: keys.sign(statement) };
    const commandId = timerCommandId({ process: 'audit', timer: 'anchor', dueOn: day });
    await aggregates.handle(
      auditTrail,
      AUDIT_TRAIL_ID,
      { type: 'AnchorDay', data: { ...root, anchoredAt: instantOf(clock.now()) } },
      {
        commandId,
        requestHash: hashOf(day),
        actor: { id: 'audit', partyId: 'operator', role: 'system' },
        correlationId: commandId,
        causationId: commandId,
      },
    );
    // Another worker's may have been first: what is recorded counts.
    const recorded = await this.#findLast();
    if (recorded?.statement.day === day) await this.#finish(recorded);
  }

  /** What follows from a recorded root: safe to do again. */
  async #finish(recorded: DayRoot): Promise<void> {
    const { clock, keepDays } = this.options;
    await this.#writeRoot(recorded);
    await this.#refusals.dropSealed(recorded.statement.day);
    await this.#refusals.dropBefore(addDays(clock.today(), -keepDays));
  }

  /**
   * The day's events: those after what earlier days cover, up to the first that the store's clock puts on a
   * later day. Clocks go back at times, and the log's order counts: an event that comes late by its
   * clock is of the day on which the log was.
   */
  async #readDay(day: Day, before: Through | null): Promise<DayStatement['log']> {
    const { store, clock, folder } = this.options;
    const chain = new Chain(logSeed(day));
    const hashes = new RecordHashes();
    const after = before === null ? undefined : await positionOf(store, before);
    const today = clock.today();
    let through = before;
    for await (const event of store.readAll(after === undefined ? {} : { after })) {
      const on = parisDayOf(event.recordedAt);
      // A store whose clock was far ahead for a while must not end a day before its time.
      if (on > day && on <= today) break;
      if (!isOfTrail(event)) continue;
      const text = canonicalJson(changeRecordOf(event));
      chain.add(text);
      hashes.add(text);
      const { streamName, revision, id } = event;
      through = { streamName, revision, id };
    }
    await hashes.write(folder, day);
    return { count: chain.count, head: chain.head, through };
  }

  async #findFirstDay(): Promise<Day | undefined> {
    for await (const event of this.options.store.readAll()) return parisDayOf(event.recordedAt);
    return undefined;
  }

  async #findLast(): Promise<DayRoot | undefined> {
    const last = { direction: 'backwards', eventsMax: 1 } as const;
    for await (const event of this.options.store.readStream(AUDIT_TRAIL_STREAM, last)) {
      return rootIn(event as unknown as DayAnchored);
    }
    return undefined;
  }

  /** Never over another: two roots of one day are what a log that was replaced looks like. */
  async #writeRoot(recorded: DayRoot): Promise<void> {
    const path = this.#pathOf(recorded);
    const text = fileTextOf(recorded);
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === text) return;
    await mkdir(join(this.options.folder, 'roots'), { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}.draft`;
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  }

  #pathOf(recorded: DayRoot): string {
    return join(this.options.folder, 'roots', rootFileNameOf(recorded));
  }
}

export const rootFileNameOf = ({ statement, root }: DayRoot): string =>
  `${statement.day}-${root.slice(0, 16)}.json`;

export const rootIn = ({ data: { statement, root, signature } }: DayAnchored): DayRoot => ({
  statement,
  root,
  signature,
});

/** Where an event is in this log. @throws where it is not, or is another. */
export async function positionOf(store: EventStore, through: Through): Promise<Position> {
  const { streamName, revision, id } = through;
  const one = { fromRevision: revision, eventsMax: 1 };
  for await (const event of store.readStream(streamName, one)) {
    if (event.id === id && event.revision === revision) return event.position;
  }
  throw new Error(`${streamName}@${revision} is not in the log, or is another event`);
}
