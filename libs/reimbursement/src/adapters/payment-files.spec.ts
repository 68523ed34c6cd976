import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isBankingDay, parseCents } from '@app/kernel';
import { memoryPages, validateXML, type XMLInput } from 'xmllint-wasm';
import type { FrozenPayee, RunLine } from '../contract';
import { frozenPayee, line, RUN_ID, uuid } from '../domain/run/run.examples';
import { sepaPayeeOf } from '../domain/run/sepa-payee';
import { toSepaText } from '../domain/run/sepa-text';
import { writePaymentFiles, type PaymentFilesInput } from './payment-files';

const ISO_20022 = join(__dirname, '../../../../../shared/data/iso20022');
const SCHEMA = join(ISO_20022, 'pain.001.001.09.xsd');
/** `CARNET_…` names are the programs' own, so this one has none. */
const RANDOM_RUNS = Number(process.env['PAYMENT_FILE_RUNS'] ?? 50);

const input = (change: Partial<PaymentFilesInput> = {}): PaymentFilesInput => ({
  ...{ runId: RUN_ID, number: 7, version: 1, lines: [line(2, 12_345), line(1, 5)] },
  debtor: {
    iban: 'FR1420041010050500013M02606',
    holderName: 'Opérateur du pass',
    address: { street: '1 place du Marché', postalCode: '58000', city: 'Nevers', country: 'FR' },
  },
  ...{ executionOn: '2027-03-02', createdAt: '2027-03-01T10:00:00.000Z' },
  transactionsPerFileMax: 1_000,
  ...change,
});

const only = (change?: Partial<PaymentFilesInput>) => {
  const [file, ...others] = writePaymentFiles(input(change));
  if (file === undefined || others.length > 0) throw new Error('one file was expected');
  return { ...file, xml: file.content.toString('utf8') };
};

const textsOf = (xml: string, element: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`, 'g'))].map(
    ([, text = '']) => text,
  );

describe('a payment file', () => {
  it('states number and sum of its transactions twice, to the cent', () => {
    const { xml, transactions, amountCents } = only();
    expect(textsOf(xml, 'NbOfTxs')).toEqual(['2', '2']);
    expect(textsOf(xml, 'CtrlSum')).toEqual(['123.50', '123.50']);
    expect(textsOf(xml, 'InstdAmt')).toEqual(['0.05', '123.45']);
    expect({ transactions, amountCents }).toEqual({ transactions: 2, amountCents: 12_350 });
  });

  it('is executed on the day given and names both accounts', () => {
    const { xml } = only();
    expect(xml).toContain('<ReqdExctnDt><Dt>2027-03-02</Dt></ReqdExctnDt>');
    expect(textsOf(xml, 'IBAN')[0]).toBe('FR1420041010050500013M02606');
    expect(xml).toContain('<Othr><Id>NOTPROVIDED</Id></Othr>');
    expect(textsOf(xml, 'BICFI')).toEqual(['BDFEFRPPCCT', 'BDFEFRPPCCT']);
  });

  it('has structured addresses, number and street apart', () => {
    const { xml } = only({ lines: [line(1, 5)] });
    expect(xml).toContain(
      '<PstlAdr><StrtNm>rue des Lilas</StrtNm><BldgNb>12</BldgNb><PstCd>58000</PstCd>' +
        '<TwnNm>Nevers</TwnNm><Ctry>FR</Ctry></PstlAdr>',
    );
    expect(xml).not.toContain('AdrLine');
  });

  it('shows what it replaced, and escapes what needs it', () => {
    const payee = frozenPayee({ holderName: 'Œuvre & Cie <Ô> 😀' });
    const { xml, replacements } = only({ lines: [line(1, 5, { payee })] });
    expect(textsOf(xml, 'Nm')).toContain('OEuvre + Cie (O) .');
    expect(replacements).toEqual([
      {
        endToEndId: line(1, 5).endToEndId,
        field: 'name',
        from: 'Œuvre & Cie <Ô> 😀',
        to: 'OEuvre + Cie (O) .',
      },
    ]);
  });

  it('is the same, byte by byte, when it is written again, in whichever order', () => {
    const again = only({ lines: [line(1, 5), line(2, 12_345)] });
    expect(again.content.equals(only().content)).toBe(true);
    expect(again.sha256).toBe(hash('sha256', again.content, 'hex'));
    expect(again.bytes).toBe(again.content.byteLength);
  });

  it('holds at most so many transactions; the rest is in the next, under another id', () => {
    const lines = [1, 2, 3, 4, 5].map((number) => line(number, number * 100));
    const files = writePaymentFiles(input({ lines, transactionsPerFileMax: 2 }));
    expect(files.map(({ transactions }) => transactions)).toEqual([2, 2, 1]);
    expect(files.map(({ amountCents }) => amountCents)).toEqual([300, 700, 500]);
    expect(files.map(({ messageId }) => messageId)).toEqual([
      'RUN7-1-1-018f0000',
      'RUN7-1-2-018f0000',
      'RUN7-1-3-018f0000',
    ]);
    expect(files.map(({ firstEndToEndId }) => firstEndToEndId)).toEqual(
      [1, 3, 5].map((number) => line(number, 1).endToEndId),
    );
  });

  it('writes no amount that SEPA does not transfer', () => {
    expect(() => only({ lines: [line(1, 0)] })).toThrow(RangeError);
    expect(() => only({ lines: [line(1, 100_000_000_000)] })).toThrow(RangeError);
    expect(only({ lines: [line(1, 99_999_999_999)] }).xml).toContain('999999999.99');
  });
});

describe('a text in SEPA characters', () => {
  it.each([
    ['Maison des associations', 'Maison des associations'],
    ['Écoles à Nîmes, çà et là', 'Ecoles a Nimes, ca et la'],
    ["L’Île «d'Yeu»", "L'Ile 'd'Yeu'"],
    ['Œuvres – Æsir…', 'OEuvres - AEsir...'],
    ['A&B; 5 € @ c_d', 'A+B, 5 EUR (at) c-d'],
    ['//A///B/', 'A/B'],
    ['  A \t\n B  ', 'A B'],
    ['Łódź Straße Ørsted ı', 'Lodz Strasse Orsted i'],
    ['A😀B', 'A.B'],
    ['A\ud800B', 'A.B'],
    ['A\u0000B', 'A B'],
    ['e\u0301te', 'ete'],
  ])('%j is %j', (original, text) => {
    expect(toSepaText(original, 70)).toEqual({ text, changed: original !== text });
  });

  it.each(['', '   ', '😀😀', '///', 'Ελλάδα', '&'])('%j is none', (original) => {
    expect(toSepaText(original, 70)).toBeUndefined();
  });

  it('is cut, and says so', () => {
    expect(toSepaText('a'.repeat(70), 70)).toEqual({ text: 'a'.repeat(70), changed: false });
    expect(toSepaText('a'.repeat(71), 70)).toEqual({ text: 'a'.repeat(70), changed: true });
    expect(toSepaText('abc /d', 5)).toEqual({ text: 'abc', changed: true });
  });

  it('has only characters of the set, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (original) => {
        const { text } = toSepaText(original, 35) ?? { text: 'a' };
        expect(text).toMatch(
          /^[A-Za-z0-9?:().,'+ -](?:[A-Za-z0-9/?:().,'+ -]*[A-Za-z0-9?:().,'+-])?$/,
        );
        expect(text.length).toBeLessThanOrEqual(35);
        expect(text).not.toMatch(/ {2}|\/\//);
      }),
    );
  });
});

describe('a payee in SEPA form', () => {
  const payee = (change: Partial<FrozenPayee['address']>, holderName = 'Name') =>
    sepaPayeeOf({ holderName, address: { ...frozenPayee().address, ...change } });

  it.each([
    ['12 bis, rue des Lilas', { buildingNumber: '12 bis', streetName: 'rue des Lilas' }],
    ['3B rue Haute', { buildingNumber: '3B', streetName: 'rue Haute' }],
    ['Le Bourg', { streetName: 'Le Bourg' }],
    ['12', { streetName: '12' }],
    ['', {}],
  ])('%j is split', (street, expected) => {
    const { streetName, buildingNumber } = payee({ street });
    expect({ streetName, buildingNumber }).toEqual({
      ...{ streetName: undefined, buildingNumber: undefined },
      ...expected,
    });
  });

  it('has a name of which something remains, a town and a country', () => {
    expect(() => payee({}, 'Ελλάδα')).toThrow('name_unrepresentable');
    expect(() => payee({ city: ' ' })).toThrow('address_unstructured');
    expect(() => payee({ country: '' })).toThrow('address_unstructured');
  });
});

const anyText = fc.oneof(
  fc.string({ maxLength: 90 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
);
const named = (text: string): string => `N${text}`;
const anyPayee = fc.record({ name: anyText, street: anyText, city: anyText, postalCode: anyText });
const anyRun = fc
  .record({
    payees: fc.array(anyPayee, { minLength: 1, maxLength: 8 }),
    amounts: fc.array(fc.integer({ min: 1, max: 99_999_999_999 }), { minLength: 8, maxLength: 8 }),
    withBic: fc.boolean(),
    perFile: fc.integer({ min: 1, max: 5 }),
    number: fc.integer({ min: 1, max: 999_999_999 }),
  })
  .map(({ payees, amounts, withBic, perFile, number }): PaymentFilesInput => {
    const lines = payees.map(({ name, street, city, postalCode }, i): RunLine => {
      const address = { street, postalCode, city: named(city), country: 'FR' };
      const { bic, ...account } = frozenPayee({ holderName: named(name), address });
      return line(i + 1, amounts[i] ?? 1, {
        payee: withBic ? { ...account, bic: bic ?? '' } : account,
      });
    });
    return input({ lines, number, transactionsPerFileMax: perFile, runId: uuid(number) });
  });

(existsSync(SCHEMA) ? describe : describe.skip)(
  `${RANDOM_RUNS} random runs and the EPC's schema (skipped where ${SCHEMA} is absent)`,
  () => {
    it('agree; sums are equal, and the bytes the same again', async () => {
      const runs = fc.sample(anyRun, { numRuns: RANDOM_RUNS, seed: 20_270_301 });
      const files = runs.flatMap((run) => {
        const written = writePaymentFiles(run);
        const again = writePaymentFiles({ ...run, lines: [...run.lines].reverse() });
        expect(again.map(({ sha256 }) => sha256)).toEqual(written.map(({ sha256 }) => sha256));
        assertSums(
          run,
          written.map(({ content }) => content.toString('utf8')),
        );
        return written;
      });
      expect(isBankingDay(input().executionOn)).toBe(true);
      for (let from = 0; from < files.length; from += FILES_PER_CHECK) {
        const part = files.slice(from, from + FILES_PER_CHECK);
        expect(await complaintsAbout(part.map(({ content }) => content))).toEqual([]);
      }
    }, 600_000);

    it('do not agree by accident: a wrong file is refused', async () => {
      const { xml } = only();
      const wrong = [
        xml.replace('<CtrlSum>123.50</CtrlSum>', '<CtrlSum>123.505</CtrlSum>'),
        xml.replace('SLEV', 'SHAR'),
        xml.replace(/<TwnNm>[^<]*<\/TwnNm>/, '<TwnNm></TwnNm>'),
      ];
      for (const content of wrong) {
        expect(await complaintsAbout([Buffer.from(content)])).not.toEqual([]);
      }
    });
  },
);

/** A worker of the checker is started once for so many. */
const FILES_PER_CHECK = 100;

async function complaintsAbout(contents: readonly Buffer[]): Promise<readonly string[]> {
  const xml: XMLInput[] = contents.map((content, i) => {
    return { fileName: `run-${i}.xml`, contents: content.toString('utf8') };
  });
  const { errors } = await validateXML({
    xml,
    schema: readFileSync(SCHEMA, 'utf8'),
    initialMemoryPages: 256,
    maxMemoryPages: memoryPages.GiB,
  });
  return errors.map(({ message }) => message);
}

/** Read back as text, apart from the writer. */
function assertSums(run: PaymentFilesInput, files: readonly string[]): void {
  const centsOf = (texts: readonly string[]): number =>
    texts.reduce((sum, text) => sum + parseCents(text), 0);
  for (const xml of files) {
    const amounts = textsOf(xml, 'InstdAmt');
    const sums = textsOf(xml, 'CtrlSum').map(parseCents);
    expect(sums).toEqual([centsOf(amounts), centsOf(amounts)]);
    expect(textsOf(xml, 'NbOfTxs')).toEqual([`${amounts.length}`, `${amounts.length}`]);
    expect(amounts.length).toBeLessThanOrEqual(run.transactionsPerFileMax);
  }
  const all = files.flatMap((xml) => textsOf(xml, 'InstdAmt'));
  expect(centsOf(all)).toBe(run.lines.reduce((sum, { amountCents }) => sum + amountCents, 0));
  const ids = files.flatMap((xml) => textsOf(xml, 'EndToEndId'));
  expect(ids.toSorted()).toEqual(run.lines.map(({ endToEndId }) => endToEndId).toSorted());
  expect(ids.every((id) => id.length <= 35)).toBe(true);
}
