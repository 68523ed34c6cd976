import type { Keyed, ReadStore } from '@app/platform';
import { prints, type PrintView } from './prints.projection';

export class PrintQueries {
  constructor(private readonly store: ReadStore) {}

  find(printId: string): PrintView | undefined {
    const row = this.store.find(prints.table, printId);
    return row && viewOf(row);
  }

  /** In id order. */
  listOfOrder(input: { orderId: string; after: string; limit: number }): readonly PrintView[] {
    const { orderId, after, limit } = input;
    const tail = 'WHERE orderId = ? AND key > ? ORDER BY key LIMIT ?';
    return this.store.rows(prints.table, tail, orderId, after, limit).map(viewOf);
  }

  /** Requested and neither made nor abandoned: what the worker has to do. */
  listRequested(): readonly PrintView[] {
    return this.store.rows(prints.table, `WHERE status = 'requested'`).map(viewOf);
  }

  /** Whose files were made before that instant and are still there. */
  listMadeBefore(madeAt: string): readonly PrintView[] {
    const tail = `WHERE status = 'made' AND madeAt < ? ORDER BY madeAt`;
    return this.store.rows(prints.table, tail, madeAt).map(viewOf);
  }
}

/** A row without its key, which repeats the id. */
const viewOf = ({ key: _, ...view }: Keyed<PrintView>): PrintView => view;
