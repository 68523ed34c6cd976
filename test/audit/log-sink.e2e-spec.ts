import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fetchHealth } from '../../apps/standalone/src/health';
import { findFreePort } from '../../apps/standalone/src/ports';
import type { Program } from '../../apps/standalone/src/program';
import { eventually, inParallel } from '../support/caller';
import { Carnet } from '../support/carnet';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

const REQUESTS = 3_000;

let carnet: Carnet;
beforeAll(async () => {
  carnet = await Carnet.start({ logLevel: 'debug' });
});
afterAll(() => carnet.stop());

describe('an api whose log nobody reads (F35)', () => {
  it('answers every request, and stops in time', async () => {
    const { programs } = carnet as unknown as { programs: readonly Program[] };
    const api = programs.find(({ name }) => name === 'api');
    if (api === undefined) throw new Error('no api');
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(api.command, [...api.args], {
      env: { ...api.env, CARNET_API_PORT: String(port) },
      // A pipe with a few hundred kilobytes of room, and no hand at its other end.
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      child.stdout.pause();
      await eventually('it serves', () =>
        fetchHealth(`${url}/health/ready`).then(
          () => true,
          () => false,
        ),
      );
      const bearer = await carnet.bearer({ roles: ['auditor'] });
      const numbers = Array.from({ length: REQUESTS }, (_, at) => at);
      const statuses = await inParallel(numbers, 16, async (at) => {
        const [path, headers] = at % 2 === 0 ? ['/v1/funders', bearer] : ['/v1/nowhere', undefined];
        const answer = await fetch(`${url}${path}`, headers ? { headers } : {});
        await answer.arrayBuffer();
        return answer.status;
      });
      const counts = Map.groupBy(statuses, (status) => status);
      const shown = [...counts].map(([status, all]) => [status, all.length]).sort();
      expect(shown.every(([status = 0]) => status < 500)).toBe(true);
      expect(shown[0]).toEqual([200, REQUESTS / 2]);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      // It had far more to say than there was room for.
      let bytes = 0;
      child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
      await once(child.stdout, 'end');
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(600_000);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
