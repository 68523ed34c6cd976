import { ANY, APPEND_BYTES_MAX, type Expected, NO_STREAM, STREAM_EXISTS } from '../engine/append';
import type { AppendOutcome } from '../engine/append';
import {
  DEADLINE_EXCEEDED,
  GrpcError,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAVAILABLE,
  appendTooLarge,
  streamDeleted,
} from './grpc-status';
import { ProtoWriter } from './protobuf';
import { writeUuid } from './read-response';

const writer = new ProtoWriter();
/** google.rpc.Code as `BatchAppend` gives it; the detail is one Any of a type the client knows. */
const WRONG_VERSION_CODE = 6;
const STREAM_DELETED_CODE = 5;
const TYPE_PREFIX = 'type.googleapis.com/event_store.client.';

export type BatchReply = Readonly<{
  correlationId: Buffer;
  structuredId: boolean;
  streamName: Buffer;
  expected: Expected;
}>;

/** A `BatchAppendResp`: the verdict on one append of the batch stream. */
export function encodeBatchOutcome(reply: BatchReply, outcome: AppendOutcome): Buffer {
  writeExpected({ position: 5, noStream: 6, any: 7, exists: 8 }, reply.expected);
  const identifier = writer.mark;
  writer.bytes(3, reply.streamName);
  writer.close(4, identifier);
  const result = writer.mark;
  if (outcome.kind === 'written') writeBatchSuccess(outcome, result);
  else writeStatus(statusOf(outcome, reply.expected), result);
  const { correlationId: id, structuredId: structured } = reply;
  writeUuid(writer, { field: 1, id, structured });
  return writer.take();
}

/** A `BatchAppendResp` for what could not even be asked of the log. */
export function encodeBatchRefusal(
  reply: Pick<BatchReply, 'correlationId' | 'structuredId' | 'streamName'>,
  error: GrpcError,
): Buffer {
  const identifier = writer.mark;
  writer.bytes(3, reply.streamName);
  writer.close(4, identifier);
  writeStatus(refusalOf(error), writer.mark);
  const { correlationId: id, structuredId: structured } = reply;
  writeUuid(writer, { field: 1, id, structured });
  return writer.take();
}

/** An `AppendResp`. Throws the status of what is no verdict. */
export function encodeAppendOutcome(
  outcome: AppendOutcome,
  { streamName, expected }: { streamName: Buffer; expected: Expected },
): Buffer {
  if (outcome.kind === 'written') {
    writePosition(3, 4, outcome.position);
    if (outcome.revision < 0) writer.empty(2);
    else writer.uint(1, outcome.revision);
    writer.close(1, 0);
    return writer.take();
  }
  if (outcome.kind === 'wrong-version') {
    writeExpected({ position: 8, any: 9, exists: 10, noStream: 11 }, expected);
    if (outcome.current < 0) writer.empty(7);
    else writer.uint(6, outcome.current);
    writer.close(2, 0);
    return writer.take();
  }
  throw errorOf(outcome, streamName);
}

/** A `DeleteResp` or `TombstoneResp`. Throws the status of what is no success. */
export function encodeDeleteOutcome(
  outcome: AppendOutcome,
  { streamName, expected }: { streamName: Buffer; expected: Expected },
): Buffer {
  if (outcome.kind === 'written') {
    writePosition(1, 2, outcome.position);
    return writer.take();
  }
  if (outcome.kind !== 'wrong-version') throw errorOf(outcome, streamName);
  const name = streamName.toString('utf8');
  const { current } = outcome;
  const actual = current < 0 ? 'no stream' : current;
  const message = `Append failed due to WrongExpectedVersion. Stream: ${name}, Expected version: ${expected}, Actual version: ${actual}`;
  throw new GrpcError(FAILED_PRECONDITION, message, {
    exception: 'wrong-expected-version',
    'stream-name': name,
    'expected-version': String(expected),
    ...(current < 0 ? {} : { 'actual-version': String(current) }),
  });
}

type Refused = Exclude<AppendOutcome, { kind: 'written' } | { kind: 'wrong-version' }>;

function errorOf(outcome: Refused, streamName: Buffer): GrpcError {
  switch (outcome.kind) {
    case 'stream-deleted':
      return streamDeleted(streamName.toString('utf8'));
    case 'too-large':
      return appendTooLarge(APPEND_BYTES_MAX);
    case 'no-room':
      return new GrpcError(RESOURCE_EXHAUSTED, outcome.message);
    case 'unavailable':
      return new GrpcError(UNAVAILABLE, outcome.message);
    case 'too-late':
      return new GrpcError(DEADLINE_EXCEEDED, 'The deadline passed: nothing was written.');
    case 'unknown':
      return new GrpcError(DEADLINE_EXCEEDED, outcome.message);
  }
}

type BatchStatus = Readonly<{ code: number; message: string; type: string; write?: () => void }>;

function statusOf(
  outcome: Exclude<AppendOutcome, { kind: 'written' }>,
  expected: Expected,
): BatchStatus {
  switch (outcome.kind) {
    case 'wrong-version':
      return {
        code: WRONG_VERSION_CODE,
        message: 'WrongExpectedVersion',
        type: 'WrongExpectedVersion',
        write: () => {
          writeExpected({ position: 3, any: 4, exists: 5, noStream: 6 }, expected);
          if (outcome.current < 0) writer.empty(2);
          else writer.uint(1, outcome.current);
        },
      };
    case 'stream-deleted':
      return { code: STREAM_DELETED_CODE, message: 'StreamDeleted', type: 'StreamDeleted' };
    case 'too-late':
      return { code: DEADLINE_EXCEEDED, message: 'Timeout', type: 'Timeout' };
    case 'unknown':
      return { code: DEADLINE_EXCEEDED, message: outcome.message, type: 'Timeout' };
    case 'too-large':
      return refusalOf(appendTooLarge(APPEND_BYTES_MAX));
    case 'no-room':
      return passing(RESOURCE_EXHAUSTED, outcome.message);
    case 'unavailable':
      return passing(UNAVAILABLE, outcome.message);
  }
}

/**
 * What has nothing to do with this append and is over some time: whoever gets it asks again. The
 * protocol has no type that says nothing was written.
 */
function passing(code: number, message: string): BatchStatus {
  return { code, message, type: 'Unknown' };
}

function refusalOf({ code, message, trailers }: GrpcError): BatchStatus {
  if (trailers['exception'] === 'maximum-append-size-exceeded') {
    const write = () => writer.uint(1, APPEND_BYTES_MAX);
    return { code: INVALID_ARGUMENT, message, type: 'MaximumAppendSizeExceeded', write };
  }
  if (code === PERMISSION_DENIED) return { code, message, type: 'AccessDenied' };
  return badRequest(code, message);
}

/** The client knows no type for these and then shows the message, which is what counts. */
function badRequest(code: number, message: string): BatchStatus {
  return { code, message, type: 'BadRequest', write: () => writer.text(1, message) };
}

function writeStatus({ code, message, type, write }: BatchStatus, mark: number): void {
  const detail = writer.mark;
  const value = writer.mark;
  write?.();
  writer.close(2, value);
  writer.text(1, TYPE_PREFIX + type);
  writer.close(3, detail);
  writer.text(2, message);
  writer.uint(1, code);
  writer.close(2, mark);
}

function writeBatchSuccess(
  { revision, position }: { revision: number; position: number },
  mark: number,
): void {
  writePosition(3, 4, position);
  if (revision < 0) writer.empty(2);
  else writer.uint(1, revision);
  writer.close(3, mark);
}

function writePosition(field: number, noneField: number, position: number): void {
  if (position < 0) return writer.empty(noneField);
  const mark = writer.mark;
  writer.uint(2, position);
  writer.uint(1, position);
  writer.close(field, mark);
}

type ExpectedFields = Readonly<{
  position: number;
  any: number;
  exists: number;
  noStream: number;
}>;

function writeExpected(fields: ExpectedFields, expected: Expected): void {
  if (expected === ANY) writer.empty(fields.any);
  else if (expected === STREAM_EXISTS) writer.empty(fields.exists);
  else if (expected === NO_STREAM) writer.empty(fields.noStream);
  else writer.uint(fields.position, expected);
}
