import type { StoredRecord } from '../engine/frame';
import { ProtoWriter } from './protobuf';
import { uuidText } from './uuid';

/** Encodes `ReadResp` messages, each behind its gRPC prefix. Fields are written last first. */
const writer = new ProtoWriter();
const KEY_CREATED = Buffer.from('created');
const KEY_TYPE = Buffer.from('type');
const KEY_CONTENT_TYPE = Buffer.from('content-type');
const JSON_TYPE = Buffer.from('application/json');
const BINARY_TYPE = Buffer.from('application/octet-stream');
/** EventStoreDB numbers a tombstone 2^63 − 1, whatever came before it. */
const TOMBSTONE_REVISION = 9_223_372_036_854_775_807n;

export function encodeEvent(
  record: StoredRecord,
  position: number,
  structuredIds: boolean,
): Buffer {
  writer.uint(3, position);
  const inEvent = writer.mark;
  writer.bytes(8, record.data);
  writer.bytes(7, record.metadata);
  entry(KEY_CREATED, Buffer.from(`${Math.trunc(record.createdMs)}0000`, 'latin1'));
  entry(KEY_CONTENT_TYPE, record.isJson ? JSON_TYPE : BINARY_TYPE);
  entry(KEY_TYPE, record.type);
  writer.uint(5, position);
  writer.uint(4, position);
  writer.uint(3, record.isTombstone ? TOMBSTONE_REVISION : record.revision);
  identifier(2, record.streamName);
  writeUuid(writer, { field: 1, id: record.id, structured: structuredIds });
  writer.close(1, inEvent);
  writer.close(1, 0);
  return writer.take();
}

export function encodeConfirmation(subscriptionId: string): Buffer {
  writer.text(1, subscriptionId);
  writer.close(2, 0);
  return writer.take();
}

export function encodeCheckpoint(position: number): Buffer {
  writer.uint(2, position);
  writer.uint(1, position);
  writer.close(3, 0);
  return writer.take();
}

export function encodeStreamNotFound(streamName: Uint8Array): Buffer {
  identifier(1, streamName);
  writer.close(4, 0);
  return writer.take();
}

export function encodeCaughtUp(): Buffer {
  writer.empty(8);
  return writer.take();
}

function entry(key: Buffer, value: Uint8Array): void {
  const mark = writer.mark;
  writer.bytes(2, value);
  writer.bytes(1, key);
  writer.close(6, mark);
}

function identifier(field: number, streamName: Uint8Array): void {
  const mark = writer.mark;
  writer.bytes(3, streamName);
  writer.close(field, mark);
}

export function writeUuid(
  target: ProtoWriter,
  { field, id, structured }: { field: number; id: Buffer; structured: boolean },
): void {
  const mark = target.mark;
  if (structured) {
    const halves = target.mark;
    target.uint(2, id.readBigUInt64BE(8));
    target.uint(1, id.readBigUInt64BE(0));
    target.close(1, halves);
  } else target.bytes(2, uuidText(id));
  target.close(field, mark);
}
