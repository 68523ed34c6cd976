import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
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
const caFile = join(directory, 'ca.pem');
writeFileSync(caFile, CERT);
afterAll(() => rmSync(directory, { recursive: true }));

const running: EventStoreHandle[] = [];
afterEach(() => Promise.all(running.splice(0).map((store) => store.stop())));

async function start(options: EventStoreOptions = {}, dir?: string): Promise<EventStoreHandle> {
  const store = await startEventStore(dir === undefined ? { inMemory: true } : { dir }, options);
  running.push(store);
  return store;
}

async function appendOnce(connectionString: string): Promise<boolean> {
  const client = EventStoreDBClient.connectionString(connectionString);
  try {
    const written = await client.appendToStream('a', jsonEvent({ type: 'Tried', data: {} }));
    return written.success;
  } finally {
    await client.dispose();
  }
}

describe('starting an event store', () => {
  it('refuses a port that is taken, and lets the directory go again', async () => {
    const { port } = await start();
    const dir = join(directory, 'twice');
    await expect(start({ port }, dir)).rejects.toThrow(`EADDRINUSE`);
    expect(await appendOnce((await start({}, dir)).connectionString)).toBe(true);
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
    await appendOnce(store.connectionString);
    expect(store.stats()).toMatchObject({ events: 1, streams: 1, queuedAppends: 0 });
  });

  it('may be stopped twice', async () => {
    const store = await start();
    await Promise.all([store.stop(), store.stop()]);
  });
});

describe('with TLS and users', () => {
  it.each([
    ['the right password', 'ana:secret@', true],
    ['a wrong password', 'ana:guess@', false],
    ['an unknown name', 'bob:secret@', false],
    ['no name', '', false],
  ])('a caller with %s is served: %s%s', async (_, credentials, isServed) => {
    const users = parseUsers(`# of the tests\nana:${await hashPassword('secret')}\n`);
    const { port } = await start({ tls: { cert: CERT, key: KEY }, users });
    const url = `esdb://${credentials}localhost:${port}?tls=true&tlsCAFile=${caFile}`;
    const appended = appendOnce(url);
    if (isServed) expect(await appended).toBe(true);
    else await expect(appended).rejects.toMatchObject({ type: 'access-denied' });
  });

  it.each(['ana', 'ana:secret', 'ana:scrypt:short:key', ''])(
    'a users file of %j is refused',
    (text) => expect(() => parseUsers(text)).toThrow('users file'),
  );
});
