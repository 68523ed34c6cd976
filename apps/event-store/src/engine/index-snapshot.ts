import { crc32c } from './crc32c';
import { type EventIndex } from './event-index';
import type { LogFiles } from './files';
import { RECORD_HEADER_BYTES } from './frame';
import type { NameTable } from './name-table';
import type { Segment } from './segment';

/**
 * What the index knows of one segment, so that a start need not scan it. Beside `X.log` stands
 * `X.idx`: this header, four columns of u32 (offset in the segment, stream, type, hash of the id),
 * the names that first appear in the segment (length u16 · UTF-8), CRC-32C of all that u32.
 *
 *   "EVSTIDX1" · base f64 · offset it covers the segment up to u32 · first event u32 · events u32
 *   · first stream u32 · streams u32 · first type u32 · types u32 · the last event's record
 *   header (8 bytes, as the segment must have it)
 *
 * A column never changes once written, so a snapshot of the past can be taken at any time.
 */
const MAGIC = 'EVSTIDX1';
const HEADER_BYTES = 52;
const TOMBSTONE = 0x80000000;

export function snapshotName(segment: Segment): string {
  return segment.name.replace(/log$/, 'idx');
}

export type SnapshotBounds = Readonly<{
  /** Offset in the segment, events, streams and types: how far the snapshot goes. */
  covered: number;
  sequence: number;
  streams: number;
  types: number;
}>;

export function encodeSnapshot(
  segment: Segment,
  index: EventIndex,
  { covered, sequence, streams, types }: SnapshotBounds,
): Buffer[] {
  const { base, firstSequence, firstStream, firstType } = segment;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeDoubleLE(base, 8);
  [covered, firstSequence, sequence - firstSequence].forEach((n, i) =>
    header.writeUInt32LE(n, 16 + 4 * i),
  );
  [firstStream, streams - firstStream, firstType, types - firstType].forEach((n, i) =>
    header.writeUInt32LE(n, 28 + 4 * i),
  );
  readRecordHeader(segment, index.position(sequence - 1) - base).copy(header, 44);
  const parts = [
    header,
    column(firstSequence, sequence, (at) => index.position(at) - base),
    column(firstSequence, sequence, (at) => index.streamId(at)),
    column(firstSequence, sequence, (at) =>
      index.isTombstone(at) ? (index.typeId(at) | TOMBSTONE) >>> 0 : index.typeId(at),
    ),
    column(firstSequence, sequence, (at) => index.idHash(at)),
    names(index.streams, firstStream, streams),
    names(index.types, firstType, types),
  ];
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(parts.reduce((sum, part) => crc32c(part, 0, part.length, sum), 0));
  return [...parts, crc];
}

/**
 * Adds what the snapshot knows to the index, if it can be believed: whole, of this segment, and
 * not beyond it. Returns the offset up to which nothing need be scanned, undefined when it is
 * not to be used (the index is then untouched).
 */
export function loadSnapshot(
  files: LogFiles,
  segment: Segment,
  index: EventIndex,
): number | undefined {
  const bytes = files.read(snapshotName(segment));
  if (!bytes || !isWhole(bytes)) return undefined;
  const [covered, firstSequence, events] = u32s(bytes, 16, 3) as [number, number, number];
  const [firstStream, streams, firstType, types] = u32s(bytes, 28, 4) as [
    number,
    number,
    number,
    number,
  ];
  const fits =
    bytes.readDoubleLE(8) === segment.base &&
    firstSequence === index.count &&
    firstStream === index.streams.size &&
    firstType === index.types.size &&
    covered <= segment.size &&
    events > 0;
  if (!fits) return undefined;
  const columns = [0, 1, 2, 3].map((at) => HEADER_BYTES + 4 * events * at);
  const [offsets, streamIds, typeIds, idHashes] = columns as [number, number, number, number];
  const lastAt = bytes.readUInt32LE(offsets + 4 * (events - 1));
  if (!bytes.subarray(44, 52).equals(readRecordHeader(segment, lastAt))) return undefined;

  const namesAt = internNames(index.streams, bytes, HEADER_BYTES + 16 * events, streams);
  internNames(index.types, bytes, namesAt, types);
  index.reserve(events);
  for (let at = 0; at < 4 * events; at += 4) {
    const type = bytes.readUInt32LE(typeIds + at);
    index.addKnown(bytes.readUInt32LE(streamIds + at), (type & ~TOMBSTONE) >>> 0, {
      position: segment.base + bytes.readUInt32LE(offsets + at),
      isTombstone: type >= TOMBSTONE,
      idHash: bytes.readUInt32LE(idHashes + at),
    });
  }
  return covered;
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES + 4 || bytes.toString('latin1', 0, 8) !== MAGIC) return false;
  const end = bytes.length - 4;
  return crc32c(bytes, 0, end) === bytes.readUInt32LE(end);
}

function readRecordHeader(segment: Segment, offset: number): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  segment.file.read(header, offset, RECORD_HEADER_BYTES);
  return header;
}

function column(from: number, to: number, value: (at: number) => number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(4 * (to - from));
  for (let at = from; at < to; at++) bytes.writeUInt32LE(value(at), 4 * (at - from));
  return bytes;
}

function names(table: NameTable, from: number, to: number): Buffer {
  const parts: Buffer[] = [];
  for (let id = from; id < to; id++) {
    const name = table.bytes(id);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(name.length);
    parts.push(length, name);
  }
  return Buffer.concat(parts);
}

function internNames(table: NameTable, bytes: Buffer, start: number, count: number): number {
  let at = start;
  for (let name = 0; name < count; name++) {
    const length = bytes.readUInt16LE(at);
    table.intern(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return at;
}

function u32s(bytes: Buffer, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => bytes.readUInt32LE(at + 4 * i));
}
