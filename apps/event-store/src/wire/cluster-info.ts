import { randomUUID } from 'node:crypto';
import { ProtoWriter } from './protobuf';
import { writeUuid } from './read-response';
import { parseUuid } from './uuid';

/** The version the client is told; it turns features on by method, not by this. */
const SERVER_VERSION = '24.10.6';
const STREAMS = 'event_store.client.streams.streams';
const METHODS: readonly (readonly [service: string, method: string, features: string[]])[] = [
  [STREAMS, 'read', ['position', 'events']],
  [STREAMS, 'append', []],
  [STREAMS, 'delete', []],
  [STREAMS, 'tombstone', []],
  [STREAMS, 'batchappend', ['deadline_duration']],
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

/** A `SupportedMethods`: persistent subscriptions, projections and users are left out. */
export function encodeSupportedMethods(): Buffer {
  const writer = new ProtoWriter();
  writer.text(2, SERVER_VERSION);
  for (const [service, method, features] of METHODS) {
    const mark = writer.mark;
    for (const feature of features) writer.text(3, feature);
    writer.text(2, service);
    writer.text(1, method);
    writer.close(1, mark);
  }
  return writer.take();
}

/** A `ClusterInfo` of one member, this one, alive and the leader. */
export function encodeClusterInfo({ host, port }: { host: string; port: number }): Buffer {
  const writer = new ProtoWriter();
  const member = writer.mark;
  const endPoint = writer.mark;
  writer.uint(2, port);
  writer.text(1, host);
  writer.close(5, endPoint);
  writer.uint(4, 1);
  writer.uint(3, LEADER);
  writer.uint(2, BigInt(Date.now()) * 10_000n);
  writeUuid(writer, { field: 1, id: INSTANCE_ID, structured: false });
  writer.close(1, member);
  return writer.take();
}

const LEADER = 8;
const INSTANCE_ID = parseUuid(Buffer.from(randomUUID()));
