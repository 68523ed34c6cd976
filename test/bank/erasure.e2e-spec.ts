import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BankQueries } from '@app/read-models';
import { BankReportKeys, EraseBankReport } from '@app/reimbursement';
import { CommandBus } from '@nestjs/cqrs';
import {
  DueBankReportErasures,
  receivedBefore,
} from '../../apps/worker/src/jobs/due-bank-report-erasures';
import { filesBelow, sightings } from '../privacy/canaries';
import { SchemeApp } from '../support/scheme-app';
import { BankWorld, type Report } from './bank-world';

const RETENTION = { keepDays: 30 };
const WORDS = {
  ...{ endToEndId: 'LOYER DE ZOE', counterpartyName: 'Zoé Petit-Canari' },
  ...{ counterpartyIban: 'FR7630001007941234567890185', remittance: 'Cours de Zoé, mardi' },
};
const SHOWN = {
  ...{ endToEndId: 'LOYER DE ZOE', counterpartyName: 'Zoé Petit-Canari' },
  ...{ counterpartyIbanMasked: 'FR76…0185', remittance: 'Cours de Zoé, mardi' },
};
const GONE = {
  ...{ endToEndId: null, counterpartyName: null, counterpartyIbanMasked: null, remittance: null },
};

let app: SchemeApp;
let bank: BankWorld;
let file: Buffer;
let report: Report;

beforeAll(async () => {
  app = await SchemeApp.start();
  bank = new BankWorld(app, { balanceCents: 50_000 });
  const line = (amountCents: number, direction: 'credit' | 'debit') => {
    const { endToEndId, remittance, counterpartyName: name, counterpartyIban: iban } = WORDS;
    const words = { endToEndId, remittance, name, iban };
    return bank.entry({ amountCents, direction, transactions: [{ amountCents, ...words }] });
  };
  file = bank.statement([line(10_000, 'debit'), line(7_000, 'debit')]);
  report = await bank.send(file);
});
afterAll(() => app.stop());

const due = (): Promise<readonly Readonly<{ reportId: string }>[]> => {
  const views = new BankQueries(app.readStore);
  const keys = app.http.app.get(BankReportKeys, { strict: false });
  return new DueBankReportErasures(views, keys, RETENTION).findDue(app.clock.now());
};

/** As the worker does: what is due, once. */
async function erase(): Promise<number> {
  const jobs = await due();
  const commands = app.http.app.get(CommandBus, { strict: false });
  for (const { reportId } of jobs) {
    const before = receivedBefore(RETENTION, app.clock.now());
    await commands.execute(new EraseBankReport(reportId, before));
  }
  await app.settle();
  return jobs.length;
}

async function everywhere(): Promise<Record<string, Buffer>> {
  const events = await Array.fromAsync(app.store.readAll());
  const texts = events.map((event) =>
    JSON.stringify(event, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  );
  return { ...filesBelow(app.dataDir), 'the log': Buffer.from(texts.join('\n')) };
}

describe('what the bank writes in words', () => {
  it('is shown to finance, and in clear is nowhere', async () => {
    expect(await bank.entryOf(report)).toMatchObject(SHOWN);
    const { items } = await bank.auditor.get<{ items: object[] }>('/v1/bank-entries');
    expect(items).toMatchObject([SHOWN, SHOWN]);
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntries: [SHOWN, SHOWN] });
    expect(sightings(await everywhere(), WORDS)).toEqual([]);
  });

  it('stays as long as a line of the report is open', async () => {
    await bank.resolve(await bank.entryOf(report), { as: 'bankCharge' });
    app.clock.advanceBy({ days: 31 });
    expect(await due()).toEqual([]);
    await bank.resolve(await bank.entryOf(report, 1), { as: 'bankCharge' });
    expect(await due()).toEqual([{ reportId: report.reportId }]);
  });

  it('is gone once it was kept long enough; sums, days and references stay', async () => {
    const before = await bank.report(report.reportId);
    const copies = mkdtempSync(join(tmpdir(), 'carnet-bank-copies-'));
    try {
      cpSync(join(app.dataDir, 'bank-report-keys'), copies, { recursive: true });
      expect(await erase()).toBe(1);
      const after = await bank.report(report.reportId);
      expect(after).toEqual({
        ...before,
        erasedAt: app.clock.now().toISOString(),
        entries: before.entries.map((each) => ({ ...each, entry: { ...each.entry, ...GONE } })),
      });
      expect(Object.keys(filesBelow(app.dataDir)).filter((name) => /bank-rep/.test(name))).toEqual(
        [],
      );
      expect(await bank.reconciliation()).toMatchObject({ differenceCents: 0 });
      expect(await erase()).toBe(0);

      cpSync(copies, join(app.dataDir, 'bank-report-keys'), { recursive: true });
      expect(await erase()).toBe(1);
      expect(await due()).toEqual([]);
    } finally {
      rmSync(copies, { recursive: true, force: true });
    }
  });

  it('does not come back with the file', async () => {
    const again = await bank.send(file);
    expect(again).toMatchObject({ reportId: report.reportId, erasedAt: expect.any(String) });
    expect(again.entries.map(({ entry }) => entry)).toMatchObject([GONE, GONE]);
    expect(sightings(await everywhere(), WORDS)).toEqual([]);
    expect(Object.keys(filesBelow(app.dataDir)).filter((name) => /bank-rep/.test(name))).toEqual(
      [],
    );
  });
});
