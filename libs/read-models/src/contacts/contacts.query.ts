import type { Keyed, ReadStore } from '@app/platform';
import { contactViews, type ContactView } from './contacts.projection';

export class ContactQueries {
  constructor(private readonly store: ReadStore) {}

  /** In id order; of one party, or of all. */
  list(input: {
    partyId: string | undefined;
    after: string;
    limit: number;
  }): readonly ContactView[] {
    const { partyId, after, limit } = input;
    const tail = 'WHERE (? IS NULL OR partyId = ?) AND key > ? ORDER BY key LIMIT ?';
    const [only, equal] = [partyId ?? null, partyId ?? null];
    return this.store.rows(contactViews.table, tail, only, equal, after, limit).map(viewOf);
  }

  /** Those that two people decided to erase, and those nobody touched since that instant. */
  listToErase(keptSinceBefore: string): readonly ContactView[] {
    const tail =
      `WHERE status = 'erasure-approved' OR ` +
      `(status IN ('kept', 'erasure-proposed') AND keptSinceAt < ?) ORDER BY key`;
    return this.store.rows(contactViews.table, tail, keptSinceBefore).map(viewOf);
  }

  /** Of these, those that are erased. */
  listErasedOf(contactIds: readonly string[]): readonly string[] {
    const rows = contactIds.map((id) => this.store.find(contactViews.table, id));
    return rows.flatMap((row) => (row?.status === 'erased' ? [row.contactId] : []));
  }
}

/** A row without its key, which repeats the id. */
const viewOf = ({ key: _, ...view }: Keyed<ContactView>): ContactView => view;
