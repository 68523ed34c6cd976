import type { Engine } from '../engine/engine';
import { serveBatchAppend } from './batch-append';
import { encodeClusterInfo, encodeSupportedMethods } from './cluster-info';
import type { Method } from './grpc-server';
import { serveRead } from './read-call';
import { serveAppend, serveConstant, serveDelete } from './unary-calls';

const STREAMS = '/event_store.client.streams.Streams';

/** The methods anyone may call: the client sends no credentials with them. */
export function publicMethods(address: () => { host: string; port: number }): Map<string, Method> {
  return new Map<string, Method>([
    [
      '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
      (call) => serveConstant(call, encodeSupportedMethods()),
    ],
    [
      '/event_store.client.gossip.Gossip/Read',
      (call) => serveConstant(call, encodeClusterInfo(address())),
    ],
  ]);
}

/** The methods that read and write events. */
export function streamMethods(engine: Engine): Map<string, Method> {
  return new Map<string, Method>([
    [`${STREAMS}/BatchAppend`, (call) => serveBatchAppend(engine, call)],
    [`${STREAMS}/Append`, (call) => serveAppend(engine, call)],
    [`${STREAMS}/Delete`, (call) => serveDelete(engine, call, 'delete')],
    [`${STREAMS}/Tombstone`, (call) => serveDelete(engine, call, 'tombstone')],
    [`${STREAMS}/Read`, (call) => serveRead(engine, call)],
  ]);
}
