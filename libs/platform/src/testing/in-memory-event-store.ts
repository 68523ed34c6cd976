import { setImmediate as turn } from 'node:timers/promises';
import {
  StoreUnavailable,
  type ExpectedRevision,
  type Position,
  type RecordedEvent,
} from '../event-store/event-store';
import { InMemoryEventStore as Store } from '../event-store/in-memory-event-store';

/** The store in memory, as specs want it: facts written in one line, and a network that can fail. */
export class InMemoryEventStore extends Store {
  #away = false;
  #written = 0;

  /** One append at the current end of the stream, with plausible ids and metadata. */
  async given(
    streamName: string,
    ...facts: readonly Readonly<{ type: string; data: object; schemaVersion?: number }>[]
  ): Promise<Position> {
    // The loop turns in between, as it does over a network: who writes for ever must not starve it.
    await turn();
    let expectedRevision: ExpectedRevision = 'no-stream';
    for await (const { revision } of super.readStream(streamName, LAST))
      expectedRevision = revision;
    const events = facts.map(({ schemaVersion, ...fact }) => ({
      ...fact,
      id: `00000000-0000-5000-8000-${String(this.#written++).padStart(12, '0')}`,
      metadata: { ...METADATA, ...(schemaVersion === undefined ? {} : { schemaVersion }) },
    }));
    const { position } = await this.append({ streamName, expectedRevision, events });
    return position;
  }

  /** What asks for the head or a stream fails, until `comeBack`. */
  goAway(): void {
    this.#away = true;
  }

  comeBack(): void {
    this.#away = false;
  }

  override fetchHead(): Promise<Position | undefined> {
    if (this.#away) return Promise.reject(new StoreUnavailable('the store is away'));
    return super.fetchHead();
  }

  override async *readStream(
    ...args: Parameters<Store['readStream']>
  ): AsyncGenerator<RecordedEvent> {
    if (this.#away) throw new StoreUnavailable('the store is away');
    yield* super.readStream(...args);
  }
}

const LAST = { direction: 'backwards', eventsMax: 1 } as const;

const METADATA: RecordedEvent['metadata'] = {
  commandId: '00000000-0000-5000-8000-000000000001',
  requestHash: '0'.repeat(64),
  actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
  correlationId: 'correlation-1',
  causationId: 'causation-1',
};
