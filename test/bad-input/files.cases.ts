import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const HEADER = 'id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services';
const line = (id: string) => `${id},,Lieu ${id},Nevers,58000,1 rue A,47,-3.1,`;
const sheet = (...lines: readonly string[]) => [HEADER, ...lines, ''].join('\r\n');

const csv = (body: string | Buffer) => (): Sent => ({
  ...{ path: '/v1/places/imports', role: 'operator', type: 'text/csv', body },
});

const report =
  (body: string | Buffer, type = 'application/xml') =>
  (): Sent => ({
    ...{ path: '/v1/bank-reports', role: 'finance-preparer', type, body },
  });

/** The line a file is refused for. */
const ofLine = (at: number) => (got: Parameters<NonNullable<BadCase['and']>>[0]) =>
  expect(JSON.parse(got.text)).toMatchObject({ details: { line: at } });

const malformed = (at: number, what: string, body: string | Buffer): BadCase => ({
  ...{ no: 104, what, gets: '422 file_malformed', ask: csv(body), and: ofLine(at) },
});

/** Cases 103–112: files. */
export const FILES: readonly BadCase[] = [
  {
    ...{ no: 103, what: 'a formula for a name, told as CSV', gets: '200' },
    ask: async ({ app }) => {
      const address = { street: '+cmd', postalCode: '58000', city: '@SUM', country: 'FR' };
      const body = { siret: '73282932000074', legalForm: 'association', address };
      const operator = app.as('operator');
      for (const name of ['=HYPERLINK("http://x")', '-2+3', '＝1']) {
        await operator.post('/v1/organisations', { ...body, name });
      }
      return { path: '/v1/organisations', role: 'operator', headers: { accept: 'text/csv' } };
    },
    and: ({ text }) => {
      expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
      expect(text).toContain(`'-2+3`);
      expect(text.split(/[\r\n,]+/).filter((cell) => /^"?[=+\-@\t＝]/.test(cell))).toEqual([]);
    },
  },
  malformed(1, 'semicolons', sheet(line('a')).replaceAll(',', ';')),
  malformed(3, 'a cell too many', sheet(line('a'), `${line('b')},`)),
  malformed(3, 'a cell too few', sheet(line('a'), 'b,Lieu')),
  malformed(3, 'a quote not closed', sheet(line('a'), '"b,Lieu')),
  malformed(2, '10 MB in one cell', sheet(`"${'x'.repeat(10_000_000)}"`)),
  malformed(1, 'a header twice', sheet(line('a')).replace('pivot', 'id')),
  malformed(2, 'Windows-1252', Buffer.from(sheet(line('\u00e9')), 'latin1')),
  malformed(1, 'UTF-16', Buffer.from(sheet(line('a')), 'utf16le')),
  malformed(1, 'no header', 'a\r\n'),
  malformed(1, 'a program that is called .csv', Buffer.from('4d5a90000300000004000000', 'hex')),
  {
    ...{ no: 105, what: 'the same bytes again', gets: '202' },
    ask: async (world) => {
      const file = csv(sheet(line('again')))();
      const first = await world.send(file);
      expect(first.status).toBe(202);
      return file;
    },
    and: async (got, world) => {
      const again = await world.send(csv(sheet(line('again')))());
      expect(again.text).toBe(got.text);
    },
  },
  ...each(106, '413 body_too_large', {
    '20 MiB of XML': report(Buffer.alloc(20 * 1024 * 1024 + 1, ' ')),
    '50 MiB of CSV': csv(Buffer.alloc(50 * 1024 * 1024 + 1, 'a')),
  }),
  ...each(108, '415 media_type', {
    'a zip': report(Buffer.from('504b0304', 'hex'), 'application/zip'),
  }),
  ...each(109, '415 media_type', { 'a PDF': report('%PDF-1.7', 'application/pdf') }),
  {
    ...{ no: 110, what: 'a name of a file', gets: '202' },
    ask: (_: BadInputWorld) => ({
      ...csv(sheet(line('named')))(),
      headers: {
        'content-disposition': "attachment; filename*=UTF-8''..%2Fetc%2FCON%E2%80%AE.csv",
      },
    }),
    // Files have the name of their hash.
    and: ({ text }) => expect(text).not.toContain('CON'),
  },
  ...each(112, '415 media_type', { 'a picture': report('<svg/>', 'image/svg+xml') }),
];

/** Statements that are taken, and refused by whoever reads them: their reasons. */
export const REPORTS: readonly Readonly<{
  no: number;
  what: string;
  reason: string;
  change: (xml: string) => string;
}>[] = [
  ...[
    ...(['12,50', '1.250,00', '1,250.00', '\uff11\uff12', '\u0663'] as const),
    ...(['1_000', '0x10', '', '1e3', '+1', '-1.00', 'NaN'] as const),
  ].map((amount, at) => ({
    ...{ no: at === 0 ? 34 : at < 3 ? 35 : at === 3 ? 36 : at === 4 ? 37 : 38 },
    ...{ what: `an amount of "${amount}"`, reason: 'camt_amount' },
    change: (xml: string) => xml.replaceAll('>1.00<', `>${amount}<`),
  })),
  {
    ...{ no: 39, what: 'another currency', reason: 'currency_foreign' },
    change: (xml) => xml.replaceAll('Ccy="EUR"', 'Ccy="USD"'),
  },
  {
    ...{ no: 41, what: 'three decimals', reason: 'camt_amount' },
    change: (xml) => xml.replaceAll('>1.00<', '>1.001<'),
  },
  {
    ...{ no: 106, what: 'a document type', reason: 'xml_doctype' },
    change: (xml) => xml.replace('<Document', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document'),
  },
  {
    ...{ no: 106, what: 'a bomb of entities', reason: 'xml_doctype' },
    change: (xml) => {
      const entities = Array.from(
        { length: 30 },
        (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`,
      );
      const doctype = `<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">${entities.join('')}]>`;
      return xml.replace('<Document', `${doctype}<Document`).replace('REF-', '&e30;REF-');
    },
  },
  {
    ...{ no: 106, what: '10^6 numeric characters', reason: 'xml_entities' },
    change: (xml) => xml.replace('REF-', `${'&#x41;'.repeat(1_000_000)}REF-`),
  },
  {
    ...{ no: 107, what: 'XInclude', reason: 'xml_entities' },
    change: () =>
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
  },
  {
    ...{ no: 107, what: 'a wrong namespace', reason: 'report_kind_unknown' },
    change: (xml) =>
      xml.replace(/xmlns="[^"]+"/, 'xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001"'),
  },
  {
    ...{ no: 107, what: 'another account', reason: 'account_foreign' },
    change: (xml) => xml.replaceAll('FR7630006000011234567890189', 'DE89370400440532013000'),
  },
  {
    ...{ no: 107, what: 'a wrong closing balance', reason: 'balance_differs' },
    change: (xml) => xml.replace(/(?<=CLBD[^]*?<Amt[^>]*>)[\d.]+/, '1.00'),
  },
];
