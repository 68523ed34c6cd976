import { crc32c } from './crc32c';

/**
 * The bytes of the log. A frame holds all events of one append, so an append is atomic:
 *
 *   header   FRAM or MORE · length of the whole frame u32 · events u32 · CRC of these and the position
 *   record   length of the body u32 · CRC of the body u32 · body          (once per event)
 *   trailer  CRC of the header and of every record's first 8 bytes u32 · end mark u32
 *
 * Little-endian, CRC-32C. Every byte is covered exactly once, a record can be checked alone, and
 * the end mark is never zero: a frame whose last bytes are zero was not written to its end.
 * The first frame of a group begins with FRAM, the others with MORE: a group is written when the
 * one before it is durable, so before a FRAM nothing can be unfinished.
 *
 *   body     id 16 · created f64 (ms since 1970) · revision u32 · flags u8 · 0 u8 · type length u16
 *            · stream name length u16 · 0 u16 · metadata length u32
 *            · stream name · type · metadata · data
 */
export const HEADER_BYTES = 16;
export const RECORD_HEADER_BYTES = 8;
export const TRAILER_BYTES = 8;
const BODY_FIXED_BYTES = 40;
const FIRST_MAGIC = 0x4d415246; // "FRAM"
const MORE_MAGIC = 0x45524f4d; // "MORE"
const END_MARK = 0x21444e45; // "END!"
const JSON_FLAG = 1;
const TOMBSTONE_FLAG = 2;
/** No frame is longer: an append is at most 1 MiB, names and headers come on top. */
export const FRAME_BYTES_MAX = 32 * 1024 * 1024;

export type NewRecord = Readonly<{
  id: Buffer;
  streamName: Buffer;
  type: Buffer;
  isJson: boolean;
  isTombstone: boolean;
  metadata: Buffer;
  data: Buffer;
  revision: number;
  createdMs: number;
}>;

export function bodyBytes(record: NewRecord): number {
  const { streamName, type, metadata, data } = record;
  return BODY_FIXED_BYTES + streamName.length + type.length + metadata.length + data.length;
}

export function frameBytes(records: readonly NewRecord[]): number {
  let total = HEADER_BYTES + TRAILER_BYTES;
  for (const record of records) total += RECORD_HEADER_BYTES + bodyBytes(record);
  return total;
}

/**
 * Writes one frame at `at` of a target that holds the whole group; `position` is where the log
 * will hold its first byte.
 */
export function writeFrame(
  target: Buffer,
  at: number,
  records: readonly NewRecord[],
  position: number,
): void {
  const length = frameBytes(records);
  target.writeUInt32LE(at === 0 ? FIRST_MAGIC : MORE_MAGIC, at);
  target.writeUInt32LE(length, at + 4);
  target.writeUInt32LE(records.length, at + 8);
  target.writeUInt32LE(headerCrc(target, at, position), at + 12);
  let crc = crc32c(target, at, at + HEADER_BYTES);
  let end = at + HEADER_BYTES;
  for (const record of records) {
    const bodyAt = end + RECORD_HEADER_BYTES;
    const next = writeBody(target, bodyAt, record);
    target.writeUInt32LE(next - bodyAt, end);
    target.writeUInt32LE(crc32c(target, bodyAt, next), end + 4);
    crc = crc32c(target, end, bodyAt, crc);
    end = next;
  }
  target.writeUInt32LE(crc, end);
  target.writeUInt32LE(END_MARK, end + 4);
}

export type FrameHeader = Readonly<{ length: number; events: number; beginsGroup: boolean }>;

/** The header at `at`, undefined when a bit of it, or its place in the log, is wrong. */
export function readFrameHeader(
  bytes: Buffer,
  at: number,
  position: number,
): FrameHeader | undefined {
  const magic = bytes.readUInt32LE(at);
  const beginsGroup = magic === FIRST_MAGIC;
  if (!beginsGroup && magic !== MORE_MAGIC) return undefined;
  if (bytes.readUInt32LE(at + 12) !== headerCrc(bytes, at, position)) return undefined;
  return { length: bytes.readUInt32LE(at + 4), events: bytes.readUInt32LE(at + 8), beginsGroup };
}

/**
 * Checks a whole frame whose header was read, calling `onRecord` for each body.
 * Returns what is wrong with it, undefined when nothing is.
 */
export function checkFrame(
  bytes: Buffer,
  at: number,
  { length, events }: FrameHeader,
  onRecord?: (bodyAt: number, bodyEnd: number) => void,
): string | undefined {
  const trailerAt = at + length - TRAILER_BYTES;
  let crc = crc32c(bytes, at, at + HEADER_BYTES);
  let end = at + HEADER_BYTES;
  const bodies: number[] = [];
  for (let event = 0; event < events; event++) {
    const bodyAt = end + RECORD_HEADER_BYTES;
    if (bodyAt > trailerAt) return 'a record runs past its frame';
    const next = bodyAt + bytes.readUInt32LE(end);
    if (next > trailerAt) return 'a record runs past its frame';
    if (crc32c(bytes, bodyAt, next) !== bytes.readUInt32LE(end + 4)) return 'bad CRC of a record';
    crc = crc32c(bytes, end, bodyAt, crc);
    bodies.push(bodyAt, next);
    end = next;
  }
  if (end !== trailerAt) return 'records do not fill their frame';
  if (bytes.readUInt32LE(end) !== crc) return 'bad CRC of a frame';
  if (bytes.readUInt32LE(end + 4) !== END_MARK) return 'bad end mark of a frame';
  if (onRecord) for (let i = 0; i < bodies.length; i += 2) onRecord(bodies[i]!, bodies[i + 1]!);
  return undefined;
}

/** The stored event behind a body's bytes; the parts are views, read on demand. */
export class StoredRecord {
  private readonly nameAt = BODY_FIXED_BYTES;
  private readonly typeAt: number;
  private readonly metadataAt: number;
  private readonly dataAt: number;

  constructor(private readonly body: Buffer) {
    this.typeAt = this.nameAt + body.readUInt16LE(32);
    this.metadataAt = this.typeAt + body.readUInt16LE(30);
    this.dataAt = this.metadataAt + body.readUInt32LE(36);
  }

  get id(): Buffer {
    return this.body.subarray(0, 16);
  }
  get createdMs(): number {
    return this.body.readDoubleLE(16);
  }
  get revision(): number {
    return this.body.readUInt32LE(24);
  }
  get isJson(): boolean {
    return (this.body[28]! & JSON_FLAG) !== 0;
  }
  get isTombstone(): boolean {
    return (this.body[28]! & TOMBSTONE_FLAG) !== 0;
  }
  get streamName(): Buffer {
    return this.body.subarray(this.nameAt, this.typeAt);
  }
  get type(): Buffer {
    return this.body.subarray(this.typeAt, this.metadataAt);
  }
  get metadata(): Buffer {
    return this.body.subarray(this.metadataAt, this.dataAt);
  }
  get data(): Buffer {
    return this.body.subarray(this.dataAt);
  }
}

function headerCrc(bytes: Buffer, at: number, position: number): number {
  POSITION.writeDoubleLE(position);
  return crc32c(POSITION, 0, 8, crc32c(bytes, at, at + 12));
}

const POSITION = Buffer.alloc(8);

function writeBody(target: Buffer, at: number, record: NewRecord): number {
  const { streamName, type, metadata, data } = record;
  target.set(record.id, at);
  target.writeDoubleLE(record.createdMs, at + 16);
  target.writeUInt32LE(record.revision, at + 24);
  target[at + 28] = (record.isJson ? JSON_FLAG : 0) | (record.isTombstone ? TOMBSTONE_FLAG : 0);
  target[at + 29] = 0;
  target.writeUInt16LE(type.length, at + 30);
  target.writeUInt16LE(streamName.length, at + 32);
  target.writeUInt16LE(0, at + 34);
  target.writeUInt32LE(metadata.length, at + 36);
  let end = at + BODY_FIXED_BYTES;
  for (const part of [streamName, type, metadata, data]) {
    target.set(part, end);
    end += part.length;
  }
  return end;
}
