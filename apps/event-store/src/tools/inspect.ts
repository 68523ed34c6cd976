import { existsSync } from 'node:fs';
import { DiskFiles } from '../engine/files';
import { SILENT } from '../engine/logger';
import { readProgress } from '../engine/progress-mark';
import { recover } from '../engine/recovery';
import { segmentNames } from '../engine/segment';

export type Inspected = Readonly<{
  events: number;
  streams: number;
  eventTypes: number;
  segments: number;
  logBytes: number;
  /** What a crash, or a server writing at this moment, left after the last whole frame. */
  tailBytes: number;
  /** What was acknowledged once and is no longer there, as far as the file `committed` knows. */
  missingBytes: number;
}>;

/**
 * Reads every byte of a log, whether or not a server writes to it: frames, CRCs and the
 * continuity of revisions. Throws `DamagedLog` with the first bad file and offset.
 */
export function inspect(directory: string): Inspected {
  if (!existsSync(directory)) throw new Error(`${directory} does not exist`);
  const files = new DiskFiles(directory);
  if (segmentNames(files.names()).length === 0) throw new Error(`${directory} holds no log`);
  const acknowledged = readProgress(files) ?? 0;
  const { segments, index, tailBytes } = recover(files, { log: SILENT, readOnly: true });
  for (const { file } of segments) file.close();
  const last = segments.at(-1)!;
  const logBytes = last.base + last.size;
  return {
    events: index.count,
    streams: index.streams.size,
    eventTypes: index.types.size,
    segments: segments.length,
    logBytes,
    tailBytes,
    missingBytes: Math.max(0, acknowledged - logBytes),
  };
}
