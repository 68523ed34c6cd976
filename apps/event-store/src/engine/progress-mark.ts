import { crc32c } from './crc32c';
import type { LogFile, LogFiles } from './files';

/**
 * The file `committed` says how far the log is acknowledged: position f64 · CRC-32C of it u32. It
 * is written after each group and not synced, so after a power cut it may be behind, never ahead.
 * A backup of a running store ends there; a log that ends before it has lost something.
 */
const NAME = 'committed';
const BYTES = 12;

export class ProgressMark {
  private readonly file: LogFile;
  private readonly bytes = Buffer.alloc(BYTES);

  constructor(files: LogFiles) {
    this.file = files.open(NAME);
  }

  write(position: number): void {
    this.bytes.writeDoubleLE(position);
    this.bytes.writeUInt32LE(crc32c(this.bytes, 0, 8), 8);
    try {
      this.file.write(this.bytes, 0);
    } catch {
      // On a full disk the mark stays behind, which it may.
    }
  }

  close(): void {
    this.file.close();
  }
}

/** How far the log was acknowledged, undefined where nothing (whole) says so. */
export function readProgress(files: LogFiles): number | undefined {
  const bytes = files.read(NAME);
  if (bytes?.length !== BYTES || bytes.readUInt32LE(8) !== crc32c(bytes, 0, 8)) return undefined;
  return bytes.readDoubleLE(0);
}
