import { PositionColumn, Uint32Column } from './column';
import { HashTable, mix } from './hash-table';
import { NameTable } from './name-table';

const NONE = 0xffffffff;
const TOMBSTONE = 0x80000000;
/** Every so many revisions of a stream its place is noted: no lookup walks further. */
const STRIDE = 256;

/** One event as the index knows it; `sequence` numbers below count events in log order. */
export type IndexEntry = Readonly<{
  position: number;
  streamName: Uint8Array;
  type: Uint8Array;
  isTombstone: boolean;
  idHash: number;
}>;

/**
 * Where every committed event is: about 32 bytes an event, all outside the JavaScript heap.
 * A stream is a chain through the sequence numbers of its events, entered every 256 revisions.
 */
export class EventIndex {
  count = 0;
  readonly streams = new NameTable();
  readonly types = new NameTable();
  private readonly positions = new PositionColumn();
  private readonly streamIds = new Uint32Column();
  private readonly typeIds = new Uint32Column();
  private readonly idHashes = new Uint32Column();
  private readonly nextInStream = new Uint32Column();
  private readonly firstOf = new Uint32Column();
  private readonly lastOf = new Uint32Column();
  private readonly lengthOf = new Uint32Column();
  private readonly strides = new Map<number, number[]>();
  private readonly ids = new HashTable((sequence) => this.idHashes.get(sequence));

  /** Makes room for so many more events at once. */
  reserve(events: number): void {
    this.ids.reserve(events);
  }

  /** Adds the next event of the log and returns its revision. */
  add(entry: IndexEntry): number {
    const streamId = this.streams.intern(entry.streamName);
    const typeId = this.types.intern(entry.type);
    return this.addKnown(streamId, typeId, entry);
  }

  addKnown(
    streamId: number,
    typeId: number,
    entry: Pick<IndexEntry, 'position' | 'isTombstone' | 'idHash'>,
  ): number {
    const sequence = this.count++;
    this.positions.set(sequence, entry.position);
    this.streamIds.set(sequence, streamId);
    this.typeIds.set(sequence, entry.isTombstone ? (typeId | TOMBSTONE) >>> 0 : typeId);
    this.idHashes.set(sequence, entry.idHash);
    this.nextInStream.set(sequence, NONE);
    this.ids.insert(entry.idHash, sequence);
    return this.chain(streamId, sequence);
  }

  /** The position of an event; of the one after the last: beyond all positions. */
  position(sequence: number): number {
    return sequence < this.count ? this.positions.get(sequence) : Infinity;
  }

  streamId(sequence: number): number {
    return this.streamIds.get(sequence);
  }

  typeId(sequence: number): number {
    return (this.typeIds.get(sequence) & ~TOMBSTONE) >>> 0;
  }

  idHash(sequence: number): number {
    return this.idHashes.get(sequence);
  }

  isTombstone(sequence: number): boolean {
    return this.typeIds.get(sequence) >= TOMBSTONE;
  }

  /** The first event at or after a position; `count` when there is none. */
  sequenceAt(position: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positions.get(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many events the stream ever had: its last revision is one less. */
  streamLength(streamId: number): number {
    return streamId >= 0 && streamId < this.streams.size ? this.lengthOf.get(streamId) : 0;
  }

  lastSequence(streamId: number): number {
    return this.lastOf.get(streamId);
  }

  /** The event after this one in the same stream, -1 for the last. */
  next(sequence: number): number {
    const next = this.nextInStream.get(sequence);
    return next === NONE ? -1 : next;
  }

  /** The event of a stream at a revision that exists. */
  sequenceOf(streamId: number, revision: number): number {
    if (revision === this.lengthOf.get(streamId) - 1) return this.lastOf.get(streamId);
    const stride = Math.floor(revision / STRIDE);
    let sequence =
      stride === 0 ? this.firstOf.get(streamId) : this.strides.get(streamId)![stride - 1]!;
    for (let at = stride * STRIDE; at < revision; at++) sequence = this.nextInStream.get(sequence);
    return sequence;
  }

  /** The first event of the stream whose id has this hash and is confirmed, or -1. */
  findId(streamId: number, idHash: number, confirm: (sequence: number) => boolean): number {
    return this.ids.find(
      idHash,
      (sequence) =>
        this.idHashes.get(sequence) === idHash &&
        this.streamIds.get(sequence) === streamId &&
        confirm(sequence),
    );
  }

  private chain(streamId: number, sequence: number): number {
    const isNew = sequence === 0 || streamId >= this.knownStreams;
    if (isNew) {
      this.knownStreams = streamId + 1;
      this.firstOf.set(streamId, sequence);
      this.lengthOf.set(streamId, 0);
    } else this.nextInStream.set(this.lastOf.get(streamId), sequence);
    const revision = this.lengthOf.get(streamId);
    if (revision > 0 && revision % STRIDE === 0) this.noteStride(streamId, sequence);
    this.lastOf.set(streamId, sequence);
    this.lengthOf.set(streamId, revision + 1);
    return revision;
  }

  private knownStreams = 0;

  private noteStride(streamId: number, sequence: number): void {
    const strides = this.strides.get(streamId);
    if (strides) strides.push(sequence);
    else this.strides.set(streamId, [sequence]);
  }
}

/** A hash of an event's id (16 bytes); time-ordered UUIDs spread as well as random ones. */
export function hashOfId(id: Buffer): number {
  const folded =
    id.readUInt32LE(0) ^
    Math.imul(id.readUInt32LE(4), 0x9e3779b1) ^
    Math.imul(id.readUInt32LE(8), 0x85ebca77) ^
    Math.imul(id.readUInt32LE(12), 0xc2b2ae3d);
  return mix(folded);
}
