import type { Engine } from '../engine/engine';
import { type AppendTarget, ProposedEvents, readBatchOptions } from './append-request';
import { encodeBatchOutcome, encodeBatchRefusal } from './append-response';
import type { GrpcCall } from './grpc-call';
import { GrpcError, INVALID_ARGUMENT, RESOURCE_EXHAUSTED } from './grpc-status';
import { ProtoReader } from './protobuf';
import { InvalidUuid, readUuid } from './uuid';

/** Bytes of appends one caller began and did not finish: more is a caller gone wrong. */
const UNFINISHED_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of one caller's appends that may wait for the disk before more of them are read. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** What an append takes in memory beside its message. */
const OVERHEAD_BYTES = 1024;
const NOTHING = Buffer.alloc(0);

/** Serves `Streams/BatchAppend`: many appends over one call, each answered when it is durable. */
export function serveBatchAppend(engine: Engine, call: GrpcCall): void {
  new BatchAppends(engine, call).serve();
}

type Unfinished = {
  target: AppendTarget | undefined;
  readonly proposed: ProposedEvents;
  refusal: GrpcError | undefined;
  bytes: number;
};

class BatchAppends {
  private readonly unfinished = new Map<string, Unfinished>();
  private replies: Buffer[] = [];
  private waiting = 0;
  private waitingBytes = 0;
  private unfinishedBytes = 0;
  private isHalfClosed = false;

  constructor(
    private readonly engine: Engine,
    private readonly call: GrpcCall,
  ) {}

  serve(): void {
    this.call.sendHeaders();
    this.call.serve({
      onMessage: (bytes) => this.onMessage(bytes),
      onHalfClose: () => {
        this.isHalfClosed = true;
        this.endIfDone();
      },
      onClose: () => this.unfinished.clear(),
    });
  }

  private onMessage(bytes: Buffer): void {
    const chunk = readChunk(bytes);
    const key = chunk.correlationId.toString('latin1');
    const begun = this.unfinished.get(key);
    const append = begun ?? newAppend();
    append.refusal ??= takeChunk(append, chunk);
    append.bytes += bytes.length + OVERHEAD_BYTES;
    if (chunk.isFinal) {
      if (begun) this.forget(key, begun);
      return this.submit(chunk, append);
    }
    this.unfinished.set(key, append);
    this.unfinishedBytes += bytes.length + OVERHEAD_BYTES;
    if (this.unfinishedBytes > UNFINISHED_BYTES_MAX) {
      throw new GrpcError(RESOURCE_EXHAUSTED, 'Too many unfinished appends.');
    }
  }

  private forget(key: string, { bytes }: Unfinished): void {
    this.unfinished.delete(key);
    this.unfinishedBytes = Math.max(0, this.unfinishedBytes - bytes);
  }

  private submit(chunk: Chunk, { target, proposed, refusal, bytes }: Unfinished): void {
    const { correlationId, structuredId } = chunk;
    if (!target || refusal) {
      const error = refusal ?? new GrpcError(INVALID_ARGUMENT, 'Options are required.');
      const streamName = target?.streamName ?? NOTHING;
      return this.reply(encodeBatchRefusal({ correlationId, structuredId, streamName }, error));
    }
    const { streamName, expected } = target;
    this.waiting++;
    this.waitingBytes += bytes;
    if (this.waitingBytes > WAITING_BYTES_MAX) this.call.stream.pause();
    this.engine.append({
      kind: 'append',
      ...target,
      events: proposed.events,
      done: (outcome) => {
        this.waiting--;
        this.waitingBytes -= bytes;
        if (this.call.isOver) return;
        if (this.call.stream.isPaused() && this.waitingBytes <= WAITING_BYTES_MAX) {
          this.call.stream.resume();
        }
        const reply = { correlationId, structuredId, streamName, expected };
        this.reply(encodeBatchOutcome(reply, outcome));
      },
    });
  }

  /** Verdicts of one group of appends leave in one write. */
  private reply(message: Buffer): void {
    this.replies.push(message);
    if (this.replies.length === 1) queueMicrotask(() => this.call.guard(() => this.flush()));
  }

  private flush(): void {
    const replies = this.replies;
    this.replies = [];
    this.call.write(replies.length === 1 ? replies[0]! : Buffer.concat(replies));
    this.endIfDone();
  }

  private endIfDone(): void {
    if (this.isHalfClosed && this.waiting === 0 && this.replies.length === 0) this.call.end();
  }
}

function newAppend(): Unfinished {
  return { target: undefined, proposed: new ProposedEvents(), refusal: undefined, bytes: 0 };
}

type Chunk = {
  correlationId: Buffer;
  structuredId: boolean;
  options: ProtoReader | undefined;
  events: ProtoReader[];
  isFinal: boolean;
};

/** A `BatchAppendReq`. */
function readChunk(bytes: Buffer): Chunk {
  const message = new ProtoReader(bytes);
  let correlation: Buffer | undefined;
  let options: ProtoReader | undefined;
  const events: ProtoReader[] = [];
  let isFinal = false;
  while (message.next()) {
    if (message.field === 1) correlation = message.view();
    else if (message.field === 2) options = message.message();
    else if (message.field === 3) events.push(message.message());
    else if (message.field === 4) isFinal = message.bool();
    else message.skip();
  }
  if (!correlation) throw new GrpcError(INVALID_ARGUMENT, 'A correlation id is required.');
  const structuredId = correlation[0] === STRUCTURED_TAG;
  return { correlationId: readCorrelation(correlation), structuredId, options, events, isFinal };
}

/** Field 1, an embedded message: ids given as two halves are given back so. */
const STRUCTURED_TAG = 0x0a;

function readCorrelation(correlation: Buffer): Buffer {
  try {
    return readUuid(new ProtoReader(correlation));
  } catch (error) {
    if (error instanceof InvalidUuid) throw new GrpcError(INVALID_ARGUMENT, error.message);
    throw error;
  }
}

/** Why the whole append is refused, undefined while it is well. */
function takeChunk(append: Unfinished, { options, events }: Chunk): GrpcError | undefined {
  try {
    if (options) {
      if (append.target)
        throw new GrpcError(INVALID_ARGUMENT, 'Options belong in the first chunk.');
      append.target = readBatchOptions(options);
    }
    for (const event of events) append.proposed.add(event);
    return undefined;
  } catch (error) {
    if (error instanceof GrpcError) {
      append.proposed.events.length = 0;
      return error;
    }
    throw error;
  }
}
