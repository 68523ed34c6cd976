import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { TombstoneReq } from '@eventstore/db-client/generated/streams_pb';
import { Metadata, credentials } from '@grpc/grpc-js';
import { type EventStoreHandle, type EventStoreOptions, startEventStore } from './server';
import { hashPassword, parseUsers } from './wire/basic-auth';

/** Of localhost, self-signed for these tests, valid until 2126. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghduc7rU5zYLj6H7z
wlAn40H1JJxReolYwpS+QkJQQi6hRANCAARtCeu6Ivf/2XsRfuy8FKijLjXcKP9M
R17GrY8WEFqXezdj4cbkpAPG0IsD5emhIgqTchaU3h6zPdqqeGkg3IoQ
-----END PRIVATE KEY-----
`;
const CERT = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUBWUiPvbTIAHjmsE34v9bLopzOM8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIzNDY1M1oYDzIxMjYxMDI4
MjM0NjUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARtCeu6Ivf/2XsRfuy8FKijLjXcKP9MR17GrY8WEFqXezdj4cbkpAPG
0IsD5emhIgqTchaU3h6zPdqqeGkg3IoQo28wbTAdBgNVHQ4EFgQUyZU8mMDgptQw
7/Ad6b3/uGPOHNEwHwYDVR0jBBgwFoAUyZU8mMDgptQw7/Ad6b3/uGPOHNEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgKJAQPGhc31Kj7EKWMLUyD2NOTUFjry068qSFOhrWgbMCIBL4
VmY2Pa87SFd/Rh31ZFLtfRXyhtDq/lpFiBwNh8fp
-----END CERTIFICATE-----
`;

const directory = mkdtempSync(join(tmpdir(), 'event-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

const running: EventStoreHandle[] = [];
afterEach(() => Promise.all(running.splice(0).map((store) => store.stop())));

async function start(options: EventStoreOptions = {}, dir?: string): Promise<EventStoreHandle> {
  const store = await startEventStore(dir === undefined ? { inMemory: true } : { dir }, options);
  running.push(store);
  return store;
}

/** Writes one event, a tombstone; rejects with the call's gRPC status. */
async function writeOnce(port: number, password?: string): Promise<void> {
  const isSecure = password !== undefined;
  const channel = isSecure
    ? credentials.createSsl(Buffer.from(CERT))
    : credentials.createInsecure();
  const client = new StreamsClient(`localhost:${port}`, channel);
  const options = new TombstoneReq.Options();
  options.setStreamIdentifier(new StreamIdentifier().setStreamName(btoa('a')));
  options.setAny(new Empty());
  const metadata = new Metadata();
  if (password) metadata.set('authorization', `Basic ${btoa(password)}`);
  try {
    await new Promise<void>((resolve, reject) =>
      client.tombstone(new TombstoneReq().setOptions(options), metadata, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  } finally {
    client.close();
  }
}

describe('starting an event store', () => {
  it('refuses a port that is taken, and lets the directory go again', async () => {
    const { port } = await start();
    const dir = join(directory, 'twice');
    await expect(start({ port }, dir)).rejects.toThrow(`EADDRINUSE`);
    await writeOnce((await start({}, dir)).port);
  });

  it('refuses a directory that another one has, in this process too', async () => {
    const dir = join(directory, 'one');
    await start({}, dir);
    await expect(start({}, dir)).rejects.toThrow(`in use by another event store`);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])(
    'refuses to listen on %s without TLS and users',
    (host) => expect(start({ host })).rejects.toThrow('can be reached from outside'),
  );

  it('refuses passwords in clear', () =>
    expect(start({ users: new Map() })).rejects.toThrow('users need TLS'));

  it('tells how much it holds', async () => {
    const store = await start();
    await writeOnce(store.port);
    expect(store.stats()).toMatchObject({ events: 1, streams: 1, queuedAppends: 0 });
  });

  it('may be stopped twice', async () => {
    const store = await start();
    await Promise.all([store.stop(), store.stop()]);
  });
});

describe('with TLS and users', () => {
  async function startGuarded(): Promise<number> {
    const users = parseUsers(`# of the tests\nana:${await hashPassword('secret')}\n`);
    return (await start({ tls: { cert: CERT, key: KEY }, users })).port;
  }

  it('serves a caller who shows the password, again and again', async () => {
    const port = await startGuarded();
    await writeOnce(port, 'ana:secret');
    await expect(writeOnce(port, 'ana:secret')).rejects.toMatchObject({ code: 9 });
  });

  it.each(['ana:guess', 'bob:secret', 'ana', ''])('serves nobody who shows %j', async (shown) => {
    const refused = writeOnce(await startGuarded(), shown);
    await expect(refused).rejects.toMatchObject({ code: 16 });
  });

  it.each(['ana', 'ana:secret', 'ana:scrypt:short:key', ''])(
    'a users file of %j is refused',
    (text) => expect(() => parseUsers(text)).toThrow('users file'),
  );
});
