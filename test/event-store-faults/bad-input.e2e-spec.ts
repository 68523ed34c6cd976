import { jsonEvent } from '@eventstore/db-client';
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { createConnection } from 'node:net';
import { withServers, type ServerProcess } from './server-process';

const [UNIMPLEMENTED, UNKNOWN, INVALID_ARGUMENT, RESOURCE_EXHAUSTED] = [12, 2, 3, 8];
const STREAMS = '/event_store.client.streams.Streams';

describe('an event store given bad input', () => {
  it('answers with a status, writes nothing and serves on', () =>
    withServers(async ({ start }) => {
      const server = await start();
      const session = connect(hostOf(server, 'http'));
      session.on('error', () => undefined);
      const status = (path: string, body: Buffer) => callStatus(session, path, body);
      const malformed = message(Buffer.from('ffffffffff01', 'hex'));
      const tooLong = Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(100)]);

      expect(await status('/event_store.client.Nothing/Do', malformed)).toBe(UNIMPLEMENTED);
      expect(await status(`${STREAMS}/Nothing`, malformed)).toBe(UNIMPLEMENTED);
      // EventStoreDB's server lets the failure to parse reach its handler, which says UNKNOWN.
      for (const method of ['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone']) {
        expect(await status(`${STREAMS}/${method}`, malformed)).toBe(UNKNOWN);
      }
      expect(await status(`${STREAMS}/Append`, tooLong)).toBe(RESOURCE_EXHAUSTED);
      expect(await status(`${STREAMS}/Read`, message(Buffer.alloc(0)))).toBe(INVALID_ARGUMENT);
      expect(await status(`${STREAMS}/Append`, Buffer.alloc(0))).not.toBe(0);
      session.close();

      await expectAnswersOn(server);
    }));

  it('closes connections that do not speak its protocol', () =>
    withServers(async ({ start }) => {
      const server = await start();
      for (const noise of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\u0000'.repeat(5_000), 'PRI * ']) {
        await sendNoise(server, noise);
      }
      await expectAnswersOn(server);
    }));
});

/** One gRPC message: not compressed, its length, its bytes. */
function message(body: Buffer): Buffer {
  const frame = Buffer.alloc(5 + body.length);
  frame.writeUInt32BE(body.length, 1);
  body.copy(frame, 5);
  return frame;
}

function callStatus(session: ClientHttp2Session, path: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    });
    const take = (headers: Record<string, unknown>): void => {
      if ('grpc-status' in headers) resolve(Number(headers['grpc-status']));
    };
    call.on('response', take);
    call.on('trailers', take);
    call.on('error', reject);
    call.on('close', () => reject(new Error(`${path} gave no status`)));
    call.resume();
    call.end(body);
  });
}

async function expectAnswersOn({ client }: ServerProcess): Promise<void> {
  const event = jsonEvent({ type: 'Good', data: {} });
  const { nextExpectedRevision } = await client.appendToStream('good', event);
  expect(nextExpectedRevision).toBe(0n);
  const types: string[] = [];
  for await (const { event: read } of client.readAll()) if (read) types.push(read.type);
  expect(types.filter((type) => !type.startsWith('$'))).toEqual(['Good']);
}

function sendNoise(server: ServerProcess, noise: string): Promise<void> {
  const { hostname, port } = new URL(hostOf(server, 'http'));
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.on('connect', () => {
      socket.write(noise);
      setTimeout(() => socket.destroy(), 50);
    });
  });
}

const hostOf = ({ connectionString }: ServerProcess, protocol: string): string =>
  new URL(connectionString.replace(/^esdb:/, `${protocol}:`)).origin;
