import gossip from '@eventstore/db-client/generated/gossip_pb';
import shared from '@eventstore/db-client/generated/shared_pb';
import streams from '@eventstore/db-client/generated/streams_pb';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnectionString } from './connection-string';
import {
  AppendRefused,
  OutcomeUnknown,
  StoreUnavailable,
  type Appended,
  type AppendInput,
} from './event-store';
import { FrameSplitter } from './grpc-session';
import { Http2AppendWriter, type WriterLimits } from './http2-append-writer';

/** What the embedded server does not do, a server of four lines does here. */

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers as told; `chunks` are the DATA frames of requests as they came in. */
class Peer {
  readonly requests: streams.BatchAppendReq[] = [];
  readonly calls: { headers: IncomingHttpHeaders; stream: ServerHttp2Stream }[] = [];
  chunks = 0;
  onRequest: (request: streams.BatchAppendReq, stream: ServerHttp2Stream) => void = (...args) =>
    this.succeed(...args);
  onCall: (stream: ServerHttp2Stream) => void = (stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
  members: readonly { state: number; port: number }[] = [];
  readonly sessions: ServerHttp2Session[] = [];

  constructor(readonly server: Http2Server = createServer()) {
    server.on('session', (session) => this.sessions.push(session));
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      if (headers[':path'] === '/event_store.client.gossip.Gossip/Read') this.#gossip(stream);
      else this.#call(stream, headers);
    });
    closing.push(() => this.end());
  }

  static async start(server?: Http2Server): Promise<Peer> {
    const peer = new Peer(server);
    await new Promise<void>((resolve) => peer.server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  end(): void {
    this.server.close();
    for (const session of this.sessions) session.destroy();
  }

  succeed(request: streams.BatchAppendReq, stream: ServerHttp2Stream): void {
    stream.write(this.success(request));
  }

  /** The framed answer; its revision is the length of the stream's name. */
  success(request: streams.BatchAppendReq): Buffer {
    const name = request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(name.length));
    success.setPosition(new shared.AllStreamPosition().setCommitPosition('7'));
    return framed(
      new streams.BatchAppendResp()
        .setCorrelationId(request.getCorrelationId())
        .setSuccess(success)
        .serializeBinary(),
    );
  }

  #call(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.calls.push({ headers, stream });
    const splitter = new FrameSplitter();
    stream.on('data', (chunk: Buffer) => {
      this.chunks += 1;
      splitter.push(chunk, (message) => {
        const request = streams.BatchAppendReq.deserializeBinary(message);
        this.requests.push(request);
        this.onRequest(request, stream);
      });
    });
    this.onCall(stream);
  }

  #gossip(stream: ServerHttp2Stream): void {
    const info = new gossip.ClusterInfo();
    for (const { state, port } of this.members) {
      const place = new gossip.EndPoint().setAddress('127.0.0.1').setPort(port);
      const member = new gossip.MemberInfo().setState(state).setIsAlive(true);
      info.addMembers(member.setHttpEndPoint(place));
    }
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(info.serializeBinary()));
  }
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

type Tuning = { query?: string; deadlineMs?: number; limits?: Partial<WriterLimits> };

function writerTo(hosts: string, { query = 'tls=false', deadlineMs, limits }: Tuning = {}) {
  const writer = new Http2AppendWriter({
    settings: readConnectionString(`esdb://${hosts}?${query}`),
    deadlineMs: deadlineMs ?? 10_000,
    limits: { reconnectMs: 1, reconnectMsMax: 5, ...limits },
  });
  closing.push(() => void writer.close());
  return writer;
}

const input = (streamName = 's'): AppendInput => ({
  streamName,
  expectedRevision: 'no-stream',
  events: [
    {
      id: randomUUID(),
      type: 'T',
      data: {},
      metadata: {
        commandId: 'c',
        requestHash: 'ab',
        actor: { id: 'a', partyId: 'p', role: 'r' },
        correlationId: 'c',
        causationId: 'd',
      },
    },
  ],
});

/** Tries again while there is no connection: how fast one is made is the machine's business. */
async function appendWhenReachable(writer: Http2AppendWriter, name = 's'): Promise<Appended> {
  for (;;) {
    try {
      return await writer.append(input(name));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

const started = async (tuning?: Tuning): Promise<[Peer, Http2AppendWriter]> => {
  const peer = await Peer.start();
  const writer = writerTo(`127.0.0.1:${peer.port}`, tuning);
  await appendWhenReachable(writer);
  return [peer, writer];
};

describe('the writer over HTTP/2', () => {
  it('sends the appends of one turn in one write', async () => {
    const [peer, writer] = await started();
    peer.chunks = 0;
    const some = Array.from({ length: 10 }, () => writer.append(input()));
    // Still the same turn of the loop, though not the same piece of code.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await Promise.all([...some, ...Array.from({ length: 10 }, () => writer.append(input()))]);
    expect(peer.requests).toHaveLength(21);
    expect(peer.chunks).toBe(1);
  });

  it('matches answers that come in another order, and cut to single bytes', async () => {
    const [peer, writer] = await started();
    const held: Buffer[] = [];
    peer.onRequest = (request, stream) => {
      held.unshift(peer.success(request));
      if (held.length < 3) return;
      for (const byte of Buffer.concat(held)) stream.write(Buffer.of(byte));
    };
    const all = await Promise.all(['a', 'bb', 'ccc'].map((name) => writer.append(input(name))));
    expect(all.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  it('ignores an answer nobody waits for any more', async () => {
    const [peer, writer] = await started();
    const late: streams.BatchAppendReq[] = [];
    peer.onRequest = (request) => late.push(request);
    const impatient = { ...input(), deadlineMs: 30 };
    await expect(writer.append(impatient)).rejects.toThrow(OutcomeUnknown);
    peer.onRequest = (request, stream) => {
      for (const each of late) peer.succeed(each, stream);
      peer.succeed(request, stream);
    };
    await expect(writer.append(input('abcd'))).resolves.toMatchObject({ revision: 4 });
  });

  it('calls what is in flight unknown when the answers make no sense, and connects again', async () => {
    const [peer, writer] = await started();
    peer.onRequest = (_, stream) => stream.write(Buffer.from([0, 0, 0, 0, 2, 0xff, 0xff]));
    await expect(writer.append(input())).rejects.toThrow(OutcomeUnknown);
    peer.onRequest = (request, stream) => peer.succeed(request, stream);
    await expect(appendWhenReachable(writer)).resolves.toBeDefined();
    expect(peer.calls).toHaveLength(2);
  });

  it('refuses at once what would wait without end, and takes more when there is room', async () => {
    const [peer, writer] = await started({ limits: { appendsMax: 2 } });
    const held: (() => void)[] = [];
    peer.onRequest = (request, stream) => held.push(() => peer.succeed(request, stream));
    const two = [writer.append(input()), writer.append(input())];
    await expect(writer.append(input())).rejects.toThrow(StoreUnavailable);
    while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of held.splice(0)) answer();
    await Promise.all(two);
    peer.onRequest = (request, stream) => peer.succeed(request, stream);
    await expect(writer.append(input())).resolves.toBeDefined();
  });

  it('counts the bytes it holds, too', async () => {
    const [, writer] = await started({ limits: { bytesMax: 1_000 } });
    const many = Array.from({ length: 10 }, () => writer.append(input()));
    const outcomes = await Promise.allSettled(many);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(10);
    expect(refused[0]).toMatchObject({ reason: { name: 'StoreUnavailable' } });
  });

  it('lets a server that says goodbye finish, and sends the next elsewhere', async () => {
    const [peer, writer] = await started();
    let answer = (): void => undefined;
    peer.onRequest = (request, stream) => {
      answer = () => peer.succeed(request, stream);
      peer.sessions[0]?.goaway(0, stream.id);
    };
    const pending = writer.append(input());
    while (peer.sessions.length < 2) await new Promise((resolve) => setImmediate(resolve));
    peer.onRequest = (request, stream) => peer.succeed(request, stream);
    await expect(appendWhenReachable(writer, 'ab')).resolves.toMatchObject({ revision: 2 });
    // Our half is ended, so that the server can end its own when it is done.
    while (!peer.calls[0]?.stream.readableEnded) await new Promise((done) => setImmediate(done));
    answer();
    await expect(pending).resolves.toMatchObject({ revision: 1 });
  });

  it('gives up a peer that answers no ping', async () => {
    const query = 'tls=false&keepAliveInterval=20&keepAliveTimeout=20';
    const peer = await Peer.start();
    // A peer that is gone: the socket stays open, and from some moment on nothing is read from it.
    let isGone = false;
    const between = createTcpServer((client) => {
      const server = connect(peer.port, '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on('data', (bytes) => isGone || to.write(bytes));
        from.on('close', () => to.destroy());
        from.on('error', () => undefined);
      }
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    closing.push(() => between.close());
    const { port } = between.address() as AddressInfo;
    const writer = writerTo(`127.0.0.1:${port}`, { query });
    await appendWhenReachable(writer);
    isGone = true;
    await expect(writer.append(input())).rejects.toThrow(OutcomeUnknown);
    isGone = false;
    await expect(appendWhenReachable(writer)).resolves.toBeDefined();
  });

  it('waits for a connection no longer than the deadline, and sends nothing after', async () => {
    const peer = await Peer.start();
    // Accepts and never speaks HTTP/2.
    const silent = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const writer = writerTo(`127.0.0.1:${port}`, {
      deadlineMs: 30,
      limits: { connectTimeoutMs: 200 },
    });
    const began = performance.now();
    await expect(writer.append(input())).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - began).toBeGreaterThan(25);
    expect(peer.requests).toHaveLength(0);
  });
});

it('never sends what it has said was not sent', async () => {
  const peer = await Peer.start();
  const opened = Promise.withResolvers<undefined>();
  const gate = createTcpServer((client) => {
    client.on('error', () => undefined);
    void opened.promise.then(() => {
      const server = connect(peer.port, '127.0.0.1');
      server.on('error', () => undefined).on('close', () => client.destroy());
      client.pipe(server).pipe(client);
    });
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  closing.push(() => gate.close());
  const { port } = gate.address() as AddressInfo;
  const writer = writerTo(`127.0.0.1:${port}`, { limits: { connectTimeoutMs: 60_000 } });
  const patient = writer.append(input('ab'));
  const impatient = writer.append({ ...input('abc'), deadlineMs: 30 });
  await expect(impatient).rejects.toThrow(StoreUnavailable);
  opened.resolve(undefined);
  await expect(patient).resolves.toMatchObject({ revision: 2 });
  expect(peer.requests).toHaveLength(1);
});

describe('a server that refuses the call', () => {
  const refuse = (peer: Peer, trailers: Record<string, string>): void => {
    peer.onCall = (stream) => {
      stream.respond({ ':status': 200, ...trailers }, { endStream: true });
    };
  };

  it.each(['7', '16'])('with gRPC status %s has written nothing', async (status) => {
    const peer = await Peer.start();
    refuse(peer, { 'grpc-status': status });
    const writer = writerTo(`127.0.0.1:${peer.port}`);
    const refused = writer.append(input());
    await expect(refused).rejects.toThrow(AppendRefused);
    await expect(refused).rejects.toMatchObject({ reason: 'access-denied' });
  });

  it('because it has no BatchAppend says which writer to take', async () => {
    const peer = await Peer.start();
    refuse(peer, { 'grpc-status': '12' });
    const writer = writerTo(`127.0.0.1:${peer.port}`);
    await expect(writer.append(input())).rejects.toThrow('use the client writer');
  });

  it('after it has answered leaves what is in flight unknown', async () => {
    const [peer, writer] = await started();
    peer.onRequest = (_, stream) => {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '16' }));
      stream.end();
    };
    await expect(writer.append(input())).rejects.toThrow(OutcomeUnknown);
  });

  it('because it does not lead names the leader, which is asked next', async () => {
    const [leader, follower] = [await Peer.start(), await Peer.start()];
    refuse(follower, {
      'grpc-status': '5',
      exception: 'not-leader',
      'leader-endpoint-host': '127.0.0.1',
      'leader-endpoint-port': String(leader.port),
    });
    const writer = writerTo(`127.0.0.1:${follower.port}`);
    await writer.append(input()).catch(() => undefined);
    await expect(appendWhenReachable(writer)).resolves.toBeDefined();
    expect(leader.requests).toHaveLength(1);
  });
});

describe('a cluster', () => {
  const [LEADER, FOLLOWER] = [8, 6];

  it('is asked for its leader, also when some of its hosts are dead', async () => {
    const [one, two, dead] = [await Peer.start(), await Peer.start(), await Peer.start()];
    const deadPort = dead.port;
    dead.end();
    const members = [
      { state: FOLLOWER, port: one.port },
      { state: LEADER, port: two.port },
    ];
    for (const peer of [one, two]) peer.members = members;
    const hosts = `127.0.0.1:${deadPort},127.0.0.1:${one.port}`;
    await expect(appendWhenReachable(writerTo(hosts))).resolves.toBeDefined();
    expect([one.requests.length, two.requests.length]).toEqual([0, 1]);
  });

  it('without a leader is unavailable, and said so by whom', async () => {
    const one = await Peer.start();
    one.members = [{ state: FOLLOWER, port: one.port }];
    const writer = writerTo(`127.0.0.1:${one.port},127.0.0.1:${one.port}`);
    const refused = writer.append(input());
    await expect(refused).rejects.toThrow(StoreUnavailable);
    const { cause } = (await refused.catch((error: unknown) => error)) as { cause: Error };
    expect(cause.message).toContain(`127.0.0.1:${one.port} knows no leader`);
  });
});

describe('TLS', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'writer-tls-'));
    const args =
      '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost';
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync('openssl', ['req', ...args.split(' '), ...names, ...files], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const secure = (): Promise<Peer> =>
    Peer.start(
      createSecureServer({
        key: readFileSync(join(folder, 'key.pem')),
        cert: readFileSync(join(folder, 'cert.pem')),
      }),
    );

  it('carries the credentials, which plain text never does', async () => {
    const peer = await secure();
    const ca = encodeURIComponent(join(folder, 'cert.pem'));
    const writer = writerTo(`u:p%20w@localhost:${peer.port}`, { query: `tlsCAFile=${ca}` });
    await expect(appendWhenReachable(writer)).resolves.toBeDefined();
    const basic = `Basic ${Buffer.from('u:p w').toString('base64')}`;
    expect(peer.calls[0]?.headers.authorization).toBe(basic);
    const plain = await Peer.start();
    await appendWhenReachable(writerTo(`u:p@127.0.0.1:${plain.port}`));
    expect(plain.calls[0]?.headers.authorization).toBeUndefined();
  });

  it('refuses a certificate nobody vouches for, before anything is sent', async () => {
    const peer = await secure();
    const writer = writerTo(`localhost:${peer.port}`, { query: 'tls=true' });
    await expect(writer.append(input())).rejects.toThrow(StoreUnavailable);
    expect(peer.calls).toHaveLength(0);
  });
});
