import { StoreUnavailable } from './event-store';

/** One at a time per key, in the order of asking; more than `waitingMax` of one key are refused. */
export class Turns {
  readonly #queues = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  readonly #waitingMax: number;

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key);
    if (queue === undefined) return this.#run(key, { tail: Promise.resolve(), waiting: 0 }, work);
    if (queue.waiting > this.#waitingMax) {
      throw new StoreUnavailable(`${key}: ${this.#waitingMax} commands wait already`);
    }
    return this.#run(key, queue, work);
  }

  async #run<T>(
    key: string,
    queue: { tail: Promise<unknown>; waiting: number },
    work: () => Promise<T>,
  ): Promise<T> {
    queue.waiting += 1;
    this.#queues.set(key, queue);
    const done = queue.tail.then(work);
    queue.tail = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(key);
    }
  }
}
