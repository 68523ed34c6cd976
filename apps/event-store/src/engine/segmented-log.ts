import type { LogFile, LogFiles } from './files';
import { RECORD_HEADER_BYTES, StoredRecord } from './frame';
import { crc32c } from './crc32c';
import type { EventIndex } from './event-index';
import { PageCache } from './page-cache';
import {
  DamagedLog,
  SEGMENT_HEADER_BYTES,
  type Segment,
  encodeSegmentHeader,
  segmentName,
} from './segment';

/** More of it would be synced at once and make one append wait longer than the others. */
export const RESERVE_BYTES = 256 * 1024;

/** The log as one run of bytes: positions are offsets in all segments laid end to end. */
export class SegmentedLog {
  private readonly cache = new PageCache();
  /** Offset in the active segment: once the log is longer, room is reserved again. */
  private reserveAt: number;

  constructor(
    private readonly files: LogFiles,
    readonly segments: Segment[],
    private readonly index: EventIndex,
  ) {
    if (segments.length === 0) this.begin(0);
    this.reserveAt = this.active.file.size();
  }

  /** Position after the last durable byte. */
  get end(): number {
    return this.active.base + this.active.size;
  }

  get active(): Segment {
    return this.segments.at(-1)!;
  }

  /** Puts bytes at the end, not yet durable. Throws the disk's error, having undone the write. */
  write(bytes: Buffer): void {
    const { file, size } = this.active;
    try {
      file.write(bytes, size);
    } catch (error) {
      this.undo(file, size);
      throw error;
    }
    this.reserve(file, size + bytes.length);
  }

  /** Zeros after the end, made durable by the sync of what was just written. */
  private reserve(file: LogFile, end: number): void {
    if (end <= this.reserveAt) return;
    this.reserveAt = end + RESERVE_BYTES;
    try {
      file.reserve(end, RESERVE_BYTES);
    } catch {
      // It is for speed alone: on a full disk the log goes on without, and tries again later.
    }
  }

  /** What cannot be taken back would stand after the next frame: no frame may follow it then. */
  private undo(file: LogFile, size: number): void {
    try {
      file.truncate(size);
    } catch (error) {
      throw new Error('an unfinished write could not be taken back', { cause: error });
    }
  }

  /** Makes the written bytes durable; only now can they be read. */
  async sync(bytes: Buffer): Promise<void> {
    const { active } = this;
    try {
      await active.file.sync();
    } catch (error) {
      // Pages that failed to reach the disk may count as clean: nothing may read them again.
      try {
        active.file.truncate(active.size);
      } catch {
        // The disk is failing: the error that counts is the first one.
      }
      throw error;
    }
    const offset = active.size;
    active.size += bytes.length;
    this.cache.appended(active, offset, bytes);
  }

  /** Begins the next segment at the end of the log. Throws the disk's error, having undone it. */
  begin(base: number): void {
    const sealed = this.segments.at(-1);
    sealed?.file.truncate(sealed.size);
    const name = segmentName(base);
    const file = this.files.open(name);
    try {
      file.write(encodeSegmentHeader(base), 0);
      // Else a power cut could leave a long segment that begins with zeros.
      file.syncNow();
    } catch (error) {
      file.close();
      this.files.remove(name);
      throw error;
    }
    this.files.syncNames();
    const { count, streams, types } = this.index;
    this.segments.push({
      name,
      base,
      file,
      size: SEGMENT_HEADER_BYTES,
      firstSequence: count,
      firstStream: streams.size,
      firstType: types.size,
    });
    this.reserveAt = 0;
  }

  /** The event at a position, checked against its CRC. A view: valid until the next call. */
  record(position: number): StoredRecord {
    const segment = this.segmentAt(position);
    const offset = position - segment.base;
    const header = this.cache.read(segment, offset, RECORD_HEADER_BYTES);
    const length = header.readUInt32LE(0);
    const crc = header.readUInt32LE(4);
    const bodyAt = offset + RECORD_HEADER_BYTES;
    if (bodyAt + length > segment.size) {
      throw new DamagedLog(segment.name, offset, 'a record runs past the end');
    }
    const body = this.cache.read(segment, bodyAt, length);
    if (crc32c(body) !== crc) throw new DamagedLog(segment.name, offset, 'bad CRC of a record');
    return new StoredRecord(body);
  }

  close(): void {
    for (const segment of this.segments) segment.file.close();
  }

  private segmentAt(position: number): Segment {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.segments[middle]!.base <= position) low = middle;
      else high = middle - 1;
    }
    return this.segments[low]!;
  }
}
