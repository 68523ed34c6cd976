import { instantOf } from '@app/kernel';
import { ContactCards } from '@app/contacts';
import { defineQueue, DueWork } from '@app/platform';
import { ContactQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

export type ContactErasureJob = Readonly<{ contactId: string }>;

export const contactErasureQueue = defineQueue<ContactErasureJob>({
  name: 'contact-erasure',
  key: ({ contactId }) => contactId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  // What came back with a backup is not left standing for the sake of a job that is done.
  reviveAfterMs: 5_000,
});

/** How long a contact is kept that nobody touched. */
export class ContactRetention {
  constructor(private readonly keepDays: number) {}

  /** What was kept since before then was kept long enough. */
  keptSinceBefore(now: Date): string {
    return instantOf(new Date(now.getTime() - this.keepDays * DAY_MS));
  }
}

/**
 * Contacts that two people decided to erase, those kept long enough, and those erased whose key is
 * there: it came back with a backup.
 */
@Injectable()
export class DueContactErasures extends DueWork<ContactErasureJob> {
  readonly queue = contactErasureQueue;

  constructor(
    private readonly contacts: ContactQueries,
    private readonly cards: ContactCards,
    private readonly retention: ContactRetention,
  ) {
    super();
  }

  async findDue(now: Date): Promise<readonly ContactErasureJob[]> {
    const decided = this.contacts.listToErase(this.retention.keptSinceBefore(now));
    const back = this.contacts.listErasedOf(await this.cards.listHeld());
    const ids = new Set([...decided.map(({ contactId }) => contactId), ...back]);
    return [...ids].map((contactId) => ({ contactId }));
  }
}

const DAY_MS = 86_400_000;
