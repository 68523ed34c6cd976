import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DomainError, formatCents } from '@app/kernel';
import type { ReadReport } from '../domain/bank/read-report';
import { readBankReport } from './bank-reports';

const IBAN = 'FR1420041010050500013M02606';
const SAMPLES = join(__dirname, '../../../../../shared/data/iso20022');

const read = (xml: string | Uint8Array, iban = IBAN, bytesMax?: number): ReadReport =>
  readBankReport(typeof xml === 'string' ? Buffer.from(xml) : xml, {
    iban,
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });

const refusalOf = (attempt: () => unknown): Pick<DomainError, 'code' | 'details'> => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('a refusal was expected');
};

const codeOf = (xml: string | Uint8Array, bytesMax?: number): string =>
  refusalOf(() => read(xml, IBAN, bytesMax)).code;

// --- messages written by hand, by the schemas ---------------------------------------------------

const document = (version: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${version}">${body}</Document>`;

const header = '<GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-03-03T06:00:00+01:00</CreDtTm></GrpHdr>';

const balance = (code: string, amount: string, direction = 'CRDT'): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt>` +
  `<CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>2027-03-02</Dt></Dt></Bal>`;

const entryOf = ({
  amount = '50.00',
  direction = 'DBIT',
  status = '<Sts><Cd>BOOK</Cd></Sts>',
  more = '',
  currency = 'EUR',
} = {}): string =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>${status}` +
  `<BookgDt><Dt>2027-03-02</Dt></BookgDt><ValDt><Dt>2027-03-02</Dt></ValDt>${more}</Ntry>`;

const statement = (entries: string, opening = '100.00', closing = '50.00', iban = IBAN): string =>
  document(
    'camt.053.001.08',
    `<BkToCstmrStmt>${header}<Stmt><Id>S1</Id><Acct><Id><IBAN>${iban}</IBAN></Id></Acct>` +
      `${balance('OPBD', opening)}${balance('CLBD', closing)}${entries}</Stmt></BkToCstmrStmt>`,
  );

const notification = (entries: string): string =>
  document(
    'camt.054.001.08',
    `<BkToCstmrDbtCdtNtfctn>${header}<Ntfctn><Id>N1</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>` +
      `${entries}</Ntfctn></BkToCstmrDbtCdtNtfctn>`,
  );

const details = (...transactions: string[]): string =>
  `<NtryDtls>${transactions.map((each) => `<TxDtls>${each}</TxDtls>`).join('')}</NtryDtls>`;

const refs = (endToEndId: string): string => `<Refs><EndToEndId>${endToEndId}</EndToEndId></Refs>`;
const amt = (amount: string): string => `<Amt Ccy="EUR">${amount}</Amt>`;

const entriesOf = (xml: string) => {
  const report = read(xml);
  if (!('statements' in report)) throw new Error('a camt was expected');
  return report.statements.flatMap(({ entries }) => entries);
};

describe('a statement', () => {
  it.each([
    ['', '2027-03-02'],
    ['2027-03-01T00:00:00+01:00/2027-03-03T00:00:00+01:00', '2027-03-01'],
    ['2027-03-03T00:00:00+01:00/2027-03-03T00:00:00+01:00', '2027-03-02'],
  ])('of the period %p is of the days up to its closing balance', (period, fromOn) => {
    const [from, to] = period.split('/');
    const stated = `<FrToDt><FrDtTm>${from}</FrDtTm><ToDtTm>${to}</ToDtTm></FrToDt>`;
    const xml = statement(entryOf()).replace(
      '<Acct>',
      period === '' ? '<Acct>' : `${stated}<Acct>`,
    );
    expect(read(xml)).toMatchObject({ statements: [{ fromOn, toOn: '2027-03-02' }] });
  });

  it('is read in one shape', () => {
    const more =
      '<AcctSvcrRef>BANK/1</AcctSvcrRef>' +
      details(
        `${refs('ours-1')}<RltdPties><Cdtr><Pty><Nm>A &amp; B</Nm></Pty></Cdtr>` +
          '<CdtrAcct><Id><IBAN>FR7630001007941234567890185</IBAN></Id></CdtrAcct></RltdPties>' +
          '<RmtInf><Ustrd>PASS</Ustrd><Ustrd>7</Ustrd></RmtInf>',
      );
    expect(read(statement(entryOf({ more })))).toEqual({
      ...{ kind: 'camt.053.001.08', messageId: 'M1', createdAt: '2027-03-03T06:00:00+01:00' },
      statements: [
        {
          ...{ source: 'statement', statementId: 'S1', openingCents: 10_000, closingCents: 5_000 },
          ...{ fromOn: '2027-03-02', toOn: '2027-03-02' },
          entries: [
            {
              ...{ amountCents: 5_000, direction: 'debit', reversal: false, status: 'booked' },
              ...{ bookedOn: '2027-03-02', valueOn: '2027-03-02', reference: 'BANK/1' },
              transactions: [
                {
                  ...{ amountCents: 5_000, endToEndId: 'ours-1', counterpartyName: 'A & B' },
                  counterpartyIban: 'FR7630001007941234567890185',
                  remittance: 'PASS 7',
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('adds up, or is refused', () => {
    expect(refusalOf(() => read(statement(entryOf(), '100.00', '49.99')))).toMatchObject({
      code: 'balance_differs',
      details: { statementId: 'S1', closing: '49.99', reached: '50.00' },
    });
    const missing = statement(entryOf()).replace(balance('CLBD', '50.00'), '');
    expect(codeOf(missing)).toBe('balance_missing');
  });

  it('adds up below zero, and by what is booked only', () => {
    const pending = entryOf({ amount: '7.00', status: '<Sts><Cd>PDNG</Cd></Sts>' });
    const overdrawn = statement(entryOf() + pending, '10.00').replace(
      balance('CLBD', '50.00'),
      balance('CLBD', '40.00', 'DBIT'),
    );
    expect(entriesOf(overdrawn).map(({ status }) => status)).toEqual(['booked', 'pending']);
  });

  it('adds up with entries and balances of nothing', () => {
    const nothing = statement(entryOf({ amount: '0.00' }), '0.00', '0.00').replaceAll(
      'CRDT',
      'DBIT',
    );
    const report = read(nothing);
    expect(report).toMatchObject({ statements: [{ openingCents: 0, closingCents: 0 }] });
  });

  it('adds up for every list of entries', () => {
    const cents = fc.integer({ min: 1, max: 100_000_000 });
    const entries = fc.array(fc.record({ cents, credit: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(entries, cents, (all, opening) => {
        const written = all.map(({ cents: amount, credit }) =>
          entryOf({ amount: formatCents(amount), direction: credit ? 'CRDT' : 'DBIT' }),
        );
        const closing = all.reduce(
          (sum, { cents: amount, credit }) => sum + (credit ? amount : -amount),
          opening + 1_200_000_000,
        );
        const xml = statement(
          written.join(''),
          formatCents(opening + 1_200_000_000),
          formatCents(closing),
        );
        expect(entriesOf(xml).map(({ amountCents }) => amountCents)).toEqual(
          all.map(({ cents: amount }) => amount),
        );
        const wrong = statement(
          written.join(''),
          formatCents(opening + 1_200_000_001),
          formatCents(closing),
        );
        expect(codeOf(wrong)).toBe('balance_differs');
      }),
      { numRuns: 50 },
    );
  });

  it('is of the ring-fenced account, whole', () => {
    const foreign = statement(entryOf(), '100.00', '50.00', 'FR7630001007941234567890185');
    expect(refusalOf(() => read(foreign))).toMatchObject({
      code: 'account_foreign',
      details: { reasons: ['account_foreign'] },
    });
    const two = statement(entryOf()).replace(
      '</Stmt>',
      `</Stmt>${/<Stmt>.*<\/Stmt>/.exec(foreign)?.[0] ?? ''}`,
    );
    expect(codeOf(two)).toBe('account_foreign');
    const spaced = statement(entryOf(), '100.00', '50.00', 'fr14 2004 1010 0505 0001 3M02 606');
    expect(entriesOf(spaced)).toHaveLength(1);
  });

  it('is in euros, whole', () => {
    expect(codeOf(statement(entryOf({ currency: 'CHF' })))).toBe('currency_foreign');
    const ofTransaction = details(`${refs('a')}<Amt Ccy="SEK">50.00</Amt>`);
    expect(codeOf(statement(entryOf({ more: ofTransaction })))).toBe('currency_foreign');
    const instructed = details(
      `${refs('a')}<AmtDtls><InstdAmt><Amt Ccy="SEK">550</Amt></InstdAmt></AmtDtls>`,
    );
    expect(entriesOf(statement(entryOf({ more: instructed })))).toHaveLength(1);
  });

  it.each([
    ['50', 5_000],
    ['50.0', 5_000],
    ['050.00', 5_000],
  ])('reads %s as cents', (amount, cents) => {
    expect(entriesOf(statement(entryOf({ amount })))[0]?.amountCents).toBe(cents);
  });

  it.each(['50.000', '50,00', '5e1', '-50.00', '', ' ', '٥٠', '50.', '.50', '1 000.00', '0x32'])(
    'refuses %j for an amount',
    (amount) => expect(codeOf(statement(entryOf({ amount })))).toBe('camt_amount'),
  );

  it('refuses an amount beyond the limit', () =>
    expect(codeOf(statement(entryOf({ amount: '10000000000.01' })))).toBe('amount_limit'));

  it.each([
    ['no direction', entryOf().replace('<CdtDbtInd>DBIT</CdtDbtInd>', '')],
    ['a direction nobody knows', entryOf({ direction: 'BOTH' })],
    ['a status nobody knows', entryOf({ status: '<Sts><Cd>MAYB</Cd></Sts>' })],
    ['two amounts', entryOf().replace('<CdtDbtInd>', '<Amt Ccy="EUR">1.00</Amt><CdtDbtInd>')],
    ['a day that is none', entryOf().replace('2027-03-02', '2027-02-30')],
  ])('refuses an entry with %s', (_, entry) =>
    expect(codeOf(statement(entry))).toBe('xml_malformed'),
  );
});

describe('what an entry itemises', () => {
  const transactionsOf = (more: string, direction = 'DBIT') => {
    const closing = direction === 'DBIT' ? '50.00' : '150.00';
    return entriesOf(statement(entryOf({ direction, more }), '100.00', closing))[0]?.transactions;
  };

  it('counts when it adds up', () => {
    const more = details(`${refs('a')}${amt('30.00')}`, `${refs('b')}${amt('20')}`);
    expect(transactionsOf(more)).toEqual([
      { amountCents: 3_000, endToEndId: 'a' },
      { amountCents: 2_000, endToEndId: 'b' },
    ]);
    const older = details(`${refs('a')}<AmtDtls><TxAmt>${amt('50')}</TxAmt></AmtDtls>`);
    expect(transactionsOf(older)).toEqual([{ amountCents: 5_000, endToEndId: 'a' }]);
  });

  it.each([
    ['does not add up', details(`${refs('a')}${amt('30.00')}`, `${refs('b')}${amt('20.01')}`)],
    ['has no amounts', details(refs('a'), refs('b'))],
    ['goes the other way', details(`${refs('a')}${amt('50.00')}<CdtDbtInd>CRDT</CdtDbtInd>`)],
  ])('is nothing when it %s', (_, more) => expect(transactionsOf(more)).toEqual([]));

  it('names the batch it was ordered in', () => {
    const btch = '<NtryDtls><Btch><MsgId>RUN7</MsgId><PmtInfId>RUN7-P</PmtInfId></Btch></NtryDtls>';
    expect(entriesOf(statement(entryOf({ more: btch })))[0]).toMatchObject({
      ...{ messageId: 'RUN7', paymentInformationId: 'RUN7-P', transactions: [] },
    });
  });

  it('knows a return by its reason, and whose it was', () => {
    const more = details(
      `${refs('ours-1')}<RltdPties><Dbtr><Nm>Us</Nm></Dbtr><Cdtr><Nm>Payee</Nm></Cdtr></RltdPties>` +
        '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>',
    );
    expect(transactionsOf(more, 'CRDT')).toEqual([
      {
        ...{ amountCents: 5_000, endToEndId: 'ours-1', counterpartyName: 'Payee' },
        returnReason: 'AC04',
      },
    ]);
  });

  it('knows a reversal', () => {
    const reversal = entryOf({ direction: 'CRDT', more: '<RvslInd>true</RvslInd>' });
    expect(entriesOf(statement(reversal, '0.00', '50.00'))[0]).toMatchObject({ reversal: true });
  });

  it('takes a placeholder for no id and no reference', () => {
    const more = `<AcctSvcrRef>NONREF</AcctSvcrRef>${details(refs('NOTPROVIDED'))}`;
    const [entry] = entriesOf(statement(entryOf({ more })));
    expect(entry).not.toHaveProperty('reference');
    expect(entry?.transactions).toEqual([{ amountCents: 5_000 }]);
  });

  it('has the day of Paris where the bank gives a moment', () => {
    const late = entryOf().replace(
      '<BookgDt><Dt>2027-03-02</Dt>',
      '<BookgDt><DtTm>2027-03-02T23:30:00Z</DtTm>',
    );
    expect(entriesOf(statement(late))[0]?.bookedOn).toBe('2027-03-03');
    const local = late.replace('23:30:00Z', '23:30:00');
    expect(entriesOf(statement(local))[0]?.bookedOn).toBe('2027-03-02');
  });
});

describe('a notification', () => {
  it('has entries and no balance', () =>
    expect(read(notification(entryOf()))).toMatchObject({
      kind: 'camt.054.001.08',
      statements: [
        { source: 'notification', statementId: 'N1', entries: [{ amountCents: 5_000 }] },
      ],
    }));
});

describe('a status report', () => {
  const report = (version: string): string =>
    document(
      version,
      `<CstmrPmtStsRpt>${header}<OrgnlGrpInfAndSts><OrgnlMsgId>RUN7</OrgnlMsgId>` +
        '<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>' +
        '<OrgnlPmtInfAndSts><OrgnlPmtInfId>RUN7-P</OrgnlPmtInfId>' +
        '<TxInfAndSts><OrgnlEndToEndId>a</OrgnlEndToEndId><TxSts>RJCT</TxSts>' +
        '<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts>' +
        '<TxInfAndSts><OrgnlEndToEndId>b</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>' +
        '</OrgnlPmtInfAndSts></CstmrPmtStsRpt>',
    );

  it.each(['pain.002.001.03', 'pain.002.001.10'])('of %s is read level by level', (version) =>
    expect(read(report(version))).toEqual({
      ...{ kind: version, messageId: 'M1', createdAt: '2027-03-03T06:00:00+01:00' },
      originalMessageId: 'RUN7',
      answers: [
        { level: 'file', id: 'RUN7', status: 'PART' },
        { level: 'transaction', id: 'a', status: 'RJCT', reasonCode: 'AC01' },
        { level: 'transaction', id: 'b', status: 'ACSP' },
      ],
    }),
  );
});

describe('a file that is no report', () => {
  const good = statement(entryOf());

  it.each([
    ['empty', '', 'xml_malformed'],
    ['no XML', 'hello', 'xml_malformed'],
    ['cut off', good.slice(0, -20), 'xml_malformed'],
    ['of two roots', `${good}<Document/>`, 'report_kind_unknown'],
    ['of another root', good.replaceAll('Document', 'Dokument'), 'report_kind_unknown'],
    ['of another message', document('camt.052.001.08', ''), 'report_kind_unknown'],
    ['of no namespace', good.replace(/ xmlns="[^"]*"/, ''), 'report_kind_unknown'],
    ['without its message', document('camt.053.001.08', '<Other/>'), 'xml_malformed'],
    [
      'without a statement',
      document('camt.053.001.08', `<BkToCstmrStmt>${header}</BkToCstmrStmt>`),
      'xml_malformed',
    ],
    ['with a control character', good.replace('S1', 'S\u0001'), 'xml_malformed'],
    ['in another encoding', good.replace('UTF-8', 'ISO-8859-1'), 'xml_encoding'],
    [
      'with a document type',
      good.replace('<Document', '<!DOCTYPE Document><Document'),
      'xml_doctype',
    ],
    [
      'with an entity',
      good.replace('<Document', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document'),
      'xml_doctype',
    ],
    ['with a reference to an entity', good.replace('S1', '&x;'), 'xml_entities'],
    ['with a bare ampersand', good.replace('S1', 'A & B'), 'xml_entities'],
    ['with an inclusion', good.replace('S1', 'http://www.w3.org/2001/XInclude'), 'xml_entities'],
    ['of a reserved name', good.replaceAll('Stmt>', '__proto__>'), 'xml_malformed'],
    [
      'too deep',
      document('camt.053.001.08', '<a>'.repeat(500) + '</a>'.repeat(500)),
      'xml_malformed',
    ],
  ])('because it is %s is refused', (_, xml, code) => expect(codeOf(xml)).toBe(code));

  it('is refused for bytes that are not UTF-8', () => {
    const utf16 = new Uint8Array(Buffer.from(`\ufeff${good}`, 'utf16le'));
    expect(codeOf(utf16)).toBe('xml_encoding');
    expect(codeOf(Buffer.concat([Buffer.from(good), Buffer.from([0xc0, 0xaf])]))).toBe(
      'xml_encoding',
    );
  });

  it('is refused for its size, the last byte included', () => {
    const bytes = Buffer.byteLength(good);
    expect(codeOf(good, bytes - 1)).toBe('xml_too_large');
    expect(read(good, IBAN, bytes)).toMatchObject({ messageId: 'M1' });
  });

  it('is refused for a flood of references, before it is parsed', () => {
    const flood = good.replace('S1', '&#x41;'.repeat(100_001));
    expect(codeOf(flood)).toBe('xml_entities');
  });

  it('is read with references by name and number, prefixes and a byte order mark', () => {
    const odd = `\ufeff${good}`
      .replace('S1', '&lt;S&#233;&#xE9;&gt;')
      .replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2')
      .replace('xmlns=', 'xmlns:n=');
    expect(read(odd)).toMatchObject({ statements: [{ statementId: '<Séé>' }] });
  });

  it('never fails in another way, whatever is changed in a good one', () => {
    const change = fc.record({
      at: fc.nat({ max: good.length }),
      cut: fc.nat({ max: 30 }),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('<', '</', '&', '"', '<Ntry>', '0', '<Amt Ccy="EUR">0</Amt>'),
      ),
    });
    fc.assert(
      fc.property(change, ({ at, cut, put }) => {
        const changed = good.slice(0, at) + put + good.slice(at + cut);
        try {
          read(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const sample = (name: string): Buffer => readFileSync(join(SAMPLES, name));

(existsSync(SAMPLES) ? describe : describe.skip)(
  `statements of other people's tests (skipped where ${SAMPLES} is absent)`,
  () => {
    const account = 'NL26VAYB8060476890';

    it('of version 02 import entry by entry when their account is the ring-fenced one', () => {
      const report = read(sample('sample-camt053.v2.multi.statement.xml'), account);
      expect(report).toMatchObject({
        kind: 'camt.053.001.02',
        statements: [
          {
            ...{
              statementId: '253EURNL26VAYB8060476890',
              openingCents: 1_815,
              closingCents: 2_700,
            },
            entries: [
              {
                ...{ amountCents: 885, direction: 'credit', status: 'booked' },
                transactions: [
                  {
                    ...{ amountCents: 885, endToEndId: '000000001' },
                    remittance: 'Transaction Description 1',
                  },
                ],
              },
            ],
          },
          {
            ...{
              statementId: '254EURNL26VAYB8060476890',
              openingCents: 2_700,
              closingCents: 2_000,
            },
            entries: [
              {
                ...{ amountCents: 700, direction: 'debit', status: 'booked' },
                transactions: [{ endToEndId: '000000002', counterpartyIban: 'NL56AGDH9619008421' }],
              },
            ],
          },
        ],
      });
    });

    it('of version 08 are refused for their currencies', () =>
      expect(refusalOf(() => read(sample('sample-camt053.v8.xml'), account))).toMatchObject({
        code: 'currency_foreign',
        details: { reasons: ['currency_foreign'] },
      }));

    it('of another account are refused for it', () =>
      expect(refusalOf(() => read(sample('sample-camt054.v8.xml'), account))).toMatchObject({
        code: 'account_foreign',
        details: { reasons: ['account_foreign', 'currency_foreign'] },
      }));
  },
);
