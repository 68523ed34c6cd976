import {
  ANY,
  APPEND_BYTES_MAX,
  type Expected,
  NO_STREAM,
  type ProposedEvent,
  STREAM_EXISTS,
} from '../engine/append';
import {
  GrpcError,
  INVALID_ARGUMENT,
  accessDenied,
  appendTooLarge,
  requiredMetadataMissing,
} from './grpc-status';
import { ProtoReader } from './protobuf';
import { readStreamName } from './stream-identifier';
import { InvalidUuid, readUuid } from './uuid';

const NAME_BYTES_MAX = 65_000;
const JSON_TYPE = Buffer.from('application/json');
const ALL = Buffer.from('$all');
const NOTHING = Buffer.alloc(0);

export type AppendTarget = Readonly<{
  streamName: Buffer;
  expected: Expected;
  deadlineAtMs: number | undefined;
}>;

/** The events of one append as they arrive; what is too much is refused before it is kept. */
export class ProposedEvents {
  readonly events: ProposedEvent[] = [];
  private bytes = 0;

  /** Adds a `ProposedMessage` (of `AppendReq` and `BatchAppendReq`: both are alike). */
  add(message: ProtoReader): void {
    const event = readProposedEvent(message);
    this.bytes += event.data.length + event.metadata.length + 2 * event.type.length;
    if (this.bytes > APPEND_BYTES_MAX) throw appendTooLarge(APPEND_BYTES_MAX);
    this.events.push(event);
  }
}

/** The options of `Append`, `Delete` and `Tombstone`, which number their fields alike. */
export function readUnaryOptions(options: ProtoReader): AppendTarget {
  return readTarget(options, { deadlines: false });
}

export function readBatchOptions(options: ProtoReader): AppendTarget {
  return readTarget(options, { deadlines: true });
}

/**
 * Fields 2 to 5 say what is expected. A unary call has 3 = no stream, 4 = any, 5 = exists, and so
 * has a batch; only the latter says until when (6, a time) or for how long (7) its caller waits.
 */
function readTarget(options: ProtoReader, { deadlines }: { deadlines: boolean }): AppendTarget {
  let streamName: Buffer | undefined;
  let expected: Expected | undefined;
  let deadlineAtMs: number | undefined;
  while (options.next()) {
    if (options.field === 1) streamName = readStreamName(options.message());
    else if (options.field === 2) expected = options.uint();
    else if (options.field >= 3 && options.field <= 5) {
      expected = EXPECTATIONS[options.field - 3];
      options.skip();
    } else if (deadlines && options.field === 6) deadlineAtMs = readSeconds(options.message());
    else if (deadlines && options.field === 7) {
      deadlineAtMs = Date.now() + readSeconds(options.message());
    } else options.skip();
  }
  if (!streamName) throw new GrpcError(INVALID_ARGUMENT, 'Stream name is required.');
  if (expected === undefined)
    throw new GrpcError(INVALID_ARGUMENT, 'Expected revision is required.');
  if (streamName.equals(ALL)) throw accessDenied();
  return { streamName, expected, deadlineAtMs };
}

const EXPECTATIONS = [NO_STREAM, ANY, STREAM_EXISTS] as const;

/** A `Timestamp` or a `Duration` in ms. */
function readSeconds(message: ProtoReader): number {
  let ms = 0;
  while (message.next()) {
    if (message.field === 1) ms += message.uint() * 1000;
    else if (message.field === 2) ms += message.uint() / 1e6;
    else message.skip();
  }
  return ms;
}

function readProposedEvent(message: ProtoReader): ProposedEvent {
  let id: Buffer | undefined;
  let metadata: Buffer = NOTHING;
  let data: Buffer = NOTHING;
  const properties: Properties = { type: undefined, contentType: undefined };
  while (message.next()) {
    if (message.field === 1) id = readEventId(message.message());
    else if (message.field === 2) readProperty(message.message(), properties);
    else if (message.field === 3) metadata = message.view();
    else if (message.field === 4) data = message.view();
    else message.skip();
  }
  const { type, contentType } = properties;
  if (!id) throw new GrpcError(INVALID_ARGUMENT, 'An event needs an id.');
  if (!type) throw requiredMetadataMissing('type');
  if (!contentType) throw requiredMetadataMissing('content-type');
  if (type.length > NAME_BYTES_MAX) {
    throw new GrpcError(INVALID_ARGUMENT, `An event type is longer than ${NAME_BYTES_MAX} bytes.`);
  }
  return { id, type, isJson: contentType.equals(JSON_TYPE), metadata, data };
}

type Properties = { type: Buffer | undefined; contentType: Buffer | undefined };

function readProperty(entry: ProtoReader, properties: Properties): void {
  let key = '';
  let value: Buffer = NOTHING;
  while (entry.next()) {
    if (entry.field === 1) key = entry.view().toString('latin1');
    else if (entry.field === 2) value = entry.view();
    else entry.skip();
  }
  if (key === 'type') properties.type = value;
  else if (key === 'content-type') properties.contentType = value;
}

function readEventId(message: ProtoReader): Buffer {
  try {
    return readUuid(message);
  } catch (error) {
    if (error instanceof InvalidUuid) throw new GrpcError(INVALID_ARGUMENT, error.message);
    throw error;
  }
}
