import type { AppendOutcome, AppendRequest } from './append';
import { AppendGroup, type CommittedStream } from './append-group';
import { type EventIndex, hashOfId } from './event-index';
import type { LogFiles } from './files';
import type { StoredRecord } from './frame';
import { type SnapshotBounds, encodeSnapshot, snapshotName } from './index-snapshot';
import type { Log } from './logger';
import { ProgressMark, readProgress } from './progress-mark';
import { recover } from './recovery';
import type { Segment } from './segment';
import { SegmentedLog } from './segmented-log';

export type EngineOptions = Readonly<{
  log: Log;
  /** A new segment file is begun once one is this long. */
  segmentBytes?: number;
  /** The index is saved each time the log grew by this much. */
  snapshotBytes?: number;
  /** Whether to save the index at all: the in-memory form has no use for it. */
  keepsSnapshots?: boolean;
  /** The clock, in ms: for people, never for order. */
  now?: () => number;
}>;

/** No group of appends is longer: the first of them must not wait for a whole backlog. */
const GROUP_BYTES_MAX = 4 * 1024 * 1024;
/** Errors of a disk without room, on which the log can go on when there is room again. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * The log engine: appends in groups, one write and one fdatasync each, and reads what is
 * committed. The durable and the in-memory form differ only in their `LogFiles`.
 */
export class Engine {
  readonly index: EventIndex;
  private readonly log: SegmentedLog;
  private readonly mark: ProgressMark;
  private readonly queue: AppendRequest[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly options: Required<EngineOptions>;
  private encoded = Buffer.allocUnsafeSlow(1 << 16);
  private running: Promise<void> | undefined;
  private stopped: string | undefined;
  private snapshotEnd: number;
  private saving: Promise<void> = Promise.resolve();

  /** Throws `DamagedLog` when the files are not what was written. */
  constructor(
    private readonly files: LogFiles,
    options: EngineOptions,
  ) {
    this.options = {
      segmentBytes: 64 * 1024 * 1024,
      snapshotBytes: 16 * 1024 * 1024,
      keepsSnapshots: true,
      now: Date.now,
      ...options,
    };
    const { segments, index, snapshotCovered, scanned } = recover(files, { log: options.log });
    this.index = index;
    this.log = new SegmentedLog(files, segments, index);
    this.snapshotEnd = this.log.active.base + snapshotCovered;
    this.warnOfLoss(readProgress(files) ?? 0);
    this.mark = new ProgressMark(files);
    this.mark.write(this.end);
    for (const segment of scanned) if (segment !== this.log.active) this.saveSealed(segment);
  }

  /** Position after the last committed byte. */
  get end(): number {
    return this.log.end;
  }

  get segmentCount(): number {
    return this.log.segments.length;
  }

  get queued(): number {
    return this.queue.length;
  }

  /** Why appends are refused, undefined while they are taken. */
  get refusal(): string | undefined {
    return this.stopped;
  }

  append(request: AppendRequest): void {
    if (this.stopped !== undefined) {
      return request.done({ kind: 'unavailable', message: this.stopped });
    }
    this.queue.push(request);
    this.running ??= this.run();
  }

  /** Calls `listener` after each group that committed events. Returns how to stop that. */
  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A committed event. A view: valid until the next call. */
  record(sequence: number): StoredRecord {
    return this.log.record(this.index.position(sequence));
  }

  /**
   * Refuses further appends, waits for those taken, lets `hangUp` end whoever still reads, saves
   * the index and closes the files.
   */
  async close(hangUp: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.stopped ??= 'the event store is shutting down';
    await this.running;
    await hangUp();
    this.saveActive(1024 * 1024);
    await this.saving;
    this.log.close();
    this.mark.close();
  }

  private warnOfLoss(acknowledged: number): void {
    const missing = acknowledged - this.end;
    if (missing <= 0) return;
    this.options.log.error(
      `${missing} acknowledged bytes are missing at the end of the log: the disk or a person lost them`,
    );
  }

  /** One caller's trouble with its answer is not the others'. */
  private settle(request: AppendRequest, outcome: AppendOutcome): void {
    try {
      request.done(outcome);
    } catch (error) {
      this.options.log.error(`an append could not be answered: ${String(error)}`);
    }
  }

  private async run(): Promise<void> {
    // What arrives in the same turn of the event loop goes to disk together.
    await new Promise(setImmediate);
    while (this.queue.length > 0) await this.commit();
    this.running = undefined;
  }

  private async commit(): Promise<void> {
    if (this.log.active.size >= this.options.segmentBytes && !this.rotate()) return;
    const group = this.takeGroup();
    if (group.size > 0) {
      const bytes = this.encode(group);
      const failure = this.tryWrite(bytes) ?? (await this.trySync(bytes));
      if (failure) return this.fail(group, failure);
      for (const { record, position } of group.records) {
        const { streamName, type, isTombstone, id } = record;
        this.index.add({ position, streamName, type, isTombstone, idHash: hashOfId(id) });
      }
    }
    if (group.size > 0) this.mark.write(this.end);
    for (const { request, outcome } of group.verdicts) this.settle(request, outcome);
    if (group.size === 0) return;
    for (const listener of this.listeners) listener();
    this.saveActive(this.options.snapshotBytes);
  }

  private takeGroup(): AppendGroup {
    const { log, options } = this;
    const group = new AppendGroup(log.end, options.now(), (name) => this.committed(name));
    let taken = 0;
    while (taken < this.queue.length && group.size < GROUP_BYTES_MAX) {
      group.add(this.queue[taken++]!);
    }
    this.queue.splice(0, taken);
    return group;
  }

  /** Groups are encoded to one place again and again: a view, until the next group. */
  private encode(group: AppendGroup): Buffer {
    if (group.size > this.encoded.length) {
      this.encoded = Buffer.allocUnsafeSlow(Math.max(group.size, 2 * this.encoded.length));
    }
    group.encode(this.encoded);
    return this.encoded.subarray(0, group.size);
  }

  private committed(streamName: Buffer): CommittedStream {
    const { index, log } = this;
    const streamId = index.streams.find(streamName);
    const length = index.streamLength(streamId);
    const recordAt = (sequence: number) => log.record(index.position(sequence));
    return {
      streamId,
      current: length - 1,
      isTombstoned: length > 0 && index.isTombstone(index.lastSequence(streamId)),
      lastData: () =>
        length > 0 ? Buffer.from(recordAt(index.lastSequence(streamId)).data) : undefined,
      hasIdAt: (revision, id) => {
        const sequence = index.sequenceOf(streamId, revision);
        return index.idHash(sequence) === hashOfId(id) && recordAt(sequence).id.equals(id);
      },
      findId: (id) => {
        const sequence = index.findId(streamId, hashOfId(id), (at) => recordAt(at).id.equals(id));
        return sequence < 0 ? -1 : recordAt(sequence).revision;
      },
      positionOf: (revision) => index.position(index.sequenceOf(streamId, revision)),
    };
  }

  private tryWrite(bytes: Buffer): AppendOutcome | undefined {
    try {
      this.log.write(bytes);
      return undefined;
    } catch (error) {
      return this.refuse(error);
    }
  }

  private async trySync(bytes: Buffer): Promise<AppendOutcome | undefined> {
    try {
      await this.log.sync(bytes);
      return undefined;
    } catch (error) {
      // After a failed fsync the kernel may call pages clean that never reached the disk, so
      // no later success proves anything: nothing more is acknowledged until a restart.
      const message = `a write may not have reached the disk (${String(error)})`;
      this.stopped = `${message}: no appends until the event store is restarted`;
      this.options.log.error(this.stopped);
      return { kind: 'unknown', message };
    }
  }

  /** An append that failed before its bytes were in the file: nothing was written. */
  private refuse(error: unknown): AppendOutcome {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && NO_ROOM.has(code)) {
      const message = `no room on the disk (${code}), nothing was written`;
      this.options.log.error(message);
      return { kind: 'no-room', message };
    }
    this.stopped = `the log cannot be written (${String(error)}): no appends until a restart`;
    this.options.log.error(this.stopped);
    return { kind: 'unavailable', message: this.stopped };
  }

  /** Verdicts of the group may rest on what it failed to write: all of them fail alike. */
  private fail(group: AppendGroup, outcome: AppendOutcome): void {
    for (const { request } of group.verdicts) this.settle(request, outcome);
    if (this.stopped === undefined) return;
    const message = this.stopped;
    for (const request of this.queue.splice(0))
      this.settle(request, { kind: 'unavailable', message });
  }

  /** False when there was no room for another segment: the waiting appends were told so. */
  private rotate(): boolean {
    const sealed = this.log.active;
    try {
      this.log.begin(this.log.end);
    } catch (error) {
      const outcome = this.refuse(error);
      for (const request of this.queue.splice(0)) this.settle(request, outcome);
      return false;
    }
    this.saveSealed(sealed);
    return true;
  }

  private saveSealed(segment: Segment): void {
    const next = this.log.segments[this.log.segments.indexOf(segment) + 1]!;
    const { firstSequence: sequence, firstStream: streams, firstType: types } = next;
    this.save(segment, { covered: segment.size, sequence, streams, types });
  }

  private saveActive(grownBytes: number): void {
    if (this.end - this.snapshotEnd < grownBytes) return;
    this.save(this.log.active, this.bounds(this.log.active));
  }

  private bounds({ size }: Segment): SnapshotBounds {
    const { count, streams, types } = this.index;
    return { covered: size, sequence: count, streams: streams.size, types: types.size };
  }

  private save(segment: Segment, bounds: SnapshotBounds): void {
    if (!this.options.keepsSnapshots || bounds.sequence === segment.firstSequence) return;
    this.snapshotEnd = Math.max(this.snapshotEnd, segment.base + bounds.covered);
    this.saving = this.saving.then(async () => {
      try {
        const parts = encodeSnapshot(segment, this.index, bounds);
        await this.files.replace(snapshotName(segment), parts);
      } catch (error) {
        this.options.log.warn(`${snapshotName(segment)} was not saved: ${String(error)}`);
      }
    });
  }
}
