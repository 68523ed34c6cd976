import type { EventMetadata, FollowOptions, Position, RecordedEvent } from './event-store';
import type { LogItem } from './log-following';
import { MessageReader } from './message-reader';

/**
 * The messages of a subscription to $all over `event_store.client.streams.Streams/Read`, written and
 * read by hand, as those of an append are: the api follows its own log on the core that answers
 * requests. Fields are those of the public streams.proto and shared.proto of EventStoreDB.
 */

/** Data that is not JSON, which whoever reads the event refuses by name. */
export const UNREADABLE: unknown = Symbol('data that is not JSON');

/** Types whose names begin with a `$` are the store's own. */
const NO_SYSTEM_TYPE = '^[^\\$].*';

/**
 * One framed ReadReq: a subscription to $all after a position, of these types or of all but the
 * store's own, with a checkpoint at least every `windowEvents` events.
 */
export function encodeSubscription(options: {
  after: Position | undefined;
  types: readonly string[] | undefined;
  windowEvents: number;
}): Buffer {
  const { after, types, windowEvents } = options;
  const place = after === undefined ? NOTHING : [varintField(1, after), varintField(2, after)];
  const all = field(after === undefined ? 2 : 1, ...place);
  const regex = types === undefined ? NO_SYSTEM_TYPE : `^(?:${types.map(escaped).join('|')})$`;
  const expression = field(1, Buffer.from(regex));
  const filter = [field(2, expression), varintField(3, windowEvents), varintField(5, 1)];
  return framed(field(1, field(2, all), field(6), field(7, ...filter), IDS_AS_TEXT));
}

/** Events of one call. */
export type StreamPage = Readonly<{
  streamName: string;
  /** Inclusive; absent: from the first event, or backwards from the last one. */
  fromRevision: number | undefined;
  direction: 'forwards' | 'backwards';
  eventsMax: number;
}>;

/** One framed ReadReq: a page of a stream. */
export function encodeStreamRead({
  streamName,
  fromRevision,
  direction,
  eventsMax,
}: StreamPage): Buffer {
  const isForwards = direction === 'forwards';
  const end = isForwards ? field(3) : field(4);
  const place = fromRevision === undefined ? end : varintField(2, fromRevision);
  const stream = field(1, field(1, field(3, Buffer.from(streamName))), place);
  const way = isForwards ? NOTHING : [varintField(3, 1)];
  return framed(field(1, stream, ...way, varintField(5, eventsMax), field(8), IDS_AS_TEXT));
}

function framed(request: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(request.length, 1);
  return Buffer.concat([prefix, request]);
}

const NOTHING: readonly Buffer[] = [];

function field(number: number, ...content: readonly Buffer[]): Buffer {
  const size = content.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([varint(number * 8 + 2), varint(size), ...content]);
}

function varintField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

const IDS_AS_TEXT = field(9, field(2));

/**
 * One ReadResp; undefined for what a follower has no use for, a checkpoint for an event it knows.
 * Throws `RangeError` when cut short.
 */
export function readLogItem(
  message: Buffer,
  isKnown?: FollowOptions['isKnown'],
): LogItem | undefined {
  const reader = new MessageReader(message);
  let item: LogItem | undefined;
  while (reader.next()) {
    if (reader.field === 1) item = readEvent(reader.message(), isKnown);
    else if (reader.field === 3) item = readCheckpoint(reader.message());
    else {
      if (reader.field === 8) item = LIVE;
      reader.skip();
    }
  }
  return item;
}

const LIVE: LogItem = { kind: 'live' };

function readCheckpoint(reader: MessageReader): LogItem {
  let position = 0n;
  while (reader.next()) {
    if (reader.field === 1) position = BigInt(reader.varint());
    else reader.skip();
  }
  return { kind: 'checkpoint', position };
}

/** Nothing where a link leads to an event that is gone. */
function readEvent(reader: MessageReader, isKnown: FollowOptions['isKnown']): LogItem | undefined {
  let item: LogItem | undefined;
  while (reader.next()) {
    if (reader.field === 1) item = readRecorded(reader.message(), isKnown);
    else reader.skip();
  }
  return item;
}

function readRecorded(reader: MessageReader, isKnown: FollowOptions['isKnown']): LogItem {
  let [id, stream, data, metadata] = [ABSENT, ABSENT, ABSENT, ABSENT];
  let revision = 0;
  let position = 0n;
  const described: Described = { type: ABSENT, contentType: ABSENT, created: ABSENT };
  while (reader.next()) {
    if (reader.field === 1) id = reader.message();
    else if (reader.field === 2) stream = reader.message();
    else if (reader.field === 3) revision = Number(reader.varint());
    else if (reader.field === 5) position = BigInt(reader.varint());
    else if (reader.field === 6) readEntry(reader.message(), described);
    else if (reader.field === 7) metadata = reader.message();
    else if (reader.field === 8) data = reader.message();
    else reader.skip();
  }
  if (isKnown?.(position) === true) return { kind: 'checkpoint', position };
  const isJson = described.contentType.is('application/json');
  const event: RecordedEvent = {
    id: readText(id, 2),
    streamName: readText(stream, 3),
    revision,
    position,
    type: described.type.whole(),
    data: (isJson ? parsed(data.whole(), UNREADABLE) : UNREADABLE) as object,
    metadata: parsed(metadata.whole(), {}) as EventMetadata,
    // In ticks of 100 ns, which would be too many digits for a number.
    recordedAt: new Date(Number(described.created.whole().slice(0, -4))),
  };
  return { kind: 'event', event };
}

const ABSENT = new MessageReader(Buffer.alloc(0));

type Described = { type: MessageReader; contentType: MessageReader; created: MessageReader };

/** The event's type, its content type and its instant stand in a map from text to text. */
function readEntry(reader: MessageReader, described: Described): void {
  let key = ABSENT;
  let value = ABSENT;
  while (reader.next()) {
    if (reader.field === 1) key = reader.message();
    else if (reader.field === 2) value = reader.message();
    else reader.skip();
  }
  if (key.is('type')) described.type = value;
  else if (key.is('content-type')) described.contentType = value;
  else if (key.is('created')) described.created = value;
}

function readText(reader: MessageReader, number: number): string {
  let text = '';
  while (reader.next()) {
    if (reader.field === number) text = reader.text();
    else reader.skip();
  }
  return text;
}

function parsed(json: string, otherwise: unknown): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : otherwise;
  } catch {
    return otherwise;
  }
}
