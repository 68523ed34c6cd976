import { randomUUID } from 'node:crypto';
import type { ImportJobs } from './import-jobs';
import { JobsController } from './jobs.controller';

const none = { queue: 'none', find: () => Promise.resolve(undefined) } as unknown as ImportJobs;

type Shown = Readonly<{ progress: { done: number } }>;

/** Asked about, it is a step further each time. */
const jobs = () => {
  let done = 0;
  const find = () =>
    Promise.resolve({ state: 'running', progress: { done: (done += 1), total: 9 } });
  return { queue: 'import', find } as unknown as ImportJobs;
};

it('tells nothing more to who may not listen any more', async () => {
  const controller = new JobsController(jobs(), none as never, none as never, none as never);
  let asked = 0;
  const events = await controller.follow(`import.${randomUUID()}`, () =>
    Promise.resolve((asked += 1) < 3),
  );
  const told: unknown[] = [];
  await new Promise<void>((complete, error) =>
    events.subscribe({ next: ({ data }) => void told.push(data), complete, error }),
  );
  const steps = told.map((text) => (JSON.parse(text as string) as Shown).progress.done);
  expect(steps).toEqual([1, 2, 3]);
});
