import type { PrintFact, PrintMade, PrintRequested } from '../../contract';
import type { RequestPrint } from './print.messages';

const wanted: PrintRequested['data'] = {
  ...{ printId: 'print-1', orderId: '0190b3a0-0000-7000-8000-000000000001' },
  ...{ agreementId: 'agreement-1', funderId: 'funder-1', format: 'pdf', layout: 'a4' },
  ...{ keyId: 'key-1', firstBook: 1_001, lastBook: 1_003, vouchersPerBook: 10 },
  ...{ faceValueCents: 1_000, validUntilOn: '2027-12-31', lastDayOfUseOn: '2028-01-30' },
  fundedBy: ['Département de la Nièvre', 'État'],
  publicHost: 'pass.example',
  places: [
    {
      ...{ name: 'Médiathèque Élie-Œuvre', street: '1 rue de l’Église', postalCode: '58000' },
      ...{ city: 'Nevers', services: ['Aide aux démarches'], distanceKm: 1.2 },
    },
  ],
  requestedAt: '2026-11-22T10:00:00.000Z',
};

type Changes = Partial<PrintRequested['data']>;

export const requested = (changes: Changes = {}): PrintRequested => ({
  type: 'PrintRequested',
  data: { ...wanted, ...changes },
});

export const request = (
  changes: Partial<RequestPrint['data']> = {},
): RequestPrint & { data: RequestPrint['data'] } => ({
  type: 'RequestPrint',
  data: { ...wanted, orderStatus: 'issued', validityEnded: false, ...changes },
});

const ids = { printId: wanted.printId, orderId: wanted.orderId };

export const result: Omit<PrintMade['data'], 'printId' | 'orderId'> = {
  ...{ sha256: 'a'.repeat(64), bytes: 1_234, pages: 12, books: 3, vouchers: 30 },
  madeAt: '2026-11-22T10:01:00.000Z',
};

export const made: PrintFact = { type: 'PrintMade', data: { ...ids, ...result } };

export const abandoned: PrintFact = {
  type: 'PrintAbandoned',
  data: { ...ids, reason: 'key_revoked' },
};

const at = '2026-11-22T11:00:00.000Z';
export const downloaded: PrintFact = {
  type: 'PrintDownloaded',
  data: { ...ids, downloadedAt: at },
};
export const erased: PrintFact = { type: 'PrintErased', data: { ...ids, erasedAt: at } };
export const download = { type: 'DownloadPrint', data: { downloadedAt: at } } as const;
export const erase = { type: 'ErasePrint', data: { erasedAt: at } } as const;
export const record = { type: 'RecordPrint', data: result } as const;
export const abandon = { type: 'AbandonPrint', data: { reason: 'key_revoked' } } as const;
