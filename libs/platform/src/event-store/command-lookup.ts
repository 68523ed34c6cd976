import type { EventMetadata, RecordedEvent } from './event-store';

/** Where a command's first event is, whatever stream it went to. */
export type CommandTrace = Readonly<{ streamName: string; revision: number }>;

/**
 * Finds a command by its id among all streams. It may lag: the command's own stream is always asked
 * too, so a miss costs nothing but the refusal of one key used for two wishes on two streams.
 */
export abstract class CommandLookup {
  abstract find(commandId: string): CommandTrace | undefined | Promise<CommandTrace | undefined>;

  /** Takes the events of the log in order, and those this process has just written. */
  abstract observe(event: ObservedEvent): void;
}

export type ObservedEvent = Pick<RecordedEvent, 'streamName' | 'revision' | 'metadata'>;

/** The commands of late, in memory; `older` (the read model) is asked for the rest. */
export class RecentCommands extends CommandLookup {
  readonly #traces = new Map<string, CommandTrace>();
  readonly #commandsMax: number;
  readonly #older: CommandLookup | undefined;

  constructor(options: Readonly<{ commandsMax: number; older?: CommandLookup }>) {
    super();
    this.#commandsMax = options.commandsMax;
    this.#older = options.older;
  }

  find(commandId: string): CommandTrace | undefined | Promise<CommandTrace | undefined> {
    return this.#traces.get(commandId) ?? this.#older?.find(commandId);
  }

  observe({ streamName, revision, metadata }: ObservedEvent): void {
    const { commandId } = metadata as Partial<EventMetadata>;
    if (commandId === undefined || this.#traces.has(commandId)) return;
    this.#traces.set(commandId, { streamName, revision });
    if (this.#traces.size > this.#commandsMax) this.#forgetOldest();
  }

  /** Many at once: a Map passes over every key deleted before to find its first. */
  #forgetOldest(): void {
    const kept = this.#commandsMax - Math.floor(this.#commandsMax / FORGOTTEN_AT_ONCE);
    for (const commandId of this.#traces.keys()) {
      if (this.#traces.size <= kept) return;
      this.#traces.delete(commandId);
    }
  }
}

/** A sixteenth of what is kept. */
const FORGOTTEN_AT_ONCE = 16;
