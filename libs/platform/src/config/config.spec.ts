import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readConfig } from './config';
import { configTable, inReadme } from './config-table';

const README = join(__dirname, '../../README.md');
const CURSOR_KEY = Buffer.alloc(32, 7).toString('base64url');

function refusal(env: NodeJS.ProcessEnv, needs: Parameters<typeof readConfig>[0] = []): string {
  try {
    readConfig(needs, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('the configuration', () => {
  it('answers what a program needs, parsed and frozen', () => {
    const env = { CARNET_API_PORT: '8080', CARNET_CURSOR_KEY: CURSOR_KEY, PATH: '/bin' };
    const config = readConfig(['apiPort', 'apiHost', 'cursorKey'], env);
    expect(config).toEqual({
      apiPort: 8080,
      apiHost: '127.0.0.1',
      cursorKey: Buffer.alloc(32, 7),
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('asks only for what the program needs', () => {
    expect(readConfig(['dataDir'], {})).toEqual({ dataDir: './data' });
    expect(refusal({}, ['redisUrl'])).toMatch(/^REDIS_URL is not set: /);
    expect(refusal({ REDIS_URL: '' }, ['redisUrl'])).toMatch(/^REDIS_URL is not set: /);
  });

  it.each(['redis://127.0.0.1:6379', 'rediss://u:p@host:6380/1', 'unix:///run/redis.sock'])(
    'takes %s as a Redis',
    (redisUrl) => {
      expect(readConfig(['redisUrl'], { REDIS_URL: redisUrl })).toEqual({ redisUrl });
    },
  );

  it.each([
    ['CARNET_API_PORT', '65536'],
    ['CARNET_API_PORT', '-1'],
    ['CARNET_API_PORT', ' 80'],
    ['CARNET_API_PORT', '0x10'],
    ['CARNET_API_PORT', '1e3'],
    ['CARNET_API_HOST', 'a b'],
    ['CARNET_LOG_LEVEL', 'INFO'],
    ['CARNET_APPEND_WRITER', 'grpc'],
    ['CARNET_APPEND_DEADLINE_MS', '0'],
    ['CARNET_APPEND_DEADLINE_MS', '600001'],
    ['CARNET_TOKEN_ISSUER', 'issuer'],
    ['CARNET_TOKEN_ISSUER', 'ftp://issuer'],
    ['CARNET_TOKEN_KEYS_FILE', 'a\0b'],
    ['REDIS_URL', 'http://127.0.0.1'],
    ['REDIS_URL', '/run/redis.sock'],
    ['CARNET_TRUSTED_PROXIES', 'proxy'],
    ['CARNET_TRUSTED_PROXIES', '10.0.0.1, 10.0.0.0/33'],
    ['CARNET_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['CARNET_CALLER_REQUESTS_PER_MINUTE_MAX', '199'],
    ['CARNET_CALLER_REQUESTS_PER_MINUTE_MAX', '100000001'],
    ['CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX', '0'],
    ['CARNET_CURSOR_KEY', Buffer.alloc(31).toString('base64url')],
    ['CARNET_CURSOR_KEY', `${CURSOR_KEY}!`],
  ])('refuses %s=%j in one line, even where it is not needed', (name, value) => {
    const line = refusal({ [name]: value });
    expect(line).toMatch(new RegExp(`^${name} is malformed: .+$`));
    expect(line.length).toBeLessThan(300);
  });

  it.each(['65535', '0'])('takes port %s', (port) => {
    expect(readConfig(['apiPort'], { CARNET_API_PORT: port })).toEqual({ apiPort: Number(port) });
  });

  it('takes proxies by commas, and none', () => {
    const CARNET_TRUSTED_PROXIES = '10.0.0.0/8, ::1';
    expect(readConfig(['trustedProxies'], { CARNET_TRUSTED_PROXIES })).toEqual({
      trustedProxies: ['10.0.0.0/8', '::1'],
    });
    expect(readConfig(['trustedProxies'], {})).toEqual({ trustedProxies: [] });
  });

  it('takes limits from twice the costliest request', () => {
    const env = { CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX: '200' };
    expect(readConfig(['addressRequestsPerMinuteMax'], env)).toEqual({
      addressRequestsPerMinuteMax: 200,
    });
  });

  it('refuses a name that only looks like its own', () => {
    expect(refusal({ CARNET_API_PROT: '1' })).toMatch(/^CARNET_API_PROT is no variable of Carnet/);
    expect(refusal({ 'CARNET_A\nB': '1' })).not.toContain('\n');
  });

  it('never shows a secret', () => {
    expect(refusal({ REDIS_URL: 'ftp://user:hunter2@host' })).not.toContain('hunter2');
    expect(refusal({ CARNET_CURSOR_KEY: 'hunter2' })).not.toContain('hunter2');
  });
});

describe("the README's table of variables", () => {
  it('is the one of the code; to refresh it: npm run docs:config', () => {
    const readme = readFileSync(README, 'utf8');
    expect(readme).toBe(inReadme(readme, configTable()));
  });
});
