import {
  DueWork,
  jobIdOf,
  queueServedBy,
  type AnyDefinition,
  type Clock,
  type JobHost,
  type JobQueues,
} from '@app/platform';

type Hosts = readonly JobHost<object>[];
type JobOf = Parameters<JobHost<object>['process']>[0];

/** Job queues where every job is done by who asks for it, at once: no Redis, no other process. */
export class QueuesInProcess implements Pick<JobQueues, 'add' | 'addChildren' | 'find'> {
  #hosts: ReadonlyMap<string, JobHost<object>> = new Map();

  /** The hosts need the queues to be made, so they come afterwards. */
  serveWith(hosts: Hosts): void {
    this.#hosts = new Map(
      hosts.flatMap((host) => {
        const name = queueServedBy(host);
        return name === undefined ? [] : [[name, host]];
      }),
    );
  }

  /** A hint: what is due is found by the next sweep. */
  add(definition: AnyDefinition, data: object): Promise<string> {
    return Promise.resolve(jobIdOf(definition, data));
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async addChildren(definition: AnyDefinition, children: readonly object[]): Promise<void> {
    for (const data of children) await this.do(definition, data);
  }

  async do({ name }: AnyDefinition, data: object): Promise<void> {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`nobody does the jobs of ${name}`);
    const job = { data, updateProgress: nothing, moveToWaitingChildren: isDone };
    await host.process(job as unknown as JobOf);
  }
}

const nothing = (): Promise<void> => Promise.resolve();
const isDone = (): Promise<boolean> => Promise.resolve(false);

/** More rounds than that mean work that is never done. */
const ROUNDS_MAX = 1_000;

/** Does all work that is due, as sweeper and worker do together, until none is left. */
export async function doAllDue(
  sources: readonly DueWork[],
  { queues, clock, settle }: { queues: QueuesInProcess; clock: Clock; settle: () => Promise<void> },
): Promise<void> {
  let before = '';
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await settle();
    const due = await findAllDue(sources, clock);
    const keys = due.map(({ queue, data }) => jobIdOf(queue, data)).join();
    // What is due again after it was done waits for something else.
    if (due.length === 0 || keys === before) return;
    before = keys;
    for (const { queue, data } of due) await queues.do(queue, data);
  }
  throw new Error('there is work that is never done');
}

async function findAllDue(sources: readonly DueWork[], clock: Clock) {
  const due: { queue: AnyDefinition; data: object }[] = [];
  for (const source of sources) {
    for await (const data of await source.findDue(clock.now())) {
      due.push({ queue: source.queue, data });
    }
  }
  return due;
}
