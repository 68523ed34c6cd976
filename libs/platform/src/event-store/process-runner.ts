import { DomainError, type Event } from '@app/kernel';
import type { CommandContext } from './aggregate-store';
import { hashOf, processCommandId } from './command-ids';
import {
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
  type EventStore,
  type Following,
  type Position,
  type RecordedEvent,
} from './event-store';
import { ReadModelBehind } from '../read-store/errors';
import type { Process } from './process';
import { eventsOf, recallInstance, type Reacting } from './process-instance';
import {
  ProcessJournal,
  RUNNER_ACTOR,
  type CommandRefusal,
  type ParkedFact,
} from './process-journal';
import { Turns } from './turns';

/** Where a process's commands go: the command bus, with who asks and why. */
export abstract class CommandSender {
  /** Throws `DomainError` for a refusal; `StoreUnavailable` and `OutcomeUnknown` are tried again. */
  abstract send(command: object, context: CommandContext): Promise<unknown>;
}

export type ProcessRunnerOptions = Readonly<{
  /** Kebab case: names its checkpoint. Two runners of one name do the same work, harmlessly. */
  name: string;
  store: EventStore;
  sender: CommandSender;
  processes: readonly Process[];
  /** Each needs a person; all but `stopped` are recorded too. */
  onIncident: (incident: ProcessIncident) => void;
  onBreak?: (error: unknown, retryInMs: number) => void;
  limits?: Partial<RunnerLimits>;
}>;

export type ProcessIncident =
  | Readonly<{ kind: 'refused'; refusal: CommandRefusal }>
  | Readonly<{ kind: 'parked'; parked: ParkedFact }>
  | Readonly<{ kind: 'stopped'; process: string; factId: string; error: unknown }>;

export type RunnerLimits = Readonly<{
  batchMax: number;
  /** Instances worked on at the same time; facts of one instance stay in order. */
  concurrencyMax: number;
  /** A checkpoint is saved after this many facts, or this long after the first unsaved one. */
  checkpointFacts: number;
  checkpointMs: number;
  /** Pause while the store is away: half to all of this, doubled up to the max, for ever. */
  retryMs: number;
  retryMsMax: number;
}>;

const LIMITS: RunnerLimits = {
  batchMax: 500,
  concurrencyMax: 16,
  checkpointFacts: 1_000,
  checkpointMs: 5_000,
  retryMs: 100,
  retryMsMax: 5_000,
};

/** Checkpoints of the log, each of up to 1,000 foreign events, after which an idle runner saves. */
const IDLE_CHECKPOINTS = 100;

/**
 * Runs processes over the log. Nothing is lost by a crash at any point: the log is followed again
 * from the last checkpoint, what a process published tells what it knew, and its commands have the
 * ids they had before.
 */
export class ProcessRunner {
  readonly #options: ProcessRunnerOptions;
  readonly #processes: readonly Process[];
  readonly #limits: RunnerLimits;
  readonly #journal: ProcessJournal;
  readonly #turns = new Turns(Infinity);
  readonly #stopped = new Set<string>();
  #positions = new Map<string, Position>();
  #following: Following | undefined;
  #isStopping = false;
  #unsavedFacts = 0;
  #unsavedSinceMs = 0;
  #idleCheckpoints = 0;

  constructor(options: ProcessRunnerOptions) {
    this.#options = options;
    this.#processes = options.processes;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#journal = new ProcessJournal(options.store, options.name);
  }

  /** Resolves when following has begun. `ended` rejects when the runner cannot go on. */
  async start(): Promise<Readonly<{ ended: Promise<void> }>> {
    this.#positions = new Map(await this.#journal.load());
    const after = this.#oldestPosition();
    this.#following = this.#options.store.follow({
      ...(after !== undefined && { after }),
      types: [...new Set(this.#processes.flatMap(({ facts }) => facts))],
      batchMax: this.#limits.batchMax,
      onBatch: (facts) => this.#handle(facts),
      onUnreadable: (fact, error) => this.#poisonAll(fact, error),
      onCheckpoint: (position) => this.#passIdle(position),
      onBreak: (error, retryInMs) => this.#options.onBreak?.(error, retryInMs),
    });
    return { ended: this.#following.ended };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#following?.stop();
    // Without it the next start begins at an older checkpoint, which is as good.
    if (this.#unsavedFacts > 0) await this.#save().catch(() => undefined);
  }

  /** The position a process has handled; undefined before its first. */
  positionOf(process: string): Position | undefined {
    return this.#positions.get(process);
  }

  parked(): readonly ParkedFact[] {
    return this.#journal.parked();
  }

  stopped(): readonly string[] {
    return [...this.#stopped];
  }

  /** Handles the parked facts of an instance, now that the cause is mended; throws if it is not. */
  async release(processName: string, instanceId: string): Promise<void> {
    const process = this.#processes.find(({ name }) => name === processName);
    if (process === undefined) throw new TypeError(`no process ${processName}`);
    await this.#turns.take(`${processName}/${instanceId}`, async () => {
      for (const parked of this.#journal.parkedFacts(processName, instanceId)) {
        const fact = await this.#fetchFact(parked);
        await this.#react(process, instanceId, fact);
      }
      const data = { process: processName, instanceId };
      await this.#journal.record({ type: 'InstanceReleased', data });
    });
  }

  async #handle(facts: readonly RecordedEvent[]): Promise<void> {
    const work = facts.flatMap((fact) =>
      this.#processes.flatMap((process) => this.#workOf(process, fact)),
    );
    const byInstance = Map.groupBy(work, ({ process, instanceId }) => {
      return `${process.name}/${instanceId}`;
    });
    await inParallel([...byInstance], this.#limits.concurrencyMax, ([key, items]) =>
      this.#turns.take(key, async () => {
        for (const { process, instanceId, fact } of items) {
          // Whoever stops waits for what is under way, not for all that was handed over.
          if (this.#isStopping) return;
          await this.#handleFact(process, instanceId, fact);
        }
      }),
    );
    const last = facts.at(-1);
    if (last === undefined) return;
    this.#reach(last.position);
    if (this.#unsavedFacts === 0) this.#unsavedSinceMs = performance.now();
    this.#unsavedFacts += facts.length;
    const { checkpointFacts, checkpointMs } = this.#limits;
    const isOld = performance.now() - this.#unsavedSinceMs >= checkpointMs;
    if (this.#unsavedFacts >= checkpointFacts || isOld) await this.#saveUnlessAway();
  }

  #workOf(process: Process, fact: RecordedEvent): Reacting[] {
    const handled = this.#positions.get(process.name);
    if (this.#stopped.has(process.name) || !process.facts.includes(fact.type)) return [];
    if (handled !== undefined && fact.position <= handled) return [];
    const instanceId = instanceIdOf(process, fact);
    return instanceId === undefined ? [] : [{ process, instanceId, fact }];
  }

  async #handleFact(process: Process, instanceId: string, fact: RecordedEvent): Promise<void> {
    if (this.#stopped.has(process.name)) return;
    for (let failures = 0; ; failures += 1) {
      try {
        if (this.#journal.isParked(process.name, instanceId)) {
          await this.#park(process, instanceId, fact, 'an earlier fact is parked');
        } else await this.#react(process, instanceId, fact);
        return;
      } catch (error) {
        if (this.#isStopping) throw error;
        if (!isTransient(error)) return this.#poison(process, instanceId, fact, error);
        await this.#pause(failures, error);
      }
    }
  }

  async #react(process: Process, instanceId: string, fact: RecordedEvent): Promise<void> {
    const instance = await recallInstance(this.#options.store, { process, instanceId, fact });
    if (instance.isComplete) return;
    const reactions = process.react(fact, instance.state);
    const published = eventsOf(reactions, { process, fact });
    if (published.length > 0 && !instance.hasReacted) {
      await this.#options.store.append({
        streamName: instance.streamName,
        expectedRevision: instance.revision < 0 ? 'no-stream' : instance.revision,
        events: published,
      });
    }
    for (const [place, reaction] of reactions.entries()) {
      if (reaction.does !== 'send') continue;
      const step = reaction.step ?? String(place);
      await this.#send(reaction.command, { process, instanceId, fact, step });
    }
  }

  async #send(command: object, origin: Reacting & Readonly<{ step: string }>): Promise<void> {
    const { process, instanceId, fact, step } = origin;
    const name = (command as Partial<Event>).type ?? command.constructor.name;
    const commandId = processCommandId({
      sourceEventId: fact.id,
      step: `${process.name}/${step}`,
    });
    // A refusal was this command's answer; what would be decided today is another question.
    if (this.#journal.hasRefused(commandId)) return;
    try {
      await this.#options.sender.send(command, {
        commandId,
        requestHash: hashOf([name, command]),
        actor: RUNNER_ACTOR,
        correlationId: fact.metadata.correlationId,
        causationId: fact.id,
        followedPosition: fact.position,
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      const refusal: CommandRefusal = {
        process: process.name,
        instanceId,
        factId: fact.id,
        commandId,
        command: name,
        code,
      };
      await this.#journal.record({ type: 'CommandRefused', data: refusal });
      this.#options.onIncident({ kind: 'refused', refusal });
    }
  }

  async #poisonAll(fact: RecordedEvent, error: unknown): Promise<void> {
    for (const process of this.#processes) {
      if (!process.facts.includes(fact.type) || this.#stopped.has(process.name)) continue;
      const instanceId = instanceIdOf(process, fact);
      if (instanceId !== undefined) await this.#poison(process, instanceId, fact, error);
    }
    this.#reach(fact.position);
  }

  async #poison(
    process: Process,
    instanceId: string,
    fact: RecordedEvent,
    error: unknown,
  ): Promise<void> {
    if (process.onPoison === 'park') {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#park(process, instanceId, fact, reason);
    }
    this.#stopped.add(process.name);
    this.#options.onIncident({ kind: 'stopped', process: process.name, factId: fact.id, error });
  }

  async #park(
    process: Process,
    instanceId: string,
    fact: RecordedEvent,
    reason: string,
  ): Promise<void> {
    const parked: ParkedFact = {
      process: process.name,
      instanceId,
      factId: fact.id,
      factStream: fact.streamName,
      factRevision: fact.revision,
      reason,
    };
    await this.#journal.record({ type: 'FactParked', data: parked });
    this.#options.onIncident({ kind: 'parked', parked });
  }

  async #fetchFact({ factStream, factRevision }: ParkedFact): Promise<RecordedEvent> {
    const one = { fromRevision: factRevision, eventsMax: 1 };
    for await (const fact of this.#options.store.readStream(factStream, one)) return fact;
    throw new Error(`${factStream}@${factRevision}: the parked fact is not there`);
  }

  async #passIdle(position: Position): Promise<void> {
    this.#reach(position);
    this.#idleCheckpoints += 1;
    // Its own checkpoint is an event too: saving after each would keep an idle log growing.
    if (this.#unsavedFacts > 0 || this.#idleCheckpoints >= IDLE_CHECKPOINTS) {
      await this.#saveUnlessAway();
    }
  }

  /** A stopped process stays where it is, so that it meets the same fact when it is started again. */
  #reach(position: Position): void {
    // Of what is handed over while it stops nobody knows how much was handled.
    if (this.#isStopping) return;
    for (const { name } of this.#processes) {
      const before = this.#positions.get(name);
      if (this.#stopped.has(name) || (before !== undefined && before >= position)) continue;
      this.#positions.set(name, position);
    }
  }

  /** What the store does not take now is saved with what comes next; a start before that goes over it again. */
  async #saveUnlessAway(): Promise<void> {
    try {
      await this.#save();
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.#options.onBreak?.(error, this.#limits.checkpointMs);
    }
  }

  async #save(): Promise<void> {
    await this.#journal.saveCheckpoint(this.#positions);
    this.#unsavedFacts = 0;
    this.#idleCheckpoints = 0;
  }

  #oldestPosition(): Position | undefined {
    const positions = this.#processes.map(({ name }) => this.#positions.get(name));
    // A process that is new here begins with the first event there is.
    const known = positions.filter((position) => position !== undefined);
    if (known.length < positions.length) return undefined;
    return known.reduce((oldest, each) => (each < oldest ? each : oldest));
  }

  async #pause(failures: number, error: unknown): Promise<void> {
    const { retryMs, retryMsMax } = this.#limits;
    const ms = Math.min(retryMs * 2 ** failures, retryMsMax) * (0.5 + Math.random() / 2);
    this.#options.onBreak?.(error, ms);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** A fact whose instance nobody can tell is set aside under its own stream. */
function instanceIdOf(process: Process, fact: RecordedEvent): string | undefined {
  try {
    return process.instanceOf(fact);
  } catch {
    return fact.streamName;
  }
}

/** What another try may answer differently; everything else is the fact's or the code's fault. */
function isTransient(error: unknown): boolean {
  return (
    error instanceof StoreUnavailable ||
    error instanceof OutcomeUnknown ||
    error instanceof WrongExpectedRevision ||
    error instanceof ReadModelBehind
  );
}

async function inParallel<T>(
  items: readonly T[],
  concurrencyMax: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrencyMax, items.length) }, worker));
}
