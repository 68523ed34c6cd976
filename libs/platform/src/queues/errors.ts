import { DomainError } from '@app/kernel';
import { UnrecoverableError } from 'bullmq';

/**
 * Redis did not answer in time. The job may have been added all the same, which is harmless; work that
 * must not be lost is found by its sweeper anyway.
 */
export class QueueUnavailable extends Error {
  constructor(queue: string, cause: unknown) {
    super(`the queue ${queue} cannot be reached`, { cause });
    this.name = 'QueueUnavailable';
  }
}

/**
 * Runs a job's work. A business refusal is final, since trying again decides the same; anything else is
 * tried again with the backoff of the queue's definition.
 */
export async function permanentIfRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) throw new UnrecoverableError(error.code);
    throw error;
  }
}
