import { projection } from '@app/platform/read-store';
import type { PrintFact } from '@app/voucher-books/contract';

/** What is not known yet is null. */
export type PrintView = {
  printId: string;
  orderId: string;
  format: 'pdf' | 'csv' | '';
  layout: string | null;
  firstBook: number;
  lastBook: number;
  books: number;
  vouchersPerBook: number;
  status: 'requested' | 'made' | 'abandoned' | 'erased';
  /** Why it was abandoned. */
  reason: string | null;
  requestedAt: string;
  /** Of the plain file. */
  sha256: string | null;
  bytes: number | null;
  pages: number | null;
  madeAt: string | null;
  downloads: number;
  lastDownloadedAt: string | null;
  erasedAt: string | null;
};

const EMPTY: PrintView = {
  ...{ printId: '', orderId: '', format: '', layout: null, firstBook: 0, lastBook: 0, books: 0 },
  ...{ vouchersPerBook: 0, status: 'requested', reason: null, requestedAt: '', sha256: null },
  ...{ bytes: null, pages: null, madeAt: null, downloads: 0, lastDownloadedAt: null },
  erasedAt: null,
};

/** Every time books were put on paper, and who may have read their codes. */
export const prints = projection<PrintView, PrintFact>({
  name: 'prints',
  version: 1,
  key: ({ data }) => data.printId,
  empty: EMPTY,
  columns: {
    ...{ layout: 'text?', reason: 'text?', sha256: 'text?', bytes: 'integer?', pages: 'integer?' },
    ...{ madeAt: 'text?', lastDownloadedAt: 'text?', erasedAt: 'text?' },
  },
  indexes: [['status', 'madeAt'], ['orderId']],
  on: {
    PrintRequested: (row, data) => {
      const { printId, orderId, format, layout = null, firstBook, lastBook } = data;
      const { vouchersPerBook, requestedAt } = data;
      const books = lastBook - firstBook + 1;
      return {
        ...{ ...row, printId, orderId, format, layout, firstBook, lastBook, books },
        ...{ vouchersPerBook, requestedAt },
      };
    },
    PrintMade: (row, { sha256, bytes, pages, madeAt }) => {
      return { ...row, status: 'made', sha256, bytes, pages, madeAt };
    },
    PrintAbandoned: (row, { reason }) => ({ ...row, status: 'abandoned', reason }),
    PrintDownloaded: (row, { downloadedAt }) => {
      return { ...row, downloads: row.downloads + 1, lastDownloadedAt: downloadedAt };
    },
    PrintErased: (row, { erasedAt }) => ({ ...row, status: 'erased', erasedAt }),
  },
});
