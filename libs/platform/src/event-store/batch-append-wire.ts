import {
  AppendRefused,
  OutcomeUnknown,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
} from './event-store';
import { MessageReader } from './message-reader';

/**
 * The messages of `event_store.client.streams.Streams/BatchAppend`, written and read by hand:
 * generated code spends more time on an append than all else in a request. Fields are those of the
 * public streams.proto, shared.proto and status.proto of EventStoreDB.
 */

/** No server takes more than this in one append; 1 MiB is the default limit of EventStoreDB. */
export const APPEND_BYTES_MAX = 3 * 1024 * 1024;

/** Collects gRPC frames, to be sent in one write. */
export class FrameBatch {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * One BatchAppendReq. `correlation` is 36 characters of a UUID; `deadline` in ms since 1970 tells
   * the server when to give up. Throws `AppendRefused` when it is too large for any server.
   */
  add(input: AppendInput, correlation: string, deadline: number): void {
    const events = input.events.map(measure);
    const name = Buffer.byteLength(input.streamName);
    const revision = input.expectedRevision;
    // Whole seconds, rounded up: our own deadline is the exact one.
    const seconds = Math.ceil(deadline / 1000);
    const timestamp = 1 + varintLength(seconds);
    const expectation = revision === 'no-stream' ? 2 : 1 + varintLength(revision);
    const identifier = field(name);
    const options = field(identifier) + expectation + field(timestamp);
    const proposed = events.reduce((sum, { size }) => sum + field(size), 0);
    const size = field(UUID_SIZE) + field(options) + proposed + 2;
    if (size > APPEND_BYTES_MAX) throw new AppendRefused(input.streamName, 'too-large');
    this.#reserve(5 + size);
    this.#bytes[this.#length] = 0;
    this.#bytes.writeUInt32BE(size, this.#length + 1);
    this.#length += 5;
    this.#uuid(0x0a, correlation);
    this.#header(0x12, options);
    this.#header(0x0a, identifier);
    this.#text(0x1a, input.streamName, name);
    if (revision === 'no-stream') this.#header(0x1a, 0);
    else this.#header(0x10, revision);
    this.#header(0x32, timestamp);
    this.#header(0x08, seconds);
    for (const event of events) this.#proposed(event);
    this.#header(0x20, 1);
  }

  /** A copy of the bytes from `from` on; the batch can be reused after `clear`. */
  copy(from: number, to: number): Buffer {
    return Buffer.from(this.#bytes.subarray(from, to));
  }

  clear(): void {
    this.#length = 0;
  }

  #proposed({ id, type, typeSize, data, dataSize, metadata, metadataSize, size }: Measured): void {
    this.#header(0x1a, size);
    this.#uuid(0x0a, id);
    this.#header(0x12, 6 + field(typeSize));
    this.#raw(TYPE_KEY);
    this.#text(0x12, type, typeSize);
    this.#raw(JSON_CONTENT);
    this.#text(0x1a, metadata, metadataSize);
    this.#text(0x22, data, dataSize);
  }

  #header(tag: number, value: number): void {
    this.#bytes[this.#length] = tag;
    this.#length += 1;
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length] = (rest % 0x80) | 0x80;
      this.#length += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  #text(tag: number, text: string, size: number): void {
    this.#header(tag, size);
    // Bytes and characters are as many only where all is ASCII, which latin1 writes faster.
    this.#bytes.write(text, this.#length, size === text.length ? 'latin1' : 'utf8');
    this.#length += size;
  }

  #uuid(tag: number, uuid: string): void {
    this.#header(tag, UUID_SIZE);
    this.#text(0x12, uuid, 36);
  }

  #raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const UUID_SIZE = 38;
const TYPE_KEY = Buffer.from('\x0a\x04type', 'latin1');
/** The whole map entry content-type → application/json. */
const JSON_CONTENT = Buffer.from('\x12\x20\x0a\x0ccontent-type\x12\x10application/json', 'latin1');

type Measured = Readonly<{
  id: string;
  type: string;
  typeSize: number;
  data: string;
  dataSize: number;
  metadata: string;
  metadataSize: number;
  size: number;
}>;

function measure(event: AppendInput['events'][number]): Measured {
  const { id, type, dataJson = JSON.stringify(event.data) } = event;
  const metadataJson = JSON.stringify(event.metadata);
  const typeSize = Buffer.byteLength(type);
  const dataSize = Buffer.byteLength(dataJson);
  const metadataSize = Buffer.byteLength(metadataJson);
  const size =
    field(UUID_SIZE) +
    field(6 + field(typeSize)) +
    JSON_CONTENT.length +
    field(metadataSize) +
    field(dataSize);
  return {
    id,
    type,
    typeSize,
    data: dataJson,
    dataSize,
    metadata: metadataJson,
    metadataSize,
    size,
  };
}

/** Tag, length and content of a field of `size` bytes. */
function field(size: number): number {
  return 1 + varintLength(size) + size;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}

/** An answer to one append: `settle` gives its result, or throws the port's error. */
export type BatchAnswer = Readonly<{
  /** The last 48 bits of the correlation id. */
  correlation: number;
  settle: (input: AppendInput) => Appended;
}>;

/** One BatchAppendResp. */
export function readAnswer(message: Buffer): BatchAnswer {
  let correlation = -1;
  let settle: BatchAnswer['settle'] = ({ streamName }) => {
    throw new OutcomeUnknown(streamName, new Error('an answer that says nothing'));
  };
  const reader = new MessageReader(message);
  while (reader.next()) {
    if (reader.field === 1) correlation = readCorrelation(reader.message());
    else if (reader.field === 2) settle = readStatus(reader.message());
    else if (reader.field === 3) settle = readSuccess(reader.message());
    else reader.skip();
  }
  return { correlation, settle };
}

/** The server answers a UUID as text or as two signed halves. */
function readCorrelation(reader: MessageReader): number {
  let correlation = -1;
  while (reader.next()) {
    if (reader.field === 2) correlation = Number.parseInt(reader.text().slice(-12), 16);
    else if (reader.field === 1) {
      const structured = reader.message();
      while (structured.next()) {
        const half = structured.varint();
        if (structured.field === 2) correlation = Number(BigInt.asUintN(48, BigInt(half)));
      }
    } else reader.skip();
  }
  return correlation;
}

function readSuccess(reader: MessageReader): BatchAnswer['settle'] {
  let revision = 0;
  let position = 0n;
  while (reader.next()) {
    if (reader.field === 1) revision = Number(reader.varint());
    else if (reader.field === 3) {
      const place = reader.message();
      while (place.next()) {
        const offset = place.varint();
        if (place.field === 1) position = BigInt(offset);
      }
    } else reader.skip();
  }
  return () => ({ revision, position });
}

/** google.rpc.Status, whose details are one Any that names the error. */
function readStatus(reader: MessageReader): BatchAnswer['settle'] {
  let message = '';
  let type = '';
  let actual: number | undefined;
  while (reader.next()) {
    if (reader.field === 2) message = reader.text();
    else if (reader.field === 3) {
      const any = reader.message();
      while (any.next()) {
        if (any.field === 1) type = any.text();
        else if (any.field === 2 && type.endsWith('.WrongExpectedVersion')) {
          actual = readActualRevision(any.message());
        } else any.skip();
      }
    } else reader.skip();
  }
  const name = type.slice(type.lastIndexOf('.') + 1);
  return ({ streamName, expectedRevision }) => {
    const cause = new Error(`${name}: ${message}`);
    if (name === 'WrongExpectedVersion') {
      throw new WrongExpectedRevision(streamName, expectedRevision, actual);
    }
    const reason = REASONS[name];
    if (reason !== undefined) throw new AppendRefused(streamName, reason, cause);
    throw new OutcomeUnknown(streamName, cause);
  };
}

const REASONS: Readonly<Partial<Record<string, AppendRefused['reason']>>> = {
  StreamDeleted: 'stream-deleted',
  AccessDenied: 'access-denied',
  MaximumAppendSizeExceeded: 'too-large',
  BadRequest: 'bad-request',
};

/** WrongExpectedVersion: field 1 is the current revision, absent where the stream is. */
function readActualRevision(reader: MessageReader): number | undefined {
  let actual: number | undefined;
  while (reader.next()) {
    if (reader.field === 1) actual = Number(reader.varint());
    else reader.skip();
  }
  return actual;
}
