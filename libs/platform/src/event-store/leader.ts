import type { IncomingHttpHeaders } from 'node:http2';
import type { ConnectionSettings, Endpoint } from './connection-string';
import { callHeaders, FrameSplitter, GRPC, openSession, readCallEnd } from './grpc-session';
import { MessageReader } from './message-reader';

/**
 * Where to send appends: the only host there is, or the leader as one of the hosts' gossip names it.
 * Hosts are asked in random order, so that a dead one delays only some; throws when none knows.
 */
export async function findLeader(
  settings: ConnectionSettings,
  timeoutMs: number,
): Promise<Endpoint> {
  if (!settings.isCluster) return settings.hosts[0];
  const failures: string[] = [];
  for (const host of shuffled(settings.hosts)) {
    try {
      const members = readMembers(await fetchGossip(host, settings, timeoutMs));
      const leader = members.find(({ isAlive, isLeader }) => isAlive && isLeader);
      if (leader !== undefined) return leader.endpoint;
      failures.push(`${host.host}:${host.port} knows no leader`);
    } catch (error) {
      failures.push(`${host.host}:${host.port}: ${(error as Error).message}`);
    }
  }
  throw new Error(`no leader found: ${failures.join('; ')}`);
}

/** The one unary call of this module: gossip.Gossip/Read with an empty message. */
async function fetchGossip(
  host: Endpoint,
  settings: ConnectionSettings,
  timeoutMs: number,
): Promise<Buffer> {
  const session = await openSession(host, settings, timeoutMs);
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const path = '/event_store.client.gossip.Gossip/Read';
      const call = session.request(callHeaders(path, settings));
      const splitter = new FrameSplitter();
      let answer: Buffer | undefined;
      let end = readCallEnd({});
      call.setTimeout(timeoutMs, () => call.destroy(new Error('gossip took too long')));
      call.on('error', reject);
      call.on('response', (headers) => (end = readCallEnd(headers)));
      call.on('trailers', (headers: IncomingHttpHeaders) => (end = readCallEnd(headers)));
      call.on('data', (chunk: Buffer) => splitter.push(chunk, (message) => (answer = message)));
      call.on('close', () => {
        if (end.code === GRPC.ok && answer !== undefined) resolve(answer);
        else reject(new Error(`gossip failed: ${end.message}`));
      });
      call.end(Buffer.alloc(5));
    });
  } finally {
    session.destroy();
  }
}

type Member = Readonly<{ endpoint: Endpoint; isAlive: boolean; isLeader: boolean }>;

/** `VNodeState.Leader` of gossip.proto. */
const LEADER = 8;

function readMembers(message: Buffer): Member[] {
  const members: Member[] = [];
  const reader = new MessageReader(message);
  while (reader.next()) {
    if (reader.field === 1) members.push(readMember(reader.message()));
    else reader.skip();
  }
  return members;
}

function readMember(reader: MessageReader): Member {
  let [state, isAlive] = [0, false];
  const endpoint = { host: '', port: 0 };
  while (reader.next()) {
    if (reader.field === 3) state = Number(reader.varint());
    else if (reader.field === 4) isAlive = reader.varint() === 1;
    else if (reader.field === 5) {
      const place = reader.message();
      while (place.next()) {
        if (place.field === 1) endpoint.host = place.text();
        else if (place.field === 2) endpoint.port = Number(place.varint());
        else place.skip();
      }
    } else reader.skip();
  }
  return { endpoint, isAlive, isLeader: state === LEADER };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
