import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SchemeApp } from '../support/scheme-app';
import { BankWorld } from './bank-world';

/** Files that others made, where they are at hand; they are not part of the project. */
const SAMPLES = join(__dirname, '../../../shared/data/iso20022');
const sample = (name: string): Buffer => readFileSync(join(SAMPLES, name));

let app: SchemeApp;
let bank: BankWorld;

async function start(iban?: string): Promise<void> {
  app = await SchemeApp.start(undefined, iban);
  bank = new BankWorld(app);
}
afterEach(() => app.stop());

/** Everything but the report's own stream. */
const effects = async () =>
  (await app.events()).filter(({ streamName }) => !streamName.startsWith('bank-report-'));

describe('a file that is no report of the account', () => {
  beforeEach(() => start());

  const statement = (change: (xml: string) => string): Buffer => {
    const entry = bank.entry({ amountCents: 100, direction: 'credit' });
    return Buffer.from(change(bank.statement([entry]).toString()));
  };
  const files: readonly (readonly [string, string, () => Buffer])[] = [
    [
      'a document type',
      'xml_doctype',
      () => statement((xml) => xml.replace('<Document', '<!DOCTYPE x []><Document')),
    ],
    [
      'a bomb of entities',
      'xml_doctype',
      () =>
        Buffer.from(
          `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${Array.from(
            { length: 20 },
            (_, at) => `<!ENTITY e${at} "${'&a;'.repeat(10)}">`,
          ).join('')}]><l>&e19;</l>`,
        ),
    ],
    [
      'a closing balance that its entries do not make',
      'balance_differs',
      () => statement((xml) => xml.replace(/>1\.00</, '>1.01<')),
    ],
    [
      'another account',
      'account_foreign',
      () =>
        statement((xml) => xml.replace('FR7630006000011234567890189', 'DE89370400440532013000')),
    ],
    [
      'another currency',
      'currency_foreign',
      () => statement((xml) => xml.replaceAll('Ccy="EUR"', 'Ccy="CHF"')),
    ],
    [
      'three decimals',
      'camt_amount',
      () => statement((xml) => xml.replaceAll('>1.00<', '>1.001<')),
    ],
    ['no balance', 'balance_missing', () => statement((xml) => xml.replaceAll('OPBD', 'ITBD'))],
    ['no XML', 'xml_malformed', () => Buffer.from('MsgId;1')],
    ['another message', 'report_kind_unknown', () => Buffer.from('<Document xmlns="x"/>')],
    ['Latin-1', 'xml_encoding', () => Buffer.from('<Document>é</Document>', 'latin1')],
  ];

  it.each(files)('for %s is refused with %s and has no effect', async (_, reason, make) => {
    const report = await bank.send(make());
    expect(report).toMatchObject({ status: 'refused', reason, entries: [] });
    expect(report.reasons).toContain(reason);
    expect(await effects()).toEqual([]);
    expect(await bank.auditor.get(`/v1/jobs/bank-report.${report.reportId}`)).toMatchObject({
      ...{ state: 'done', reason: 'report_refused' },
    });
  });

  it('is not even kept when it is empty, too large or of another type', async () => {
    const { preparer } = bank;
    const sent = async (bytes: Buffer, type?: string) => {
      const { status, body } = await preparer.upload('/v1/bank-reports', bytes, type);
      return `${status} ${String(body['code'])}`;
    };
    expect(await sent(Buffer.alloc(0))).toBe('400 body_required');
    expect(await sent(Buffer.alloc(20 * 1024 * 1024 + 1, ' '))).toBe('413 body_too_large');
    expect(await sent(Buffer.from('{}'), 'application/json')).toBe('415 media_type');
    expect(await app.events()).toEqual([]);
  });

  it('is sent by finance or its machine, and read by staff alone', async () => {
    const bytes = statement((xml) => xml);
    for (const role of ['operator', 'finance-approver', 'auditor', 'funder'] as const) {
      const { status } = await app.as(role).upload('/v1/bank-reports', bytes);
      expect([role, status]).toEqual([role, 403]);
    }
    const { status, body } = await app.as('system').upload('/v1/bank-reports', bytes);
    expect(status).toBe(202);
    await app.sweep();
    const path = `/v1/bank-reports/${String(body['reportId'])}`;
    for (const role of ['funder', 'place-manager', 'prescriber'] as const) {
      expect(await app.as(role).refusedToRead(path)).toBe('403 forbidden');
    }
    expect(await bank.auditor.get(`${path}/entries?verdict=waiting`)).toMatchObject({
      items: [{ verdict: 'waiting', reason: 'no_match' }],
    });
    const unknown = '/v1/bank-reports/00000000-0000-4000-8000-000000000000';
    expect(await bank.auditor.refusedToRead(unknown)).toBe('404 not_found');
    expect(await bank.auditor.refusedToRead(`${unknown}/entries`)).toBe('404 not_found');
  });
});

describe('a statement that does not go on from the one before', () => {
  beforeEach(() => start());

  it('is taken, and its gap is shown until the missing one comes', async () => {
    const entry = () => bank.entry({ amountCents: 100, direction: 'credit' });
    const days = [15, 16, 17].map((day) => {
      if (day > 15) app.clock.advanceBy({ days: 1 });
      return bank.statement([entry()]);
    });
    const [first, second, third] = days as [Buffer, Buffer, Buffer];
    await bank.send(third);
    await bank.send(first);
    expect(await bank.reconciliation()).toMatchObject({
      bankBalanceCents: 300,
      statementGaps: [{ previousClosingCents: 100, openingCents: 200, differenceCents: 100 }],
      differenceCents: 100,
    });
    await bank.send(second);
    expect(await bank.reconciliation()).toMatchObject({
      ...{ statementGaps: [], differenceCents: 0, unmatchedEntriesCents: 300 },
    });
  });
});

(existsSync(SAMPLES) ? describe : describe.skip)(
  `files that others made (skipped where ${SAMPLES} is absent)`,
  () => {
    beforeEach(() => start('NL26VAYB8060476890'));

    it('of version 02 import entry by entry when their account is the ring-fenced one', async () => {
      const report = await bank.send(sample('sample-camt053.v2.multi.statement.xml'));
      expect(report).toMatchObject({ status: 'completed', kind: 'camt.053.001.02', waiting: 2 });
      expect(report.entries).toMatchObject([
        { verdict: 'waiting', entry: { amountCents: 885, direction: 'credit' } },
        { verdict: 'waiting', entry: { status: 'waiting' } },
      ]);
      const { differenceCents } = await bank.reconciliation();
      expect(differenceCents).toBe(0);
    });

    it.each([
      ['sample-camt053.v8.xml', 'currency_foreign', ['currency_foreign']],
      ['sample-camt054.v8.xml', 'account_foreign', ['account_foreign', 'currency_foreign']],
    ])('such as %s are refused with %s', async (name, reason, reasons) => {
      expect(await bank.send(sample(name))).toMatchObject({ status: 'refused', reason, reasons });
      expect(await effects()).toEqual([]);
    });
  },
);
