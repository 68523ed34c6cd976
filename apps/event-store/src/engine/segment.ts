import { crc32c } from './crc32c';
import type { LogFile } from './files';

/**
 * A segment file begins with 32 bytes: "EVSTLOG1" · base f64 (where the log holds its first
 * byte) · zeros · CRC-32C of all that u32. Its name is the base in 16 digits.
 */
export const SEGMENT_HEADER_BYTES = 32;
const MAGIC = Buffer.from('EVSTLOG1', 'latin1');

export type Segment = {
  readonly name: string;
  readonly base: number;
  readonly file: LogFile;
  /** Length in bytes of what is durable, header included. */
  size: number;
  /** What the index held when the segment began: the events in it are numbered from here. */
  readonly firstSequence: number;
  readonly firstStream: number;
  readonly firstType: number;
};

export function segmentName(base: number): string {
  return `${String(base).padStart(16, '0')}.log`;
}

/** The segment files among these names, in log order. */
export function segmentNames(names: readonly string[]): string[] {
  return names.filter((name) => /^\d{16}\.log$/.test(name)).sort();
}

export function baseOf(segment: string): number {
  return Number(segment.slice(0, 16));
}

export function encodeSegmentHeader(base: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeDoubleLE(base, 8);
  header.writeUInt32LE(crc32c(header, 0, SEGMENT_HEADER_BYTES - 4), SEGMENT_HEADER_BYTES - 4);
  return header;
}

/** The log is not what was written: the server must not start on it. */
export class DamagedLog extends Error {
  constructor(
    readonly file: string,
    readonly offset: number,
    readonly reason: string,
  ) {
    super(`${file} is damaged at byte ${offset}: ${reason}`);
    this.name = 'DamagedLog';
  }
}
