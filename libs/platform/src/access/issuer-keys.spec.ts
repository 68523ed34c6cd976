import type { RequestListener } from 'node:http';
import { generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { ConfigError } from '../config/config';
import { FakeClock } from '../testing/fake-clock';
import { TestKeyServer } from '../testing/test-key-server';
import { TestIssuer } from '../testing/test-tokens';
import { IssuerKeys, type IssuerKeysOptions } from './issuer-keys';
import { tokenKeysOf } from './token-keys';
import { Tokens } from './tokens';

// Only a hang should end it on a busy machine.
jest.setTimeout(60_000);

/** Longer than any test: what should not happen in one does not. */
const NEVER_MS = 3_600_000;
const IN_FORCE = { refreshMs: NEVER_MS, retryMs: 0, coolDownMs: 0, timeoutMs: 30_000 };

let server: TestKeyServer;
let first: TestIssuer;
let second: TestIssuer;
const told: string[] = [];
const opened: IssuerKeys[] = [];

beforeEach(async () => {
  server = await TestKeyServer.start();
  [first, second] = await Promise.all([issuerOf('first'), issuerOf('second')]);
  server.keys = first.keys;
  told.length = 0;
});

afterEach(async () => {
  for (const keys of opened.splice(0)) keys.onApplicationShutdown();
  await server.close();
});

const issuerOf = (kid: string): Promise<TestIssuer> =>
  TestIssuer.create({ issuer: server.url, kid });

const both = (): JSONWebKeySet => ({ keys: [...first.keys.keys, ...second.keys.keys] });

function open(options: Partial<IssuerKeysOptions> = {}) {
  const say = (_: object, line: string): void => void told.push(line);
  const logger = { info: say, warn: say } as unknown as IssuerKeysOptions['logger'];
  const keys = new IssuerKeys({ issuer: server.url, logger, ...IN_FORCE, ...options });
  opened.push(keys);
  const tokens = tokensOf(keys);
  const isIn = async (token: string | Promise<string>): Promise<boolean | string> => {
    try {
      return (await tokens.identify(await token)) !== undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { keys, tokens, isIn };
}

function tokensOf(keys: IssuerKeys): Tokens {
  const clock = new FakeClock(new Date().toISOString());
  return new Tokens({ keys, issuer: server.url, audience: 'carnet', clock });
}

const missing = async ({ checks }: IssuerKeys): Promise<string[]> => {
  const failed: string[] = [];
  for (const { name, check } of checks) {
    await Promise.resolve()
      .then(() => check(new AbortController().signal))
      .catch(() => failed.push(name));
  }
  return failed;
};

describe('keys of an issuer', () => {
  it('are where its discovery document says, and known once fetched', async () => {
    const { isIn } = open();
    expect(await isIn(first.token())).toBe(true);
    expect(await isIn(first.token())).toBe(true);
    expect(server.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are where they are configured to be', async () => {
    const { isIn } = open({ keysUrl: server.keysUrl });
    expect(await isIn(first.token())).toBe(true);
    expect(server.asked).toEqual(['/keys']);
  });

  it('are asked for at start, before anybody comes', async () => {
    const { keys, isIn } = open();
    await keys.refresh();
    expect(server.asked).toHaveLength(2);
    await server.close();
    expect(await isIn(first.token())).toBe(true);
  });

  it('let nobody in under another algorithm, for another audience, or of another issuer', async () => {
    const { isIn } = open();
    const { privateKey } = await generateKeyPair('ES384');
    const claims = { party: crypto.randomUUID(), sub: 'a', iss: server.url, aud: 'carnet' };
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const other = new SignJWT({ ...claims, exp }).setProtectedHeader({
      alg: 'ES384',
      kid: 'first',
    });
    expect(await isIn(other.sign(privateKey))).toBe(false);
    const secret = Buffer.from(String(first.keys.keys[0]?.x), 'base64url');
    const shared = new SignJWT({ ...claims, exp }).setProtectedHeader({
      alg: 'HS256',
      kid: 'first',
    });
    expect(await isIn(shared.sign(secret))).toBe(false);
    expect(await isIn(first.token({ audience: 'other' }))).toBe(false);
    expect(await isIn(first.token({ issuer: 'https://other.test' }))).toBe(false);
    expect(await isIn(first.token())).toBe(true);
  });
});

describe('a new key', () => {
  it('is fetched when a token names it', async () => {
    const { isIn } = open();
    expect(await isIn(first.token())).toBe(true);
    server.keys = both();
    expect(await isIn(second.token())).toBe(true);
    expect(await isIn(first.token())).toBe(true);
  });

  it('is not looked for again and again', async () => {
    const { isIn } = open({ coolDownMs: NEVER_MS });
    expect(await isIn(first.token())).toBe(true);
    const { length } = server.asked;
    expect([await isIn(second.token()), await isIn(second.token())]).toEqual([false, false]);
    expect(server.asked).toHaveLength(length);
  });

  it('is in time by itself', async () => {
    const { keys, isIn } = open({ refreshMs: 5, coolDownMs: NEVER_MS });
    await keys.refresh();
    server.keys = both();
    while ((await isIn(second.token())) !== true);
  });
});

it('a key that is withdrawn lets nobody in any more, also not by a token seen before', async () => {
  const { keys, tokens, isIn } = open();
  server.keys = both();
  await keys.refresh();
  const token = await first.token();
  expect(await isIn(token)).toBe(true);
  expect(tokens.identify(token)).not.toBeInstanceOf(Promise);
  server.keys = second.keys;
  await keys.refresh();
  expect(await isIn(token)).toBe(false);
  expect(await isIn(second.token())).toBe(true);
});

it('a token that is verified while its key is withdrawn is not remembered', async () => {
  const { keys } = open();
  await keys.refresh();
  const keyOf: IssuerKeys['keyOf'] = async (...asked) => {
    const found = await keys.keyOf(...asked);
    server.keys = second.keys;
    await keys.refresh();
    return found;
  };
  const onChange: IssuerKeys['onChange'] = (listener) => keys.onChange(listener);
  const late = Object.assign(Object.create(IssuerKeys.prototype) as IssuerKeys, {
    keyOf,
    onChange,
  });
  const tokens = tokensOf(late);
  const token = await first.token();
  expect(await tokens.identify(token)).toBeDefined();
  expect(await tokens.identify(token)).toBeUndefined();
});

describe('an issuer that is away', () => {
  it('at start lets nobody in, and says so, until it is back', async () => {
    await server.close();
    const { keys, isIn } = open();
    await keys.refresh();
    expect(await isIn(first.token())).toBe('issuer_unavailable');
    expect(await missing(keys)).toEqual(['token-keys', 'token-issuer']);
    await server.open();
    await keys.refresh();
    expect(await isIn(first.token())).toBe(true);
    expect(await missing(keys)).toEqual([]);
    expect(told).toEqual(['keys of the issuer cannot be fetched', 'keys of the issuer']);
  });

  it('later keeps out whom it alone could tell, and nobody else', async () => {
    const { keys, isIn } = open();
    const known = await first.token();
    expect(await isIn(known)).toBe(true);
    await server.close();
    await keys.refresh();
    expect(await isIn(known)).toBe(true);
    expect(await isIn(first.token())).toBe(true);
    expect(await isIn(second.token())).toBe('issuer_unavailable');
    expect(await missing(keys)).toEqual(['token-issuer']);
    expect(keys.checks.find(({ name }) => name === 'token-issuer')?.isVital).toBe(false);
  });

  it('is asked again in time, by itself, and not by whoever comes', async () => {
    server.answer = (_, response) => response.writeHead(500).end();
    const { isIn } = open({ retryMs: NEVER_MS });
    expect(await isIn(first.token())).toBe('issuer_unavailable');
    expect(await isIn(first.token())).toBe('issuer_unavailable');
    expect(server.asked).toHaveLength(2);
    const { keys: patient, isIn: isInThere } = open({ retryMs: 5 });
    await patient.refresh();
    server.answer = undefined;
    while ((await isInThere(first.token())) !== true);
  });
});

const json = (body: string): RequestListener => {
  return (_, response) => response.end(body);
};
const LARGE = JSON.stringify({ keys: [], more: 'x'.repeat(256 * 1024) });

describe('an answer of the issuer is no set of keys', () => {
  it.each<[string, RequestListener]>([
    ['when it leads elsewhere', (_, response) => response.writeHead(302, { location: '/k' }).end()],
    ['when it is larger than any', json(LARGE)],
    ['when it is an error', (_, response) => response.writeHead(500).end('{"keys":[]}')],
    ['when it is no JSON', json('<html>')],
    ['when it is a list', json('[]')],
    ['when its keys are none', json('{"keys":[1]}')],
    ['when it breaks off', (_, response) => response.write('{"keys":', () => response.destroy())],
  ])('%s', async (_when, answer) => {
    const { keys, isIn } = open();
    const known = await first.token();
    expect(await isIn(known)).toBe(true);
    server.answer = answer;
    await keys.refresh();
    expect(await missing(keys)).toEqual(['token-issuer']);
    expect([await isIn(known), await isIn(first.token())]).toEqual([true, true]);
    expect(await isIn(second.token())).toBe('issuer_unavailable');
  });

  it('when it does not come in time', async () => {
    server.answer = (_, response) => void response.write('{"keys":');
    const { keys, isIn } = open({ timeoutMs: 50 });
    await keys.refresh();
    expect(await isIn(first.token())).toBe('issuer_unavailable');
  });

  it('but may be one without keys, which lets nobody in', async () => {
    const { keys, isIn } = open();
    const known = await first.token();
    expect(await isIn(known)).toBe(true);
    server.keys = { keys: [] };
    await keys.refresh();
    expect(await isIn(known)).toBe(false);
    expect(await missing(keys)).toEqual(['token-keys']);
  });
});

it('a discovery document of another issuer is not believed', async () => {
  const { isIn } = open({ issuer: `${server.url}/other` });
  server.answer = json(JSON.stringify({ issuer: server.url, jwks_uri: server.keysUrl }));
  expect(await isIn(first.token())).toBe('issuer_unavailable');
});

describe('the configuration of token keys', () => {
  const logger = { info: () => undefined, warn: () => undefined };
  const from = (said: { issuer?: string; file?: string; url?: string }) => {
    const { issuer = 'https://issuer.test', file = '', url = '' } = said;
    const config = { tokenIssuer: issuer, tokenKeysFile: file, tokenKeysUrl: url };
    return tokenKeysOf(config, logger);
  };

  it.each([
    {},
    { url: 'https://issuer.test/keys' },
    { issuer: 'http://127.0.0.1:9' },
    { issuer: 'http://issuer.test', url: 'http://[::1]:9/keys' },
    { issuer: 'http://issuer.test', url: 'https://issuer.test/keys' },
  ])('asks the issuer with %j', (said) => {
    expect(from(said)).toBeInstanceOf(IssuerKeys);
  });

  it.each([
    { file: '/keys.json', url: 'https://issuer.test/keys' },
    { issuer: 'http://issuer.test' },
    { url: 'http://issuer.test/keys' },
    { url: 'http://127.0.0.1.test/keys' },
    { issuer: 'http://localhost.test' },
  ])('is refused with %j', (said) => {
    expect(() => from(said)).toThrow(ConfigError);
  });
});
