import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../support/caller';
import { Carnet } from '../support/carnet';

type Job = { state: string; progress: { done: number; total: number }; verdicts: object };

const LINES = 10_000;
const header = 'id,pivot,nom,commune,code_postal,adresse';
const lines = Array.from({ length: LINES }, (_, at) => `id-${at},,Lieu ${at},Nevers,58000,1 rue A`);

let carnet: Carnet;
beforeAll(async () => (carnet = await Carnet.start()), 240_000);
afterAll(() => carnet.stop(), 60_000);

describe('the real programs', () => {
  it('end an import whose worker was killed and whose queue was lost', async () => {
    const operator = await carnet.caller('operator');
    const jobId = await upload([header, ...lines].join('\n'));
    await until(operator, jobId, ({ progress }) => progress.done > 0);
    await Promise.all([carnet.kill('worker'), carnet.kill('redis')]);
    const { state, progress } = await operator.get<Job>(`/v1/jobs/${jobId}`);
    // Otherwise the kill came too late to show anything.
    expect([state, progress.done < LINES]).toEqual(['running', true]);
    for (const program of ['redis', 'worker'] as const) await carnet.restart(program);
    const job = await until(operator, jobId, (now) => now.state !== 'running');
    expect(job).toMatchObject({
      ...{ state: 'done', progress: { done: LINES, total: LINES } },
      verdicts: { created: LINES, updated: 0, unchanged: 0, refused: 0 },
    });
    const listed = (await carnet.events()).filter(({ type }) => type === 'PlaceListed');
    expect(new Set(listed.map(({ streamName }) => streamName)).size).toBe(LINES);
    expect(listed).toHaveLength(LINES);
  }, 240_000);
});

async function upload(file: string): Promise<string> {
  const login = await carnet['issuer'].bearer({ roles: ['operator'] });
  const response = await fetch(`${carnet.url}/v1/places/imports`, {
    method: 'POST',
    headers: { ...login, 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    body: file,
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { jobId: string }).jobId;
}

async function until(operator: Caller, jobId: string, isIt: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await operator.get<Job>(`/v1/jobs/${jobId}`);
    if (isIt(job)) return job;
    await sleep(5);
  }
}
