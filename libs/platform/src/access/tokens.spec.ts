import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, SignJWT } from 'jose';
import { ConfigError } from '../config/config';
import { FakeClock } from '../testing/fake-clock';
import { TestIssuer, type TokenInput } from '../testing/test-tokens';
import { Tokens } from './tokens';
import { readTokenKeys } from './token-keys';
import { userIdOf } from './user-ids';

const NOW = '2026-06-01T12:00:00.000Z';
const NOW_SECONDS = Date.parse(NOW) / 1_000;
const PARTY = '0190f6e1-0000-7000-8000-000000000001';

let issuer: TestIssuer;
let clock: FakeClock;
let tokens: Tokens;
beforeEach(async () => {
  issuer = await TestIssuer.create();
  clock = new FakeClock(NOW);
  tokens = tokensOf({});
});

const tokensOf = (options: { rememberedMax?: number; personClaim?: string }): Tokens =>
  new Tokens({ keys: issuer.keys, issuer: issuer.issuer, audience: 'carnet', clock, ...options });

const signed = (input: TokenInput = {}): Promise<string> =>
  issuer.token({ notBefore: NOW_SECONDS, expires: NOW_SECONDS + 60, partyId: PARTY, ...input });

describe('a bearer token', () => {
  it('says who calls, in which roles', async () => {
    const token = await signed({ id: 'p-1', roles: ['funder', 'auditor'] });
    expect(await tokens.identify(token)).toEqual({
      id: userIdOf(issuer.issuer, 'p-1'),
      userId: userIdOf(issuer.issuer, 'p-1'),
      partyId: PARTY,
      roles: ['funder', 'auditor'],
    });
  });

  it('is of one person, whatever account it is of, where a claim says so', async () => {
    tokens = tokensOf({ personClaim: 'person' });
    const [one, other] = await Promise.all(
      ['account-1', 'account-2'].map((id) => signed({ id, claims: { person: 'p-1' } })),
    );
    const userId = userIdOf(issuer.issuer, 'p-1');
    expect(await tokens.identify(one ?? '')).toMatchObject({ id: userId });
    expect(await tokens.identify(other ?? '')).toMatchObject({ id: userId });
    expect(await tokens.identify(await signed({ id: 'account-3' }))).toBeUndefined();
  });

  it.each<[string, TokenInput, boolean]>([
    ['30 s after its end, still', { expires: NOW_SECONDS - 29 }, true],
    ['later, no more', { expires: NOW_SECONDS - 30 }, false],
    ['30 s before its beginning, already', { notBefore: NOW_SECONDS + 30 }, true],
    ['earlier, not yet', { notBefore: NOW_SECONDS + 31 }, false],
    ['for another audience, never', { audience: 'other' }, false],
    ['of another issuer, never', { issuer: 'https://other' }, false],
    ['without a party, never', { claims: { party: undefined } }, false],
    ['with a party that is no id, never', { partyId: '../x' }, false],
    ['with a subject that breaks a line, never', { id: 'a\nb' }, false],
    ['without an end, never', { expires: null }, false],
  ])('is accepted %s', async (_when, input, accepted) => {
    const token = await signed(input);
    expect((await tokens.identify(token)) !== undefined).toBe(accepted);
  });

  it('drops roles Carnet does not know', async () => {
    const token = await signed({ claims: { roles: ['funder', 'root', 1] } });
    expect(await tokens.identify(token)).toMatchObject({ roles: ['funder'] });
  });

  it('is refused unsigned, altered, signed by another key, or with a shared secret', async () => {
    const token = await signed();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const other = await (await TestIssuer.create()).token({ expires: NOW_SECONDS + 60 });
    const claims = { party: PARTY, roles: ['operator'], sub: 'a', exp: NOW_SECONDS + 60 };
    const shared = await new SignJWT({ ...claims, iss: issuer.issuer, aud: 'carnet' })
      .setProtectedHeader({ alg: 'HS256', kid: 'test' })
      .sign(Buffer.from(String(issuer.keys.keys[0]?.x), 'base64url'));
    const forged = [
      `${none}.${payload}.`,
      `${header}.${payload}x.${signature}`,
      `${header}.${payload}`,
      `${token.slice(0, -9)} ${token.slice(-9)}`,
      other,
      shared,
      '',
      'x',
      'x'.repeat(9_000),
    ];
    for (const each of forged) expect(await tokens.identify(each)).toBeUndefined();
  });

  it('is refused under an algorithm that is not on the list', async () => {
    const { privateKey } = await generateKeyPair('ES384');
    const token = await new SignJWT({ party: PARTY, sub: 'a', exp: NOW_SECONDS + 60 })
      .setProtectedHeader({ alg: 'ES384' })
      .sign(privateKey);
    expect(await tokens.identify(token)).toBeUndefined();
  });
});

describe('a remembered token', () => {
  it('is answered at once, and only until it ends', async () => {
    const token = await signed({ expires: NOW_SECONDS + 60 });
    await tokens.identify(token);
    expect(tokens.identify(token)).toMatchObject({ partyId: PARTY });
    clock.advanceBy({ seconds: 89 });
    expect(tokens.identify(token)).toMatchObject({ partyId: PARTY });
    clock.advanceBy({ seconds: 1 });
    expect(tokens.identify(token)).toBeUndefined();
    expect(await tokens.identify(token)).toBeUndefined();
  });

  it('makes room for others', async () => {
    tokens = tokensOf({ rememberedMax: 2 });
    const [first = '', second = '', third = ''] = await Promise.all([signed(), signed(), signed()]);
    for (const token of [first, second, third]) await tokens.identify(token);
    expect(tokens.identify(third)).not.toBeInstanceOf(Promise);
    expect(tokens.identify(second)).not.toBeInstanceOf(Promise);
    expect(tokens.identify(first)).toBeInstanceOf(Promise);
  });

  it('is not remembered when it was refused', async () => {
    const token = await signed({ audience: 'other' });
    await tokens.identify(token);
    expect(tokens.identify(token)).toBeInstanceOf(Promise);
  });
});

describe('the file of token keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-keys-'));
  const file = join(folder, 'keys.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read', () => {
    writeFileSync(file, JSON.stringify(issuer.keys));
    expect(readTokenKeys(file)).toEqual(issuer.keys);
  });

  it.each(['', '[]', 'null', '{"keys":[]}', '{"keys":[1]}', '{"keys":[{"kty":"oct","k":"AA"}]}'])(
    'is refused when it holds %j',
    (text) => {
      writeFileSync(file, text);
      expect(() => readTokenKeys(file)).toThrow(ConfigError);
    },
  );

  it('is refused with a private key, or when it is not there', () => {
    writeFileSync(file, JSON.stringify({ keys: [{ ...issuer.keys.keys[0], d: 'AAAA' }] }));
    expect(() => readTokenKeys(file)).toThrow('public keys only');
    expect(() => readTokenKeys(join(folder, 'none'))).toThrow(ConfigError);
  });
});
