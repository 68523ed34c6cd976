import type { AppendRequest } from '../engine/append';
import type { Engine } from '../engine/engine';
import { type AppendTarget, ProposedEvents, readUnaryOptions } from './append-request';
import { encodeAppendOutcome, encodeDeleteOutcome } from './append-response';
import type { GrpcCall } from './grpc-call';
import { GrpcError, INVALID_ARGUMENT } from './grpc-status';
import { ProtoReader } from './protobuf';

/** Serves `Streams/Append`: options, then one message per event, then one reply. */
export function serveAppend(engine: Engine, call: GrpcCall): void {
  let target: AppendTarget | undefined;
  const proposed = new ProposedEvents();
  call.serve({
    onMessage: (bytes) => {
      const message = new ProtoReader(bytes);
      while (message.next()) {
        if (message.field === 1) {
          if (target) throw new GrpcError(INVALID_ARGUMENT, 'Options belong in the first message.');
          target = readUnaryOptions(message.message());
        } else if (message.field === 2) {
          if (!target)
            throw new GrpcError(INVALID_ARGUMENT, 'Options belong in the first message.');
          proposed.add(message.message());
        } else message.skip();
      }
    },
    onHalfClose: () => {
      const asked = requireTarget(target);
      const { events } = proposed;
      submit(engine, call, {
        request: { kind: 'append', ...asked, events },
        encode: (outcome) => encodeAppendOutcome(outcome, asked),
      });
    },
  });
}

/** Serves `Streams/Delete` and `Streams/Tombstone`. */
export function serveDelete(engine: Engine, call: GrpcCall, kind: 'delete' | 'tombstone'): void {
  let target: AppendTarget | undefined;
  call.serve({
    onMessage: (bytes) => {
      const message = new ProtoReader(bytes);
      while (message.next()) {
        if (message.field === 1) target = readUnaryOptions(message.message());
        else message.skip();
      }
    },
    onHalfClose: () => {
      const asked = requireTarget(target);
      submit(engine, call, {
        request: { kind, ...asked, events: [] },
        encode: (outcome) => encodeDeleteOutcome(outcome, asked),
      });
    },
  });
}

/** A call with one empty message and one reply that is always the same. */
export function serveConstant(call: GrpcCall, reply: Buffer): void {
  call.serve({
    onMessage: () => {},
    onHalfClose: () => {
      call.write(reply);
      call.end();
    },
  });
}

type Encode = (outcome: Parameters<AppendRequest['done']>[0]) => Buffer;

function submit(
  engine: Engine,
  call: GrpcCall,
  { request, encode }: { request: Omit<AppendRequest, 'done'>; encode: Encode },
): void {
  engine.append({
    ...request,
    done: (outcome) =>
      call.guard(() => {
        call.write(encode(outcome));
        call.end();
      }),
  });
}

function requireTarget(target: AppendTarget | undefined): AppendTarget {
  if (!target) throw new GrpcError(INVALID_ARGUMENT, 'Options are required.');
  return target;
}
