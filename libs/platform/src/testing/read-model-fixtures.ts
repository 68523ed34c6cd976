import type { Event } from '@app/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../event-store/event-store';
import { projection, tablesProjection, type KeyedProjection } from '../read-store/projection';

export type Counted = Event<'Counted', { key: string; cents: number }>;

/** Sums and a fault on demand: a negative amount is refused by the fold. */
export function sums(version = 1, factor = 1): KeyedProjection<{ sumCents: number }> {
  return projection<{ sumCents: number }, Counted>({
    name: 'sums',
    version,
    key: ({ data }) => data.key,
    empty: { sumCents: 0 },
    on: {
      Counted: (row, { cents }) => {
        if (cents < 0) throw new RangeError('less than nothing');
        return { sumCents: row.sumCents + factor * cents };
      },
    },
  });
}

export const entries = tablesProjection<
  { entries: { position: bigint; key: string; cents: number } },
  Counted
>({
  name: 'entries',
  version: 1,
  tables: {
    entries: {
      columns: { position: 'position', key: 'text', cents: 'integer' },
      key: ['position'],
      indexes: [['key', 'position']],
    },
  },
  on: { Counted: ({ data, position }, tables) => tables.entries.insert({ position, ...data }) },
});

export const counted = (key: string, cents = 1): Counted => ({
  type: 'Counted',
  data: { key, cents },
});

/** As the store hands it over; one position after the other. */
export function recordedAt(at: number, { type, data }: Event): RecordedEvent {
  return {
    id: `00000000-0000-5000-8000-${String(at).padStart(12, '0')}`,
    streamName: 'counts-1',
    revision: at - 1,
    position: BigInt(at),
    type,
    data: data,
    metadata: {
      commandId: '00000000-0000-5000-8000-000000000001',
      requestHash: '0'.repeat(64),
      actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
      correlationId: 'correlation-1',
      causationId: 'causation-1',
    },
    recordedAt: new Date(Date.UTC(2026, 0, 15) + at * 1_000),
  };
}

/** A folder that is gone after the spec's file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-spec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
