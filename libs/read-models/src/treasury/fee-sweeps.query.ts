import type { Params, ReadStore } from '@app/platform';
import { feeSweepViews, type FeeSweepView } from './fee-sweeps.projection';

type Part = Readonly<{ after: string; limit: number; status?: FeeSweepView['status'] | undefined }>;

export class FeeSweepQueries {
  constructor(private readonly store: ReadStore) {}

  find(feeSweepId: string): FeeSweepView | undefined {
    return this.#views('WHERE key = ?', feeSweepId)[0];
  }

  /** In id order; `status` narrows to those that are so. */
  list({ after, limit, status }: Part): readonly FeeSweepView[] {
    return status === undefined
      ? this.#views('WHERE key > ? ORDER BY key LIMIT ?', after, limit)
      : this.#views('WHERE status = ? AND key > ? ORDER BY key LIMIT ?', status, after, limit);
  }

  #views(tail: string, ...params: Params): readonly FeeSweepView[] {
    const rows = this.store.rows(feeSweepViews.table, tail, ...params);
    return rows.map(({ key: _, ...view }) => view);
  }
}
