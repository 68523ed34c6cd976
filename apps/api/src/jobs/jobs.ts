/** What a job answers to whoever waits for it; each kind adds what only it knows. */
export type JobAnswer = Readonly<{
  /** `waiting` may also mean: between two tries. */
  state: 'waiting' | 'running' | 'done' | 'failed';
  progress: Readonly<{ done: number; total: number }>;
  /** Of a job that ended, where there is something to fetch. */
  resultUrl?: string;
  /** Why it failed. */
  reason?: string;
}>;

/** One kind of job that can be asked about over HTTP. Its truth is a stream; the queue is a hint. */
export abstract class Jobs {
  /** Of its queue: what ids of its jobs begin with. */
  abstract readonly queue: string;

  /** Undefined for what nobody asked for. */
  abstract find(id: string): Promise<JobAnswer | undefined>;
}
