import { createSecretKey, hash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SealedFiles, SystemRandomness } from '@app/platform';
import type { BankEntry, BankTransaction } from '../contract';
import { BankReportFiles } from './bank-report-files';
import { BankReportKeys, BankTexts } from './bank-texts';

const REPORT = '00000000-0000-5000-8000-00000000000a';
const PLACE = { reportId: REPORT, entryId: '00000000-0000-5000-8000-000000000001' };
const OURS = `${'0123456789abcdef'.repeat(2)}-1`;
const WORDS = {
  ...{ endToEndId: 'LOYER MARS', counterpartyName: 'Zoé Petit' },
  ...{ counterpartyIban: 'FR7630001007941234567890185', remittance: 'Cours de mardi' },
};

const entryOf = (...transactions: BankTransaction[]): BankEntry => ({
  ...{ amountCents: 5_000, direction: 'credit', reversal: false, status: 'booked' },
  ...{ bookedOn: '2026-03-02', reference: 'R1', transactions },
});

let dataDir: string;
let keys: BankReportKeys;
let texts: BankTexts;
let files: BankReportFiles;
let options: ConstructorParameters<typeof BankReportKeys>[0];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'carnet-bank-texts-'));
  const ring = { currentKeyId: 'k', masterKeyOf: () => createSecretKey(Buffer.alloc(32, 'key')) };
  options = { dataDir, keys: ring, randomness: new SystemRandomness() };
  keys = new BankReportKeys(options);
  texts = new BankTexts(keys);
  files = new BankReportFiles({ ...options, reportKeys: keys });
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the words of an entry', () => {
  it('are sealed, and read back as they were; in clear are sums, codes and ids of ours', async () => {
    const returned = { amountCents: 2_000, endToEndId: OURS.toUpperCase(), returnReason: 'AC04' };
    const entry = entryOf({ amountCents: 3_000, ...WORDS }, { ...returned, remittance: 'retour' });
    const recorded = await texts.seal(PLACE, entry);
    for (const word of Object.values(WORDS)) expect(JSON.stringify(recorded)).not.toContain(word);
    expect(recorded).toEqual({
      ...entry,
      transactions: [
        { amountCents: 3_000, text: expect.stringMatching(/^[\w-]+$/) as string },
        { ...returned, endToEndId: OURS, text: expect.any(String) as string },
      ],
    });
    const [first, second] = entry.transactions;
    expect(await texts.open(PLACE, recorded)).toEqual({
      ...entry,
      transactions: [first, { ...second, endToEndId: OURS }],
    });
  });

  it('are the same bytes when a killed job seals them again', async () => {
    const entry = entryOf({ amountCents: 5_000, ...WORDS });
    expect(await texts.seal(PLACE, entry)).toEqual(await texts.seal(PLACE, entry));
  });

  it('are none where the bank wrote none', async () => {
    const { transactions } = await texts.seal(PLACE, entryOf({ amountCents: 5_000 }));
    expect(transactions).toEqual([{ amountCents: 5_000 }]);
  });

  it('are none any more once the key is gone, or is another', async () => {
    const recorded = await texts.seal(PLACE, entryOf({ amountCents: 5_000, ...WORDS }));
    // Another program, which holds no key.
    const opened = async () => (await new BankTexts(keys).open(PLACE, recorded)).transactions;
    await keys.erase(REPORT);
    expect(await opened()).toEqual([{ amountCents: 5_000 }]);
    await keys.findOrMake(REPORT);
    expect(await opened()).toEqual([{ amountCents: 5_000 }]);
  });

  it('are as they are in entries recorded before they were sealed', async () => {
    const old = entryOf({ amountCents: 5_000, ...WORDS });
    expect(await texts.open(PLACE, old)).toEqual(old);
    const row = { ...PLACE, transaction: 0, text: WORDS };
    expect(await texts.reader().read(row)).toEqual(WORDS);
  });

  it('fit an append, however long they are: beyond that, an entry goes without them', async () => {
    const long = { amountCents: 1, ...WORDS, remittance: 'é'.repeat(500) };
    const kept = async (count: number) =>
      texts.seal(PLACE, entryOf(...Array.from({ length: count }, () => long)));
    const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
    const named = await kept(400);
    expect(named.transactions.every(({ text }) => text !== undefined)).toBe(true);
    expect(bytesOf(named)).toBeLessThan(1_000_000);
    const unnamed = await kept(8_000);
    expect(unnamed.transactions).toHaveLength(8_000);
    expect(unnamed.transactions.every(({ text }) => text === undefined)).toBe(true);
    expect((await kept(8_001)).transactions).toEqual([]);
  });
});

describe('the file of a report', () => {
  const bytes = Buffer.from('<Document/>');
  const report = { reportId: REPORT, sha256: hash('sha256', bytes, 'hex') };

  it('is read back under its own key alone, and is gone when erased', async () => {
    await files.keep(report, bytes);
    await files.keep(report, bytes);
    expect(await files.find(report)).toEqual(bytes);
    await files.erase(report);
    expect(await files.find(report)).toBeUndefined();
    expect(readdirSync(join(dataDir, 'bank-reports'))).toEqual([]);
    expect(readdirSync(join(dataDir, 'bank-report-keys'))).toEqual([]);
    await files.erase(report);
  });

  it('is read, and erased, where it was kept before reports had keys', async () => {
    const folder = join(dataDir, 'bank-reports');
    const purpose = 'carnet/bank-report/v1';
    await new SealedFiles({ ...options, folder, purpose }).keep(report.sha256, bytes);
    expect(await files.find(report)).toEqual(bytes);
    await files.keep(report, bytes);
    expect(await files.find(report)).toEqual(bytes);
    await files.erase(report);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is noise without the key, wherever it was copied to', async () => {
    await files.keep(report, bytes);
    await keys.erase(REPORT);
    expect(await files.find(report)).toBeUndefined();
  });
});
