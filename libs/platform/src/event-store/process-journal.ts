import type { Event } from '@app/kernel';
import { eventIdOf, hashOf, processCommandId } from './command-ids';
import {
  WrongExpectedRevision,
  type EventMetadata,
  type EventStore,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from './event-store';

/** A fact that was set aside, named by what does not change when the log is moved. */
export type ParkedFact = Readonly<{
  process: string;
  instanceId: string;
  factId: string;
  factStream: string;
  factRevision: number;
  reason: string;
}>;

export type CommandRefusal = Readonly<{
  process: string;
  instanceId: string;
  factId: string;
  commandId: string;
  command: string;
  code: string;
}>;

export type RunnerCheckpointed = Event<
  'RunnerCheckpointed',
  /** Process name → position, as decimal text. Not a truth: any older one does as well. */
  { positions: Readonly<Record<string, string>> }
>;
export type CommandRefused = Event<'CommandRefused', CommandRefusal>;
export type FactParked = Event<'FactParked', ParkedFact>;
export type InstanceReleased = Event<'InstanceReleased', { process: string; instanceId: string }>;

type Incident = CommandRefused | FactParked | InstanceReleased;

/** What a runner has to remember beside the log: how far it is, and what did not go well. */
export class ProcessJournal {
  readonly #refused = new Set<string>();
  readonly #parked = new Map<string, ParkedFact[]>();
  readonly #checkpoints: OwnStream;
  readonly #incidents: OwnStream;

  constructor(
    private readonly store: EventStore,
    runner: string,
  ) {
    this.#checkpoints = new OwnStream(store, `process-runner-${runner}-checkpoint`);
    this.#incidents = new OwnStream(store, `process-runner-${runner}-incidents`);
  }

  /** Reads both streams; answers each process's position. */
  async load(): Promise<ReadonlyMap<string, Position>> {
    await this.#incidents.read((event) => this.#fold(event as unknown as Incident));
    const positions = new Map<string, Position>();
    const last = { direction: 'backwards', eventsMax: 1 } as const;
    for await (const event of this.store.readStream(this.#checkpoints.name, last)) {
      this.#checkpoints.revision = event.revision;
      const { data } = event as unknown as RunnerCheckpointed;
      for (const [process, text] of Object.entries(data.positions)) {
        positions.set(process, BigInt(text));
      }
    }
    return positions;
  }

  async saveCheckpoint(positions: ReadonlyMap<string, Position>): Promise<void> {
    const texts = [...positions].map(([process, position]) => [process, position.toString()]);
    const data = { positions: Object.fromEntries(texts) as Record<string, string> };
    const event: RunnerCheckpointed = { type: 'RunnerCheckpointed', data };
    const isFirst = this.#checkpoints.revision < 0;
    await this.#checkpoints.append(event);
    if (isFirst) await this.#keepFewCheckpoints();
  }

  hasRefused(commandId: string): boolean {
    return this.#refused.has(commandId);
  }

  isParked(process: string, instanceId: string): boolean {
    return this.#parked.has(`${process}/${instanceId}`);
  }

  parkedFacts(process: string, instanceId: string): readonly ParkedFact[] {
    return this.#parked.get(`${process}/${instanceId}`) ?? [];
  }

  parked(): readonly ParkedFact[] {
    return [...this.#parked.values()].flat();
  }

  /** Records once what may be reported again after a crash. */
  async record(incident: Incident): Promise<void> {
    if (incident.type === 'FactParked' && this.#isParkedAlready(incident.data)) return;
    await this.#incidents.append(incident, (event) => this.#fold(event as unknown as Incident));
    this.#fold(incident);
  }

  #isParkedAlready({ process, instanceId, factId }: ParkedFact): boolean {
    return this.parkedFacts(process, instanceId).some((parked) => parked.factId === factId);
  }

  #fold({ type, data }: Incident): void {
    if (type === 'CommandRefused') this.#refused.add(data.commandId);
    const key = `${data.process}/${data.instanceId}`;
    if (type === 'InstanceReleased') this.#parked.delete(key);
    if (type === 'FactParked' && !this.#isParkedAlready(data)) {
      this.#parked.set(key, [...(this.#parked.get(key) ?? []), data]);
    }
  }

  /** Old checkpoints say nothing: the store's own setting of the stream lets it drop them. */
  async #keepFewCheckpoints(): Promise<void> {
    const setting = new OwnStream(this.store, `$$${this.#checkpoints.name}`);
    await setting.append({ type: '$metadata', data: { $maxCount: 10 } });
  }
}

/** A stream that only this runner writes, or another one that took its place. */
class OwnStream {
  revision = -1;

  constructor(
    private readonly store: EventStore,
    readonly name: string,
  ) {}

  async read(onEvent: (event: RecordedEvent) => void): Promise<void> {
    const fromRevision = this.revision + 1;
    for await (const event of this.store.readStream(this.name, { fromRevision })) {
      this.revision = event.revision;
      onEvent(event);
    }
  }

  async append(event: Event, onOther?: (event: RecordedEvent) => void): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const expectedRevision = this.revision < 0 ? 'no-stream' : this.revision;
      const events = [ownEvent(event, `${this.name}@${this.revision + 1}`)];
      try {
        const appended = await this.store.append({
          streamName: this.name,
          expectedRevision,
          events,
        });
        this.revision = appended.revision;
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || attempt >= 5) throw error;
        await this.read((other) => onOther?.(other));
      }
    }
  }
}

const RUNNER = 'b4c6ef86-4a0d-5d5e-9b1e-64a6c1f0c2de';

export const RUNNER_ACTOR = { id: 'process-runner', partyId: 'operator', role: 'system' } as const;

function ownEvent(event: Event, cause: string): NewEvent {
  const commandId = processCommandId({ sourceEventId: RUNNER, step: cause });
  const requestHash = hashOf(event.data);
  const metadata: EventMetadata = {
    commandId,
    requestHash,
    actor: RUNNER_ACTOR,
    correlationId: commandId,
    causationId: commandId,
  };
  return {
    ...event,
    id: eventIdOf({ commandId, requestHash, index: 0, dataJson: JSON.stringify(event.data) }),
    metadata,
  };
}
