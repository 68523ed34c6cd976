import type { ReadStore } from '@app/platform';
import { accounting } from './accounting.projection';
import type { InvoiceRow } from './accounting.tables';

const { invoices } = accounting.table;

/** The operator's invoices. */
export class InvoiceQueries {
  constructor(private readonly store: ReadStore) {}

  find(invoiceId: string): InvoiceRow | undefined {
    return this.store.rows(invoices, 'WHERE invoiceId = ?', invoiceId)[0];
  }

  /** In the order of their numbers; of one funder where it is given. */
  list({
    after,
    limit,
    funderId,
  }: Readonly<{
    after: number;
    limit: number;
    funderId?: string | undefined;
  }>): readonly InvoiceRow[] {
    return funderId === undefined
      ? this.store.rows(invoices, 'WHERE number > ? ORDER BY number LIMIT ?', after, limit)
      : this.store.rows(
          invoices,
          'WHERE funderId = ? AND number > ? ORDER BY number LIMIT ?',
          ...[funderId, after, limit],
        );
  }
}
