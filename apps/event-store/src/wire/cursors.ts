import type { Engine } from '../engine/engine';
import { METADATA_PREFIX } from '../engine/append';
import { type StreamMetadata, parseStreamMetadata } from '../engine/stream-metadata';
import type { Filter, From, ReadRequest } from './read-request';

/** Gives the events of a read one by one, as they are when it is asked. */
export interface Cursor {
  /** The next event to look at, -1 when there is none (for now). */
  next(): number;
  /** Whether the event just given is wanted. */
  wants(sequence: number): boolean;
}

export function makeCursor(engine: Engine, request: ReadRequest): Cursor {
  if (request.streamName === undefined) return new AllCursor(engine, request);
  const { streamName, isBackwards, from, countMax } = request;
  const isSubscription = countMax === undefined;
  if (isBackwards) return new BackwardsCursor(engine, streamName, from);
  return new StreamCursor(engine, { streamName, from, isSubscription });
}

/** What a stream holds for a reader now. */
export class StreamView {
  readonly streamId: number;
  readonly length: number;
  readonly isTombstoned: boolean;
  private readonly metadata: StreamMetadata;

  constructor(
    private readonly engine: Engine,
    streamName: Buffer,
  ) {
    const { index } = engine;
    this.streamId = index.streams.find(streamName);
    this.length = index.streamLength(this.streamId);
    this.isTombstoned = isTombstoned(engine, this.streamId) || isMetadataOfGone(engine, streamName);
    this.metadata = metadataOf(engine, streamName);
  }

  /** First revision still to be seen; at `length` or beyond it nothing is left. */
  get first(): number {
    const { maxCount } = this.metadata;
    const kept = maxCount === undefined ? 0 : this.length - maxCount;
    return Math.max(this.truncateBefore, kept);
  }

  get truncateBefore(): number {
    return this.metadata.truncateBefore ?? 0;
  }

  get hasEvents(): boolean {
    return this.first < this.length;
  }

  /** `$maxAge`: clocks go back, so each event is judged alone. */
  isYoung(sequence: number): boolean {
    const { maxAgeMs } = this.metadata;
    return (
      maxAgeMs === undefined || this.engine.record(sequence).createdMs >= Date.now() - maxAgeMs
    );
  }
}

class AllCursor implements Cursor {
  private at: number;
  private readonly matcher: ((sequence: number) => boolean) | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly request: ReadRequest,
  ) {
    this.at = this.start();
    this.matcher = request.filter && makeMatcher(engine, request.filter);
  }

  next(): number {
    if (this.request.isBackwards) return this.at > 0 ? --this.at : -1;
    return this.at < this.engine.index.count ? this.at++ : -1;
  }

  wants(sequence: number): boolean {
    return this.matcher?.(sequence) ?? true;
  }

  /** A read forwards includes its position; a subscription and a read backwards do not. */
  private start(): number {
    const { index } = this.engine;
    const { from, countMax } = this.request;
    if (from === 'start') return 0;
    if (from === 'end') return index.count;
    const at = index.sequenceAt(from);
    return countMax === undefined && index.position(at) === from ? at + 1 : at;
  }
}

class StreamCursor implements Cursor {
  private revision: number;
  private sequence = -1;
  private readonly isSubscription: boolean;
  private view: StreamView;
  /** `$maxCount` hides what was there at the start; a live subscriber misses nothing after it. */
  private first: number;

  constructor(
    private readonly engine: Engine,
    private readonly options: { streamName: Buffer; from: From; isSubscription: boolean },
  ) {
    const { from, isSubscription } = options;
    this.isSubscription = isSubscription;
    this.view = new StreamView(engine, options.streamName);
    this.first = this.view.first;
    if (from === 'start') this.revision = 0;
    else if (from === 'end') this.revision = isSubscription ? this.view.length : Infinity;
    else this.revision = isSubscription ? from + 1 : from;
  }

  next(): number {
    const { index } = this.engine;
    if (this.revision >= this.view.length) {
      if (!this.isSubscription) return -1;
      const { streamId } = this.view;
      if (streamId >= 0 && index.streamLength(streamId) === this.view.length) return -1;
      this.view = new StreamView(this.engine, this.options.streamName);
      this.first = Math.max(this.first, this.view.truncateBefore);
      if (this.revision >= this.view.length) return -1;
    }
    if (this.revision < this.first) {
      this.revision = Math.min(this.first, this.view.length);
      this.sequence = -1;
      return this.next();
    }
    const after = this.sequence >= 0 ? index.next(this.sequence) : -1;
    this.sequence = after >= 0 ? after : index.sequenceOf(this.view.streamId, this.revision);
    this.revision++;
    return this.sequence;
  }

  wants(sequence: number): boolean {
    return this.view.isYoung(sequence);
  }
}

/** The chain of a stream only leads forwards: going back, it is walked in pieces. */
class BackwardsCursor implements Cursor {
  private readonly view: StreamView;
  private revision: number;
  private readonly piece: number[] = [];

  constructor(
    private readonly engine: Engine,
    streamName: Buffer,
    from: From,
  ) {
    this.view = new StreamView(engine, streamName);
    const last = this.view.length - 1;
    this.revision = typeof from === 'number' ? Math.min(from, last) : from === 'end' ? last : 0;
  }

  next(): number {
    if (this.piece.length === 0) this.walk();
    return this.piece.pop() ?? -1;
  }

  wants(sequence: number): boolean {
    return this.view.isYoung(sequence);
  }

  private walk(): void {
    const { index } = this.engine;
    const { first, streamId, length } = this.view;
    if (this.revision < first || this.revision >= length) return;
    // The last event alone is the usual question.
    const isLast = this.revision === length - 1;
    const low = isLast ? this.revision : Math.max(first, this.revision - PIECE + 1);
    let sequence = index.sequenceOf(streamId, low);
    for (let at = low; at <= this.revision; at++, sequence = index.next(sequence)) {
      this.piece.push(sequence);
    }
    this.revision = low - 1;
  }
}

const PIECE = 256;

/** Each name is matched once, whatever the number of its events. */
function makeMatcher(engine: Engine, { on, matches }: Filter): (sequence: number) => boolean {
  const { index } = engine;
  const known: boolean[] = [];
  const names = on === 'stream' ? index.streams : index.types;
  return (sequence) => {
    const id = on === 'stream' ? index.streamId(sequence) : index.typeId(sequence);
    return (known[id] ??= matches(names.text(id)));
  };
}

function isTombstoned({ index }: Engine, streamId: number): boolean {
  return index.streamLength(streamId) > 0 && index.isTombstone(index.lastSequence(streamId));
}

function isMetadataOfGone(engine: Engine, streamName: Buffer): boolean {
  if (!streamName.subarray(0, 2).equals(METADATA_PREFIX)) return false;
  return isTombstoned(engine, engine.index.streams.find(streamName.subarray(2)));
}

function metadataOf(engine: Engine, streamName: Buffer): StreamMetadata {
  const { index } = engine;
  if (streamName.subarray(0, 2).equals(METADATA_PREFIX)) return METADATA_STREAM;
  const streamId = index.streams.find(Buffer.concat([METADATA_PREFIX, streamName]));
  if (index.streamLength(streamId) === 0) return {};
  return parseStreamMetadata(engine.record(index.lastSequence(streamId)).data);
}

/** EventStoreDB keeps only the newest metadata of a stream. */
const METADATA_STREAM: StreamMetadata = { maxCount: 1 };
