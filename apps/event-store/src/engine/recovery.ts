import { EventIndex, hashOfId } from './event-index';
import type { LogFiles } from './files';
import { StoredRecord } from './frame';
import { type ScanEnd, scanFrames } from './frame-scan';
import { loadSnapshot } from './index-snapshot';
import type { Log } from './logger';
import {
  DamagedLog,
  SEGMENT_HEADER_BYTES,
  type Segment,
  baseOf,
  encodeSegmentHeader,
  segmentNames,
} from './segment';

export type Recovered = Readonly<{
  segments: Segment[];
  index: EventIndex;
  /** Offset in the last segment up to which a snapshot told what is there. */
  snapshotCovered: number;
  /** Bytes after the last whole frame, cut unless read-only. */
  tailBytes: number;
  /** Segments that had to be scanned: saving their index spares it the next time. */
  scanned: Segment[];
}>;

export type RecoveryOptions = Readonly<{
  log: Log;
  /** `verify` reads everything, believes no snapshot and changes nothing. */
  readOnly?: boolean;
}>;

/**
 * Reads the segments and builds the index. Cuts what a crash left of a last write, keeping the
 * bytes aside in `cut-*`. Throws `DamagedLog` on anything else that is not what was written.
 */
export function recover(files: LogFiles, { log, readOnly = false }: RecoveryOptions): Recovered {
  const index = new EventIndex();
  const segments: Segment[] = [];
  const names = segmentNames(files.names());
  let snapshotCovered = 0;
  let tailBytes = 0;
  const scanned: Segment[] = [];
  for (const [at, name] of names.entries()) {
    const isLast = at === names.length - 1;
    const before = segments.at(-1);
    const base = before ? before.base + before.size : 0;
    if (baseOf(name) !== base) {
      throw new DamagedLog(name, 0, `what the log holds from ${base} on is missing before it`);
    }
    const segment = openSegment(files, { name, base, index });
    segments.push(segment);
    if (!checkSegmentHeader(segment, isLast)) {
      if (readOnly) {
        segment.size = 0;
        continue;
      }
      restartSegment(files, segment, log);
    }
    const covered = readOnly ? undefined : loadSnapshot(files, segment, index);
    snapshotCovered = covered ?? 0;
    if (covered === undefined) scanned.push(segment);
    const end = scanSegment(segment, index, covered ?? SEGMENT_HEADER_BYTES);
    if (end.state !== 'whole') {
      if (end.state === 'damage' || !isLast) throw new DamagedLog(name, end.offset, end.reason);
      tailBytes = segment.size - end.offset;
      if (!readOnly) cutTail(files, { segment, end, log });
    }
    // Zeros reserved after the end are no part of the log. Should a crash have left some in a
    // sealed segment, the name of the next one still says that nothing is missing.
    segment.size = end.offset;
  }
  // A killed server may have left whole frames that never reached the disk: whoever repeats such
  // an append is told that it is written, so now it must be.
  if (!readOnly) segments.at(-1)?.file.syncNow();
  return { segments, index, snapshotCovered, tailBytes, scanned };
}

function openSegment(
  files: LogFiles,
  { name, base, index }: { name: string; base: number; index: EventIndex },
): Segment {
  const file = files.open(name);
  return {
    name,
    base,
    file,
    size: file.size(),
    firstSequence: index.count,
    firstStream: index.streams.size,
    firstType: index.types.size,
  };
}

/** False for a last segment whose very creation was interrupted. */
function checkSegmentHeader(segment: Segment, isLast: boolean): boolean {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  segment.file.read(header, 0, SEGMENT_HEADER_BYTES);
  if (header.equals(encodeSegmentHeader(segment.base)) && segment.size >= SEGMENT_HEADER_BYTES) {
    return true;
  }
  const isEmpty = segment.size < SEGMENT_HEADER_BYTES || header.every((byte) => byte === 0);
  if (isLast && isEmpty && segment.size <= SEGMENT_HEADER_BYTES) return false;
  throw new DamagedLog(segment.name, 0, 'bad segment header');
}

function restartSegment(files: LogFiles, segment: Segment, log: Log): void {
  log.warn(`${segment.name} was begun and never used: it is begun again`);
  segment.file.write(encodeSegmentHeader(segment.base), 0);
  segment.size = SEGMENT_HEADER_BYTES;
  files.syncNames();
}

function scanSegment(segment: Segment, index: EventIndex, from: number): ScanEnd {
  return scanFrames({
    file: segment.file,
    base: segment.base,
    from,
    size: segment.size,
    onRecord: (bytes, bodyAt, bodyEnd, offset) => {
      const record = new StoredRecord(bytes.subarray(bodyAt, bodyEnd));
      const revision = index.add({
        position: segment.base + offset - RECORD_HEADER,
        streamName: record.streamName,
        type: record.type,
        isTombstone: record.isTombstone,
        idHash: hashOfId(record.id),
      });
      if (revision === record.revision) return;
      const stream = record.streamName.toString();
      const reason = `revision ${record.revision} of ${stream} stands where ${revision} should`;
      throw new DamagedLog(segment.name, offset - RECORD_HEADER, reason);
    },
  });
}

const RECORD_HEADER = 8;

function cutTail(
  files: LogFiles,
  { segment, end, log }: { segment: Segment; end: ScanEnd; log: Log },
): void {
  const length = segment.size - end.offset;
  const aside = `cut-${segment.base + end.offset}-${Date.now()}`;
  const bytes = Buffer.allocUnsafeSlow(length);
  segment.file.read(bytes, end.offset, length);
  const where = `${segment.name} at byte ${end.offset}`;
  try {
    const file = files.open(aside);
    file.write(bytes, 0);
    file.syncNow();
    file.close();
    log.warn(`cut ${length} bytes of ${where} (${end.reason}), kept in ${aside}`);
  } catch (error) {
    // What is cut was never acknowledged: a full disk must not keep the store from starting.
    files.remove(aside);
    log.warn(`cut ${length} bytes of ${where} (${end.reason}), not kept: ${String(error)}`);
  }
  segment.file.truncate(end.offset);
  files.syncNames();
}
