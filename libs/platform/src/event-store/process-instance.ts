import type { Event } from '@app/kernel';
import { eventIdOf, hashOf, processCommandId } from './command-ids';
import type { EventStore, NewEvent, RecordedEvent } from './event-store';
import type { Process, Reaction } from './process';
import { RUNNER_ACTOR } from './process-journal';

/** One instance of a process and the fact it answers. */
export type Reacting = Readonly<{ process: Process; instanceId: string; fact: RecordedEvent }>;

export type Instance = Readonly<{
  streamName: string;
  /** −1 while it has published nothing. */
  revision: number;
  state: unknown;
  /** What it published because of this fact is already in its stream. */
  hasReacted: boolean;
  isComplete: boolean;
}>;

/** What the instance knew when this fact came, also when it has learnt more since. */
export async function recallInstance(
  store: EventStore,
  { process, instanceId, fact }: Reacting,
): Promise<Instance> {
  const streamName = `${process.name}-${instanceId}`;
  const { memory } = process;
  const instance = { streamName, revision: -1, hasReacted: false, isComplete: false };
  if (memory === undefined) return { ...instance, state: undefined };
  let state = memory.initialState;
  for await (const event of store.readStream(streamName)) {
    instance.revision = event.revision;
    if (event.metadata.causationId === fact.id) instance.hasReacted = true;
    // What stands before the fact in the log was caused by earlier facts; of what stands after it,
    // the position of its cause tells.
    const { followedPosition } = event.metadata;
    const cause = followedPosition === undefined ? event.position : BigInt(followedPosition);
    if (event.position > fact.position && cause >= fact.position) continue;
    if (event.type === COMPLETED) instance.isComplete = true;
    else state = memory.evolve(state, event);
  }
  return { ...instance, state };
}

/** The events of the reactions that go to the instance's own stream. */
export function eventsOf(
  reactions: readonly Reaction[],
  { process, fact }: Pick<Reacting, 'process' | 'fact'>,
): NewEvent[] {
  const events = reactions.flatMap((reaction): Event[] => {
    if (reaction.does === 'publish') return [reaction.event];
    return reaction.does === 'complete' ? [{ type: COMPLETED, data: {} }] : [];
  });
  if (events.length > 0 && process.memory === undefined) {
    throw new TypeError(`${process.name} publishes and has no memory`);
  }
  const step = `${process.name}/publish`;
  const commandId = processCommandId({ sourceEventId: fact.id, step });
  const requestHash = hashOf([step, fact.id]);
  return events.map((event, index) => {
    return {
      ...event,
      id: eventIdOf({ commandId, requestHash, index, dataJson: JSON.stringify(event.data) }),
      metadata: {
        commandId,
        requestHash,
        actor: RUNNER_ACTOR,
        correlationId: fact.metadata.correlationId,
        causationId: fact.id,
        followedPosition: fact.position.toString(),
      },
    };
  });
}

const COMPLETED = 'ProcessCompleted';
