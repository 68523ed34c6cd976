import type { Keyed } from '@app/platform';
import { givenFacts } from '@app/platform/testing/given-projection';
import type { PrintFact, PrintRequested } from '@app/voucher-books/contract';
import { prints, type PrintView } from './prints.projection';

const ids = { printId: 'print-1', orderId: 'order-1' };
const requested: PrintRequested = {
  type: 'PrintRequested',
  data: {
    ...{ ...ids, agreementId: 'agreement', funderId: 'funder', format: 'pdf', layout: '4-up' },
    ...{ keyId: 'key', firstBook: 5, lastBook: 8, vouchersPerBook: 10, faceValueCents: 1_000 },
    ...{ validUntilOn: '2027-12-31', lastDayOfUseOn: '2028-01-30', fundedBy: [], places: [] },
    ...{ publicHost: 'pass.example', requestedAt: '2026-11-22T10:00:00.000Z' },
  },
};
const made: PrintFact = {
  type: 'PrintMade',
  data: {
    ...{ ...ids, sha256: 'ab', bytes: 9, pages: 12, books: 4, vouchers: 40 },
    madeAt: '2026-11-22T10:01:00.000Z',
  },
};
const downloadedAt = (at: string): PrintFact => ({
  type: 'PrintDownloaded',
  data: { ...ids, downloadedAt: at },
});
const erased: PrintFact = { type: 'PrintErased', data: { ...ids, erasedAt: 'then' } };
const abandoned: PrintFact = { type: 'PrintAbandoned', data: { ...ids, reason: 'key_revoked' } };

const asked: Keyed<PrintView> = {
  ...{ key: 'print-1', ...ids, format: 'pdf', layout: '4-up', firstBook: 5, lastBook: 8 },
  ...{ books: 4, vouchersPerBook: 10, requestedAt: '2026-11-22T10:00:00.000Z' },
  ...{ status: 'requested', reason: null, sha256: null, bytes: null, pages: null, madeAt: null },
  ...{ downloads: 0, lastDownloadedAt: null, erasedAt: null },
};

describe('the view of prints', () => {
  it('knows what was asked for', () => givenFacts(prints, requested).then(asked));

  it('knows what was made, how often it was fetched, and that it is gone', () =>
    givenFacts(prints, requested, made, downloadedAt('1'), downloadedAt('2'), erased).then({
      ...{ ...asked, status: 'erased', sha256: 'ab', bytes: 9, pages: 12 },
      ...{ madeAt: '2026-11-22T10:01:00.000Z', downloads: 2, lastDownloadedAt: '2' },
      erasedAt: 'then',
    }));

  it('knows what was given up', () =>
    givenFacts(prints, requested, abandoned).then({
      ...{ ...asked, status: 'abandoned', reason: 'key_revoked' },
    }));
});
