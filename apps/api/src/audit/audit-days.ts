import { type Day, diffDays } from '@app/kernel';
import {
  AUDIT_TRAIL_STREAM,
  changeRecordOf,
  type DayAnchored,
  EventStore,
  isOfTrail,
  notFound,
  type Position,
  positionOf,
  type RecordedEvent,
  RefusalFiles,
  type RefusalRecord,
} from '@app/platform';
import { Injectable } from '@nestjs/common';

export type AnchoredDay = DayAnchored['data'];

/** One of them per day, in order: a day's place in the stream is its distance from the first. */
@Injectable()
export class AuditDays {
  constructor(
    private readonly store: EventStore,
    private readonly refusals: RefusalFiles,
  ) {}

  /** Newest first, those before a day, or from the last. */
  async list(before: Day | undefined, limit: number): Promise<readonly AnchoredDay[]> {
    const from = before === undefined ? undefined : (await this.#indexOf(before)) - 1;
    if (from !== undefined && from < 0) return [];
    const page = { direction: 'backwards', eventsMax: limit } as const;
    return this.#read(from === undefined ? page : { ...page, fromRevision: from });
  }

  /** @throws 404 for a day without a root. */
  async get(day: Day): Promise<AnchoredDay> {
    const index = await this.#indexOf(day);
    const [found] = index < 0 ? [] : await this.#read({ fromRevision: index, eventsMax: 1 });
    if (found === undefined) throw notFound();
    return found;
  }

  /**
   * The day's changes after a place in it, of one actor or of all. The log is read on until there are
   * enough: one actor's few among many take a while.
   */
  async listChanges(
    day: Day,
    input: Readonly<{ after: Position | undefined; limit: number; actorId: string | undefined }>,
  ): Promise<readonly ChangeRow[]> {
    const { limit, actorId } = input;
    const { statement } = await this.get(day);
    if (statement.log.count === 0 || statement.log.through === null) return [];
    const upTo = await positionOf(this.store, statement.log.through);
    const after = input.after ?? (await this.#endOfDayBefore(day));
    const rows: ChangeRow[] = [];
    for await (const event of this.store.readAll(
      after === undefined ? { upTo } : { after, upTo },
    )) {
      if (rows.length >= limit) break;
      const isShown = actorId === undefined || event.metadata.actor.id === actorId;
      if (isShown && isOfTrail(event)) rows.push(changeRowOf(event));
    }
    return rows;
  }

  /** The day's refusals after a number, of one actor or of all. */
  async listRefusals(
    day: Day,
    input: Readonly<{ after: number; limit: number; actorId: string | undefined }>,
  ): Promise<readonly RefusalRow[]> {
    const { after, limit, actorId } = input;
    await this.get(day);
    const rows: RefusalRow[] = [];
    let number = 0;
    for await (const read of this.refusals.read(day)) {
      if ('broken' in read || rows.length >= limit) break;
      number += 1;
      const { record } = read;
      if (number <= after || (actorId !== undefined && actorIdOf(record) !== actorId)) continue;
      rows.push({ number, ...record });
    }
    return rows;
  }

  async #endOfDayBefore(day: Day): Promise<Position | undefined> {
    const [before] = await this.list(day, 1);
    const through = before?.statement.log.through ?? null;
    return through === null ? undefined : positionOf(this.store, through);
  }

  async #indexOf(day: Day): Promise<number> {
    const [first] = await this.#read({ eventsMax: 1 });
    return first === undefined ? -1 : diffDays({ from: first.statement.day, to: day });
  }

  async #read(options: Parameters<EventStore['readStream']>[1]): Promise<readonly AnchoredDay[]> {
    const events = await Array.fromAsync(this.store.readStream(AUDIT_TRAIL_STREAM, options));
    return events.map((event) => (event as unknown as DayAnchored).data);
  }
}

export type ChangeRow = ReturnType<typeof changeRowOf>;

/** Any kind of record: each has some of these. */
export type RefusalRow = Readonly<
  { number: number } & Partial<Record<Exclude<RefusalField, 'number'>, unknown>>
>;
type RefusalField = RefusalRecord extends infer Each
  ? Each extends object
    ? keyof Each
    : never
  : never;

function changeRowOf(event: RecordedEvent) {
  const { metadata, ...record } = changeRecordOf(event);
  const { actor, commandId, correlationId, causationId } = metadata;
  return { position: `${event.position}`, ...record, actor, commandId, correlationId, causationId };
}

function actorIdOf(record: RefusalRecord): string | undefined {
  if (record.kind === 'counted') return record.actorId ?? undefined;
  return 'actor' in record ? record.actor?.id : undefined;
}
