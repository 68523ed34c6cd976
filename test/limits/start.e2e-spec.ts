import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { built } from '../support/built';

const NEEDED_BEFORE = { EVENTSTORE_URL: 'esdb://127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:1' };

/** sysexits.h: misconfigured. */
const EX_CONFIG = 78;

it.each([
  ['CARNET_TRUSTED_PROXIES', 'proxy.example'],
  ['CARNET_TRUSTED_PROXIES', '10.0.0.0/8, 0.0.0.0/0'],
  ['CARNET_CALLER_REQUESTS_PER_MINUTE_MAX', '-1'],
  ['CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX', '199'],
])(
  'the api does not start with %s=%s, and says so in one line',
  async (name, value) => {
    const main = join(await built(), 'apps/api/src/main.js');
    const api = spawn(process.execPath, [main], {
      env: { ...NEEDED_BEFORE, [name]: value },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    api.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(api, 'close')) as [number];
    expect(code).toBe(EX_CONFIG);
    expect(said).toMatch(new RegExp(`^api: ${name} is malformed: [^\n]+\n$`));
  },
  240_000,
);
