import type { EventMetadata, RecordedEvent } from './event-store';
import { SeenIds } from './seen-ids';

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

/**
 * The commands of late, in memory; `older` (the read model) is asked for the rest. Rows of a few places,
 * made once: a Map of so many would be copied as it grows, and its traces be objects to be collected.
 */
export class RecentCommands extends CommandLookup {
  readonly #hashes: Int32Array;
  readonly #ids: string[];
  readonly #streamNames: string[];
  readonly #revisions: Float64Array;
  /** Of each row, the place that is given away next. */
  readonly #oldest: Uint8Array;
  readonly #seen = new SeenIds();
  readonly #older: CommandLookup | undefined;
  readonly #hasSeenAll: () => boolean;

  /** `commandsMax` is rounded up to a power of two; of one row's commands the oldest gives way first. */
  constructor(options: RecentCommandsOptions) {
    super();
    const rows = 2 ** Math.max(0, Math.ceil(Math.log2(options.commandsMax / PLACES_PER_ROW)));
    const places = rows * PLACES_PER_ROW;
    this.#hashes = new Int32Array(places).fill(HASH_OF_NONE);
    this.#ids = new Array<string>(places).fill('');
    this.#streamNames = new Array<string>(places).fill('');
    this.#revisions = new Float64Array(places);
    this.#oldest = new Uint8Array(rows);
    this.#older = options.older;
    this.#hasSeenAll = options.hasSeenAll ?? (() => false);
  }

  find(commandId: string): CommandTrace | undefined | Promise<CommandTrace | undefined> {
    const place = this.#find(hashOfEnd(commandId), commandId);
    if (place < 0) return this.#isNew(commandId) ? undefined : this.#older?.find(commandId);
    return { streamName: this.#streamNames[place] ?? '', revision: this.#revisions[place] ?? 0 };
  }

  observe({ streamName, revision, metadata }: ObservedEvent): void {
    const { commandId } = metadata as Partial<EventMetadata>;
    if (commandId === undefined) return;
    const hash = hashOfEnd(commandId);
    if (this.#find(hash, commandId) >= 0) return;
    this.#seen.add(commandId);
    const row = this.#rowOf(hash);
    const taken = this.#oldest[row] ?? 0;
    this.#oldest[row] = (taken + 1) % PLACES_PER_ROW;
    const place = row * PLACES_PER_ROW + taken;
    this.#hashes[place] = hash;
    this.#ids[place] = commandId;
    this.#streamNames[place] = streamName;
    this.#revisions[place] = revision;
  }

  /** Nearly every command is: the read model need not be asked, which takes longer than all else here. */
  #isNew(commandId: string): boolean {
    return this.#hasSeenAll() && !this.#seen.mayHave(commandId);
  }

  /** Its place, or −1. */
  #find(hash: number, commandId: string): number {
    const first = this.#rowOf(hash) * PLACES_PER_ROW;
    for (let place = first; place < first + PLACES_PER_ROW; place += 1) {
      if (this.#hashes[place] === hash && this.#ids[place] === commandId) return place;
    }
    return -1;
  }

  #rowOf(hash: number): number {
    return hash & (this.#oldest.length - 1);
  }
}

export type RecentCommandsOptions = Readonly<{
  commandsMax: number;
  /** Asked for what gave way. */
  older?: CommandLookup;
  /** Whether every command there is was observed here: what was not is then new. */
  hasSeenAll?: () => boolean;
}>;

const PLACES_PER_ROW = 8;

/** Of a free place: that of no text as short as the one that stands there. */
const HASH_OF_NONE = -1;

/** Of the last characters, the random ones of every kind of UUID. */
function hashOfEnd(id: string): number {
  let hash = 0;
  for (let at = Math.max(0, id.length - 12); at < id.length; at += 1) {
    hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  }
  // The low bits name the row: let the high ones have a say.
  return hash ^ (hash >>> 15);
}
