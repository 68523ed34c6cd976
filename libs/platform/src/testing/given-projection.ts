import type { Event } from '@app/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../event-store/event-store';
import type { KeyedProjection, Keyed, Projection } from '../read-store/projection';
import { ReadModel } from '../read-store/read-model';

/** A fact as a spec writes it; the rest is filled in, a second and a position apart. */
export type GivenFact = Event & Partial<Omit<RecordedEvent, 'type' | 'data' | 'position'>>;

/**
 * `givenFacts(view, ...facts).then(...rows)`: the rows of a keyed view, in key order. They are checked
 * for the log read at once and one event at a time, and for every point at which the process may have
 * been killed and everything been delivered again from the start.
 */
export function givenFacts<Row>(
  view: KeyedProjection<Row>,
  ...facts: readonly GivenFact[]
): { then: (...rows: readonly Keyed<Row>[]) => void } {
  return {
    then: (...rows) => givenTables(view, ...facts).then({ [view.table.name]: rows }),
  };
}

/** The same for a view of several tables: all rows of each, by its name in SQL, in key order. */
export function givenTables(
  view: Projection,
  ...facts: readonly GivenFact[]
): { then: (tables: Readonly<Record<string, readonly unknown[]>>) => void } {
  const log = facts.map(recorded);
  return {
    then: (tables) => {
      const atOnce = replay(view, [log]);
      expect(atOnce.rows).toEqual(tables);
      const ways: readonly (readonly [string, readonly (readonly RecordedEvent[])[]])[] = [
        ['one by one', log.map((event) => [event])],
        ...log.map((event, split) => {
          return [`killed after ${event.type} (${split})`, [log.slice(0, split + 1), log]] as const;
        }),
      ];
      for (const [way, batches] of ways)
        expect([way, replay(view, batches)]).toEqual([way, atOnce]);
    },
  };
}

/** Each batch in a process of its own, as far as the file can tell. */
function replay(view: Projection, batches: readonly (readonly RecordedEvent[])[]) {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-projection-'));
  const open = (): ReadModel => new ReadModel(join(folder, 'views.sqlite'), [view]);
  try {
    for (const batch of batches) inModel(open(), (model) => apply(model, batch));
    return inModel(open(), (model) => {
      const [built] = model.views;
      if (built === undefined) throw new TypeError('a file without its view');
      return { rows: model.rows(built), hash: model.hash(built) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply(model: ReadModel, batch: readonly RecordedEvent[]): void {
  model.apply(model.views, batch);
  const stopped = model.views.find((view) => view.stopped)?.stopped;
  if (stopped) throw stopped;
}

function inModel<T>(model: ReadModel, work: (model: ReadModel) => T): T {
  try {
    return work(model);
  } finally {
    model.close();
  }
}

function recorded(fact: GivenFact, index: number): RecordedEvent {
  return {
    id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    streamName: 'given-1',
    revision: index,
    metadata: {
      commandId: '00000000-0000-5000-8000-000000000001',
      requestHash: '0'.repeat(64),
      actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
      correlationId: 'correlation-1',
      causationId: 'causation-1',
    },
    recordedAt: new Date(Date.UTC(2026, 0, 15, 10, 0, index)),
    ...fact,
    position: BigInt(index + 1) * 10n,
  };
}
