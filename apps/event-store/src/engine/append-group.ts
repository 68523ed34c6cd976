import { randomFillSync } from 'node:crypto';
import {
  type AppendOutcome,
  type AppendRequest,
  DELETED_TRUNCATE_BEFORE,
  METADATA_PREFIX,
  type ProposedEvent,
  type StreamState,
  decideAppend,
  decideDelete,
  decideTombstone,
} from './append';
import { FRAME_BYTES_MAX, HEADER_BYTES, type NewRecord, RECORD_HEADER_BYTES } from './frame';
import { bodyBytes, frameBytes, writeFrame } from './frame';
import { parseStreamMetadata, withTruncateBefore } from './stream-metadata';

/** What is committed of a stream. */
export type CommittedStream = Readonly<{
  streamId: number;
  current: number;
  isTombstoned: boolean;
  /** Data of the last event, the metadata of the stream named without `$$`. */
  lastData: () => Buffer | undefined;
  hasIdAt: (revision: number, id: Buffer) => boolean;
  findId: (id: Buffer) => number;
  positionOf: (revision: number) => number;
}>;

type Planned = Readonly<{ record: NewRecord; position: number }>;
export type Verdict = Readonly<{ request: AppendRequest; outcome: AppendOutcome }>;

/**
 * Appends that go to disk together. Each is decided on what is committed and on what the ones
 * before it in the group will write; nothing touches the index until the group is durable.
 */
export class AppendGroup {
  readonly records: Planned[] = [];
  readonly verdicts: Verdict[] = [];
  private readonly frames: NewRecord[][] = [];
  private readonly streams = new Map<string, GroupStream>();
  private bytes = 0;

  constructor(
    private readonly start: number,
    private readonly createdMs: number,
    private readonly committed: (streamName: Buffer) => CommittedStream,
  ) {}

  get size(): number {
    return this.bytes;
  }

  add(request: AppendRequest): void {
    this.verdicts.push({ request, outcome: this.tryDecide(request) });
  }

  /** Writes the frames to `bytes`, which has room for `size` of them. */
  encode(bytes: Buffer): void {
    let at = 0;
    for (const frame of this.frames) {
      writeFrame(bytes, at, frame, this.start + at);
      at += frameBytes(frame);
    }
  }

  /** A damaged record met while deciding fails this append alone. */
  private tryDecide(request: AppendRequest): AppendOutcome {
    try {
      return this.decide(request);
    } catch (error) {
      return { kind: 'unavailable', message: String(error) };
    }
  }

  private decide(request: AppendRequest): AppendOutcome {
    const { kind, streamName, expected, events, deadlineAtMs } = request;
    if (deadlineAtMs !== undefined && deadlineAtMs < this.createdMs) return { kind: 'too-late' };
    const stream = this.stream(streamName);
    const state = this.stateOf(stream);
    const decision =
      kind === 'append'
        ? decideAppend(state, expected, events)
        : (kind === 'delete' ? decideDelete : decideTombstone)(state, expected);
    if (decision === 'stream-deleted') return { kind: decision };
    if (decision === 'wrong-version') return { kind: decision, current: stream.current };
    if (decision !== 'write') {
      const revision = decision.repeatOf;
      return { kind: 'written', revision, position: stream.positionOf(revision) };
    }
    if (kind === 'delete') return this.softDelete(stream);
    if (kind === 'tombstone') return this.write(stream, [tombstoneEvent()], { tombstone: true });
    return this.write(stream, events, { revive: state.isDeleted });
  }

  private write(
    stream: GroupStream,
    events: readonly ProposedEvent[],
    { tombstone = false, revive = false }: { tombstone?: boolean; revive?: boolean },
  ): AppendOutcome {
    if (events.length === 0) return emptyAppend(stream);
    const frame = events.map((event, at) =>
      this.recordOf(stream, event, { at: at + 1, isTombstone: tombstone }),
    );
    if (revive) {
      const metadata = this.metadataStream(stream);
      const data = withTruncateBefore(metadata.lastData(), BigInt(stream.current + 1));
      frame.push(this.recordOf(metadata, metadataEvent(data), { at: 1 }));
    }
    if (frameBytes(frame) > FRAME_BYTES_MAX) return { kind: 'too-large' };
    this.plan(frame);
    return written(stream);
  }

  private softDelete(stream: GroupStream): AppendOutcome {
    const metadata = this.metadataStream(stream);
    const data = withTruncateBefore(metadata.lastData(), DELETED_TRUNCATE_BEFORE);
    this.plan([this.recordOf(metadata, metadataEvent(data), { at: 1 })]);
    return written(metadata);
  }

  private recordOf(
    stream: GroupStream,
    event: ProposedEvent,
    { at, isTombstone = false }: { at: number; isTombstone?: boolean },
  ): NewRecord {
    const { id, type, isJson, metadata, data } = event;
    const { name: streamName, current } = stream;
    const revision = current + at;
    const { createdMs } = this;
    return { id, type, isJson, metadata, data, streamName, revision, isTombstone, createdMs };
  }

  private plan(frame: NewRecord[]): void {
    let position = this.start + this.bytes + HEADER_BYTES;
    for (const record of frame) {
      this.records.push({ record, position });
      this.stream(record.streamName).planned(record, position);
      position += RECORD_HEADER_BYTES + bodyBytes(record);
    }
    this.frames.push(frame);
    this.bytes += frameBytes(frame);
  }

  private stream(name: Buffer): GroupStream {
    const key = name.toString('latin1');
    let stream = this.streams.get(key);
    if (!stream) this.streams.set(key, (stream = new GroupStream(name, this.committed(name))));
    return stream;
  }

  private metadataStream({ name }: GroupStream): GroupStream {
    return this.stream(Buffer.concat([METADATA_PREFIX, name]));
  }

  private stateOf(stream: GroupStream): StreamState {
    const isMetadata = stream.name.subarray(0, 2).equals(METADATA_PREFIX);
    const isTombstoned =
      stream.isTombstoned || (isMetadata && this.stream(stream.name.subarray(2)).isTombstoned);
    const metadata = isMetadata || stream.current < 0 ? undefined : this.metadataStream(stream);
    const data = metadata?.lastData();
    const before = data ? parseStreamMetadata(data).truncateBefore : undefined;
    return {
      current: stream.current,
      isTombstoned,
      isDeleted: before !== undefined && before >= Number(DELETED_TRUNCATE_BEFORE),
      hasIdAt: (revision, id) => stream.hasIdAt(revision, id),
      findId: (id) => stream.findId(id),
    };
  }
}

/** A stream as it will be once the group is written. */
class GroupStream {
  private readonly events: Planned[] = [];

  constructor(
    readonly name: Buffer,
    private readonly committed: CommittedStream,
  ) {}

  get current(): number {
    return this.committed.current + this.events.length;
  }

  get isTombstoned(): boolean {
    return this.committed.isTombstoned || (this.events.at(-1)?.record.isTombstone ?? false);
  }

  planned(record: NewRecord, position: number): void {
    this.events.push({ record, position });
  }

  lastData(): Buffer | undefined {
    const last = this.events.at(-1);
    return last ? last.record.data : this.committed.lastData();
  }

  hasIdAt(revision: number, id: Buffer): boolean {
    const { current } = this.committed;
    if (revision <= current) return this.committed.hasIdAt(revision, id);
    return this.events[revision - current - 1]?.record.id.equals(id) ?? false;
  }

  findId(id: Buffer): number {
    const revision = this.committed.current >= 0 ? this.committed.findId(id) : -1;
    if (revision >= 0) return revision;
    return this.events.find(({ record }) => record.id.equals(id))?.record.revision ?? -1;
  }

  positionOf(revision: number): number {
    const { current } = this.committed;
    if (revision <= current) return this.committed.positionOf(revision);
    return this.events[revision - current - 1]!.position;
  }
}

function written(stream: GroupStream): AppendOutcome {
  return {
    kind: 'written',
    revision: stream.current,
    position: stream.positionOf(stream.current),
  };
}

/** Nothing to write is a success that says where the stream stands. */
function emptyAppend(stream: GroupStream): AppendOutcome {
  return stream.current < 0 ? { kind: 'written', revision: -1, position: -1 } : written(stream);
}

function metadataEvent(data: Buffer): ProposedEvent {
  return { id: newId(), type: METADATA_TYPE, isJson: true, metadata: NOTHING, data };
}

function tombstoneEvent(): ProposedEvent {
  return { id: newId(), type: TOMBSTONE_TYPE, isJson: true, metadata: NOTHING, data: NOTHING };
}

const METADATA_TYPE = Buffer.from('$metadata');
const TOMBSTONE_TYPE = Buffer.from('$streamDeleted');
const NOTHING = Buffer.alloc(0);

/** A random UUID (RFC 9562, version 4). */
function newId(): Buffer {
  const id = randomFillSync(Buffer.alloc(16));
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}
