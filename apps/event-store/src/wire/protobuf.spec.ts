import { randomUUID } from 'node:crypto';
import { BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { NO_STREAM } from '../engine/append';
import { encodeBatchOutcome } from './append-response';
import { MalformedMessage, ProtoReader, ProtoWriter } from './protobuf';
import { encodeCheckpoint } from './read-response';
import { parseUuid, uuidText } from './uuid';

const PREFIX_BYTES = 5;
const NUMBERS = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];

describe('a message', () => {
  it.each(NUMBERS)('carries %d', (number) => {
    const writer = new ProtoWriter();
    writer.uint(7, number);
    const reader = new ProtoReader(writer.take().subarray(PREFIX_BYTES));
    expect([reader.next(), reader.field, reader.uint(), reader.next()]).toEqual([
      true,
      7,
      number,
      false,
    ]);
  });

  it('grows beyond its first buffer', () => {
    const writer = new ProtoWriter();
    const big = Buffer.alloc(300_000, 7);
    writer.bytes(2, big);
    writer.text(1, 'first');
    const reader = new ProtoReader(writer.take().subarray(PREFIX_BYTES));
    reader.next();
    expect(reader.text()).toBe('first');
    reader.next();
    expect(reader.view().equals(big)).toBe(true);
  });

  it.each([
    ['a varint without an end', [0x08, 0x80]],
    ['a varint of eleven bytes', [0x08, ...Array<number>(10).fill(0x80), 0]],
    ['a field longer than the message', [0x0a, 5, 1]],
    ['field 0', [0x00, 1]],
    ['a group', [0x0b]],
  ])('is refused with %s', (_, bytes) => {
    const reader = new ProtoReader(Buffer.from(bytes));
    expect(() => {
      while (reader.next()) reader.skip();
    }).toThrow(MalformedMessage);
  });
});

describe("Google's decoder", () => {
  it('reads our checkpoint', () => {
    const message = ReadResp.deserializeBinary(encodeCheckpoint(4_294_967_301).subarray(5));
    expect(message.getCheckpoint()?.toObject()).toEqual({
      commitPosition: '4294967301',
      preparePosition: '4294967301',
    });
  });

  it('reads our verdict', () => {
    const id = randomUUID();
    const reply = {
      correlationId: parseUuid(Buffer.from(id)),
      structuredId: false,
      streamName: Buffer.from('a'),
      expected: NO_STREAM,
    };
    const bytes = encodeBatchOutcome(reply, { kind: 'wrong-version', current: 3 });
    const message = BatchAppendResp.deserializeBinary(bytes.subarray(PREFIX_BYTES));
    expect(message.getCorrelationId()?.getString()).toBe(id);
    expect(message.getError()?.getDetails()?.getTypeName()).toBe(
      'event_store.client.WrongExpectedVersion',
    );
  });
});

describe('a UUID', () => {
  it('is the same as text and as bytes', () => {
    const text = randomUUID();
    expect(uuidText(parseUuid(Buffer.from(text))).toString()).toBe(text);
    expect(uuidText(parseUuid(Buffer.from(text.toUpperCase()))).toString()).toBe(text);
  });

  it.each(['', 'no uuid', `${randomUUID()}0`, randomUUID().slice(1), 'g'.repeat(36)])(
    'is not %j',
    (text) => expect(() => parseUuid(Buffer.from(text))).toThrow('not a UUID'),
  );
});
