import { randomUUID } from 'node:crypto';
import type { Engine } from '../engine/engine';
import { type Cursor, StreamView, makeCursor } from './cursors';
import type { GrpcCall } from './grpc-call';
import { GrpcError, INVALID_ARGUMENT, streamDeleted } from './grpc-status';
import { type ReadRequest, readReadRequest } from './read-request';
import {
  encodeCaughtUp,
  encodeCheckpoint,
  encodeConfirmation,
  encodeEvent,
  encodeStreamNotFound,
} from './read-response';

/** One write to the caller is about this long: it waits in memory while the caller is slow. */
const BATCH_BYTES = 32 * 1024;
/** Events looked at before others get their turn. */
const TURN_EVENTS = 2048;

/** Serves `Streams/Read`: reads, and subscriptions to what comes. */
export function serveRead(engine: Engine, call: GrpcCall): void {
  let reading: Reading | undefined;
  call.serve({
    onMessage: (bytes) => {
      if (reading) throw new GrpcError(INVALID_ARGUMENT, 'One request is enough.');
      reading = new Reading(engine, call, readReadRequest(bytes));
      reading.start();
    },
    onHalfClose: () => {
      if (!reading) throw new GrpcError(INVALID_ARGUMENT, 'A request is required.');
    },
    onClose: () => reading?.stop(),
  });
}

class Reading {
  private readonly cursor: Cursor;
  private left: number;
  private state: 'idle' | 'waiting' = 'idle';
  private isLive = false;
  private looked = 0;
  private lookedAt = 0;
  private stopListening: () => void = () => {};

  constructor(
    private readonly engine: Engine,
    private readonly call: GrpcCall,
    private readonly request: ReadRequest,
  ) {
    this.assertNotDeleted();
    this.cursor = makeCursor(engine, request);
    this.left = request.countMax ?? Infinity;
  }

  start(): void {
    const { streamName, countMax } = this.request;
    if (countMax === undefined) {
      this.stopListening = this.engine.onCommit(() => this.onCommit());
      this.call.write(encodeConfirmation(randomUUID()));
    } else if (streamName && !new StreamView(this.engine, streamName).hasEvents) {
      this.call.write(encodeStreamNotFound(streamName));
      return this.call.end();
    }
    this.pump();
  }

  stop(): void {
    this.stopListening();
  }

  private onCommit(): void {
    if (this.state === 'idle') this.call.guard(() => this.pump());
  }

  /** Sends a batch, then waits for whatever comes first: the caller, the others, more events. */
  private pump(): void {
    this.state = 'idle';
    if (this.call.isOver) return;
    const batch: Buffer[] = [];
    const isDone = this.fill(batch);
    const mayGoOn = batch.length === 0 || this.call.write(Buffer.concat(batch));
    if (isDone && this.request.countMax !== undefined) return this.call.end();
    if (!mayGoOn) this.wait((then) => this.call.onDrain(then));
    else if (!isDone) this.wait((then) => setImmediate(() => this.call.guard(then)));
  }

  private wait(until: (then: () => void) => void): void {
    this.state = 'waiting';
    until(() => this.pump());
  }

  /** True when there is nothing more to send now. */
  private fill(batch: Buffer[]): boolean {
    const { engine, cursor, request } = this;
    let bytes = 0;
    for (let turn = 0; turn < TURN_EVENTS && bytes < BATCH_BYTES; turn++) {
      const sequence = this.left > 0 ? cursor.next() : -1;
      if (sequence < 0) {
        this.goLive(batch);
        return true;
      }
      const position = engine.index.position(sequence);
      if (cursor.wants(sequence)) {
        const message = encodeEvent(engine.record(sequence), position, request.structuredIds);
        batch.push(message);
        bytes += message.length;
        this.left--;
      }
      if (request.filter) this.checkpoint(batch, position);
      if (engine.index.isTombstone(sequence) && this.isStreamSubscription) this.assertNotDeleted();
    }
    return false;
  }

  private get isStreamSubscription(): boolean {
    return this.request.streamName !== undefined && this.request.countMax === undefined;
  }

  private checkpoint(batch: Buffer[], position: number): void {
    this.lookedAt = position;
    if (++this.looked % this.request.filter!.checkpointEvery !== 0) return;
    if (this.request.countMax === undefined) batch.push(encodeCheckpoint(position));
  }

  private goLive(batch: Buffer[]): void {
    if (this.isLive || this.request.countMax !== undefined) return;
    this.isLive = true;
    if (this.request.filter) batch.push(encodeCheckpoint(this.livePosition()));
    batch.push(encodeCaughtUp());
  }

  /** The last event looked at, or the last there is when the subscription began after it. */
  private livePosition(): number {
    const { index } = this.engine;
    if (this.lookedAt > 0 || index.count === 0) return this.lookedAt;
    return index.position(index.count - 1);
  }

  private assertNotDeleted(): void {
    const { streamName } = this.request;
    if (streamName === undefined || !new StreamView(this.engine, streamName).isTombstoned) return;
    throw streamDeleted(streamName.toString('utf8'));
  }
}
