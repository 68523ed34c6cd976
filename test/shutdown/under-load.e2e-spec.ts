import { setTimeout as sleep } from 'node:timers/promises';
import { Carnet } from '../support/carnet';
import { Load } from './retrying-client';

/** `SHUTDOWNS=20`: the long form. Half of them with another api beside, half alone. */
const SHUTDOWNS = Number(process.env['SHUTDOWNS'] ?? 4);
const CLIENTS = 16;
const STOPPED_WITHIN_MS = 15_000;

describe('the api, told to stop under load', () => {
  let carnet: Carnet;
  let authorization: string;
  const took: number[] = [];

  beforeAll(async () => {
    carnet = await Carnet.start();
    ({ authorization } = await carnet.bearer({ roles: ['operator'] }));
  }, 300_000);

  afterAll(async () => {
    await carnet.stop();
    process.stdout.write(`stopped in ${took.map((ms) => Math.round(ms)).join(', ')} ms\n`);
  });

  /** Milliseconds from SIGTERM to the end of the process. */
  const timed = async (stop: () => Promise<boolean>): Promise<void> => {
    const from = performance.now();
    expect(await stop()).toBe(true);
    took.push(performance.now() - from);
    expect(took.at(-1)).toBeLessThanOrEqual(STOPPED_WITHIN_MS);
  };

  const round = async (urls: string[], stop: () => Promise<void>): Promise<void> => {
    const load = new Load(urls, { clients: CLIENTS, authorization });
    await sleep(500);
    await stop();
    const before = load.outcomes.answered;
    await sleep(500);
    const outcomes = await load.end();
    expect(outcomes.failures).toEqual([]);
    // It was under load before the signal, and after.
    expect(before).toBeGreaterThan(CLIENTS);
    expect(outcomes.answered).toBeGreaterThan(before);
  };

  it.each(Array.from({ length: Math.ceil(SHUTDOWNS / 2) }, (_, at) => at + 1))(
    'fails no request of who comes back after a 503 or a refused connection (%i)',
    () =>
      round([carnet.url], async () => {
        await timed(() => carnet.terminate('api'));
        await carnet.restart('api');
      }),
    300_000,
  );

  it.each(Array.from({ length: Math.floor(SHUTDOWNS / 2) }, (_, at) => at + 1))(
    'fails no request while another takes over on the same log (%i)',
    async () => {
      const beside = await carnet.startApiBeside();
      const urls = [carnet.url, beside.url];
      await round(urls, async () => {
        await timed(() => carnet.terminate('api'));
        // Both have written to one log, and the new one goes on alone.
        await carnet.restart('api');
        await timed(() => beside.stop());
      });
    },
    300_000,
  );
});
