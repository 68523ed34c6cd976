import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeFec, fecNameOf, fecText } from '@app/accounting';
import { parisDayOf } from '@app/kernel';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { accounting, FecQueries } from '@app/read-models';
import { historyOf } from '../../libs/read-models/src/accounting/history.model';
import { faultsOfFec } from './fec-checker';

const SIRET = '73282932000074';

/** Some years of a small scheme. */
const HISTORIES = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.integer(STEP())), {
      minLength: 60,
      maxLength: 150,
    }),
    fc.array(fc.nat(10_000), { minLength: 40, maxLength: 80 }),
  )
  .map(([choices, seeds]) =>
    historyOf(
      choices.map(([what, which, how, stepMs]) => ({ what, which, how, stepMs })),
      seeds,
    ),
  );

describe('the file of accounting entries', () => {
  it('is right, for every year of any history, and years join up', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, async (events) => {
        const files = await filesOf(events);
        expect(files.length).toBeGreaterThan(0);
        for (const { name, bytes } of files)
          expect([name, faultsOfFec(name, bytes)]).toEqual([name, []]);
        for (const [index, file] of files.entries()) {
          const next = files[index + 1];
          if (next) expect(broughtForward(next.text)).toEqual(balancesAtEnd(file.text));
          for (const [account, debit, credit] of carriedForward(file.text)) {
            expect([account, account === '110000' ? debit : credit]).toEqual([account, '0,00']);
          }
        }
      }),
      { numRuns: 40, endOnFailure: true },
    ));

  it('has several years, with balances brought forward', async () => {
    const histories = fc.sample(HISTORIES, { numRuns: 20, seed: 3 });
    const files = await Promise.all(histories.map(filesOf));
    expect(Math.max(...files.map(({ length }) => length))).toBeGreaterThan(1);
    const texts = files.flat().map(({ text }) => text);
    expect(texts.some((text) => /^AN\tÀ nouveaux\t1\t/m.test(text))).toBe(true);
    const accounts = texts.flatMap((text) => carriedForward(text).map(([account]) => account));
    expect(new Set(accounts)).toEqual(new Set(['110000', '119000']));
  });

  it('is written in ISO 8859-15', () => {
    expect([...encodeFec('Été €œŸ')]).toEqual([...[0xc9, 0x74, 0xe9, 0x20, 0xa4, 0xbd, 0xbe]]);
    // Letters the encoding has none for lose their accent; others become a question mark.
    expect(Buffer.from(encodeFec('Łódź – ’ő 漢')).toString('latin1')).toBe("?ódz - 'o ?");
  });

  it('has fields that nothing in them can end, and none that must not be empty', () => {
    const typed = { ...line(1, 5, 0), pieceRef: ' A\tB\u0085|C\r\n', auxiliaryTitle: 'Nom\n' };
    const blank = { ...line(1, 0, 5), pieceRef: ' \t', auxiliaryTitle: '' };
    const [, first = '', second = ''] = [...fecText([typed, blank])];
    expect(first.split('\t').slice(6, 9)).toEqual(['a', 'Nom', 'A B  C']);
    expect(second.split('\t').slice(6, 9)).toEqual(['a', 'a', '1']);
  });

  it('is named by the SIREN and the last day of the year', () =>
    expect(fecNameOf(SIRET, 2026)).toBe('732829320FEC20261231.txt'));
});

describe('the checker', () => {
  const good = [...fecText([line(1, 150, 0), line(1, 0, 150), line(2, 7, 0), line(2, 0, 7)])];
  const name = fecNameOf(SIRET, 2026);
  const check = (text: string, fileName = name) => faultsOfFec(fileName, encodeFec(text));

  it('finds nothing wrong with a file that is right', () =>
    expect(check(good.join(''))).toEqual([]));

  it.each([
    ['name', 'x', 'x', 'FEC.txt'],
    ['columns: the header', 'JournalCode\tJournalLib', 'JournalLib\tJournalCode'],
    ['columns: 17', '\tCONV\t', '\t'],
    ['encoding', 'CONV', 'CO\u0007NV'],
    ['encoding', '\r\n', '\n'],
    ['EcritureNum: 3 after 1', '\t2\t', '\t3\t'],
    ['EcritureNum: 01', '\t1\t', '\t01\t'],
    ['entry 1 is not balanced', '1,50', '1,51'],
    ['Debit, Credit: decimal comma', '0,07', '0.07'],
    ['Debit, Credit: one of them', '1,50\t0,00', '1,50\t1,50'],
    ['EcritureDate: a day of the year', '20260331', '20260230'],
    ['EcritureDate: 20260301 after', 'FI\tFinanceurs\t2\t20260331', 'FI\tFinanceurs\t2\t20260301'],
    ['entry 1 has more than one JournalCode', 'FI\tFinanceurs\t1', 'BQ\tBanque\t1'],
    ['JournalCode FI has several names', 'Financeurs', 'Finances'],
    ['PieceRef', 'VIR 1', ''],
    ['PieceDate', '20260302', '20260002'],
    ['CompAux: both or none', 'CONV', ''],
    ['CompteNum', '467100', 'ABC'],
    ['EcritureLib', 'Versement', ''],
  ])('finds %s', (fault, right, wrong, fileName = name) => {
    const faults = check(good.join('').replace(right, wrong), fileName);
    expect(faults.filter((each) => each.includes(fault))).not.toEqual([]);
  });
});

function STEP() {
  return { min: -7_200_000, max: 900_000_000 };
}

function line(number: number, debitCents: number, creditCents: number) {
  return {
    ...{ journal: 'FI', journalTitle: 'Financeurs', number, on: '2026-03-31' },
    ...{ account: '467100', accountTitle: 'Fonds', auxiliary: 'a', auxiliaryTitle: 'CONV' },
    ...{ pieceRef: 'VIR 1', pieceOn: '2026-03-02', label: 'Versement', debitCents, creditCents },
  };
}

type File = Readonly<{ name: string; bytes: Uint8Array; text: string }>;

/** One for every year from the first to the last entry. */
async function filesOf(events: readonly RecordedEvent[]): Promise<readonly File[]> {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-fec-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [accounting]);
  const store = new ReadStore(path);
  try {
    model.apply(model.views, events);
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    const years = events.map(({ recordedAt }) => Number(parisDayOf(recordedAt).slice(0, 4)));
    const [first, last] = [Math.min(...years), Math.max(...years)];
    const files: File[] = [];
    for (let year = first; year <= last; year += 1) {
      const text = [...fecText(await new FecQueries(store).readYear(year))].join('');
      files.push({ name: fecNameOf(SIRET, year), bytes: encodeFec(text), text });
    }
    return files;
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rowsOf = (text: string): readonly string[][] =>
  text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((each) => each.split('\t'));

/** By account and sub-ledger; charges and income are in what is carried forward. */
function balancesAtEnd(text: string): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const fields of rowsOf(text)) {
    const [account = '', auxiliary = ''] = [fields[4], fields[6]];
    const key = /^([67]|11)/.test(account) ? '110000 ' : `${account} ${auxiliary}`;
    const cents = Number(fields[11]?.replace(',', '')) - Number(fields[12]?.replace(',', ''));
    sums[key] = (sums[key] ?? 0) + cents;
  }
  return Object.fromEntries(
    Object.entries(sums)
      .filter(([, cents]) => cents !== 0)
      .sort(),
  );
}

/** What charges and income left: account, debit and credit. */
const carriedForward = (text: string) =>
  rowsOf(text)
    .filter(([journal, , , , account]) => journal === 'AN' && account?.startsWith('11'))
    .map((fields) => [fields[4], fields[11], fields[12]] as const);

const broughtForward = (text: string): Readonly<Record<string, number>> =>
  balancesAtEnd(
    `header\r\n${text
      .split('\r\n')
      .filter((each) => each.startsWith('AN\t'))
      .join('\r\n')}\r\n`,
  );
