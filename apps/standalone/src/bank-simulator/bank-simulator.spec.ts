import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { addDays, type Day } from '@app/kernel';
import { readBankReport, type ReadReport, writePaymentFiles } from '@app/reimbursement';
import { validateXML, type XMLInput } from 'xmllint-wasm';
import {
  type BankFile,
  type BankHabits,
  BankSimulator,
  PUNCTUAL,
  UNRELIABLE,
} from './bank-simulator';

const IBAN = 'FR7630006000011234567890189';
const SCHEMAS = join(__dirname, '../../../../../shared/data/iso20022');
const MONDAY = '2027-03-01';

const uuid = (number: number): string =>
  `018f0000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A run's file of so many payments of 10, 20, 30 € …, numbered for ever. */
const fileOf = (run: number, payments: number, executionOn: Day = MONDAY): Buffer => {
  const address = { street: '1 rue Haute', postalCode: '58000', city: 'Nevers', country: 'FR' };
  const lines = Array.from({ length: payments }, (_, i) => {
    const claimId = uuid(run * 10_000 + i);
    const payee = { bankAccountId: uuid(i), iban: IBAN, holderName: `Lieu ${i} & fils`, address };
    return {
      ...{ organisationId: uuid(i), claimId, attempt: 1, amountCents: (i + 1) * 1_000, payee },
      endToEndId: `${claimId.replaceAll('-', '')}-1`,
      components: [],
    };
  });
  const [file] = writePaymentFiles({
    ...{ runId: uuid(run), number: run, version: 1, lines, executionOn },
    debtor: { iban: IBAN, holderName: 'Pass numérique', address },
    ...{ createdAt: '2027-03-01T06:00:00.000Z', transactionsPerFileMax: 100_000 },
  });
  return file?.content ?? Buffer.of();
};

const bankOf = (habits: Partial<BankHabits> = {}, seed = 1): BankSimulator =>
  new BankSimulator({
    seed,
    iban: IBAN,
    openingCents: 10_000_000,
    habits: { ...PUNCTUAL, ...habits },
  });

/** Day after day until the bank has no more to do or say. */
const untilQuiet = (bank: BankSimulator, from: Day = MONDAY): readonly BankFile[] => {
  const files: BankFile[] = [];
  for (let day = from; files.length === 0 || !bank.isQuiet; day = addDays(day, 1)) {
    files.push(...bank.closeDay(day));
  }
  return files;
};

const read = ({ content }: BankFile): ReadReport => readBankReport(content, { iban: IBAN });

const entriesOf = (files: readonly BankFile[], kind: BankFile['kind']) =>
  files
    .filter((file) => file.kind === kind)
    .map(read)
    .flatMap((report) => ('statements' in report ? report.statements : []))
    .flatMap(({ entries }) => entries);

const answersOf = (files: readonly BankFile[]) =>
  files.map(read).flatMap((report) => ('answers' in report ? report.answers : []));

describe('a bank that is punctual', () => {
  it('takes the file and debits every payment under its end-to-end id on the day asked', () => {
    const bank = bankOf();
    bank.receive(fileOf(1, 3, '2027-03-02'), MONDAY);
    expect(bank.closeDay(MONDAY).map(read)).toMatchObject([
      { answers: [{ level: 'file', status: 'ACTC' }] },
    ]);
    const entries = entriesOf(bank.closeDay('2027-03-02'), 'camt.053');
    expect(entries).toMatchObject(
      [1_000, 2_000, 3_000].map((amountCents, i) => ({
        ...{ amountCents, direction: 'debit', status: 'booked', bookedOn: '2027-03-02' },
        transactions: [
          {
            endToEndId: `${uuid(10_000 + i).replaceAll('-', '')}-1`,
            ...{ counterpartyName: `Lieu ${i} + fils`, counterpartyIban: IBAN },
          },
        ],
      })),
    );
    expect(bank.balanceCents).toBe(10_000_000 - 6_000);
  });

  it('is closed when banks are', () => {
    const bank = bankOf();
    bank.receive(fileOf(1, 1, '2027-03-05'), '2027-03-05');
    bank.closeDay('2027-03-05');
    expect(bank.closeDay('2027-03-06')).toEqual([]);
    bank.put({ direction: 'credit', on: '2027-03-06', amountCents: 500, remittance: 'DON' });
    expect(bank.closeDay('2027-03-07')).toEqual([]);
    expect(entriesOf(bank.closeDay('2027-03-08'), 'camt.053')).toMatchObject([
      { amountCents: 500, direction: 'credit', transactions: [{ remittance: 'DON' }] },
    ]);
    expect(() => bank.closeDay('2027-03-08')).toThrow(RangeError);
  });

  it('carries a file out once, and rejects it when it comes again', () => {
    const bank = bankOf();
    bank.receive(fileOf(1, 2), MONDAY);
    bank.receive(fileOf(1, 2), MONDAY);
    const files = untilQuiet(bank);
    expect(entriesOf(files, 'camt.053')).toHaveLength(2);
    expect(answersOf(files)).toMatchObject([
      { status: 'ACTC' },
      { status: 'RJCT', reasonCode: 'AM05' },
    ]);
    expect([...bank.received.values()]).toEqual([2]);
  });

  it.each([
    [
      'debits another account',
      /<IBAN>FR76300060000112345678901/,
      '<IBAN>FR76300060000112345678902',
      'AC02',
    ],
    ['does not add up', /<CtrlSum>30\.00/, '<CtrlSum>30.01', 'AM10'],
  ])('rejects a file that %s', (_, right, wrong, reasonCode) => {
    const bank = bankOf();
    bank.receive(Buffer.from(fileOf(1, 2).toString().replace(right, wrong)), MONDAY);
    const files = untilQuiet(bank);
    expect(answersOf(files)).toMatchObject([{ level: 'file', status: 'RJCT', reasonCode }]);
    expect(entriesOf(files, 'camt.053')).toEqual([]);
  });

  it('has no answer to what is no payment file', () =>
    expect(() => bankOf().receive(Buffer.from('<Document/>'), MONDAY)).toThrow(TypeError));

  it('can book a file in one sum', () => {
    const bank = bankOf({ booking: 'batch' });
    bank.receive(fileOf(7, 4), MONDAY);
    expect(entriesOf(untilQuiet(bank), 'camt.053')).toMatchObject([
      { amountCents: 10_000, direction: 'debit', messageId: 'RUN7-1-1-018f0000', transactions: [] },
    ]);
  });
});

describe('a bank that rejects and returns', () => {
  const PAYMENTS = 2_000;
  const many = (habits: Partial<BankHabits>) => {
    const bank = bankOf(habits);
    bank.receive(fileOf(1, PAYMENTS), MONDAY);
    return untilQuiet(bank);
  };

  it('rejects two in a hundred, by id and with a reason, and debits the others', () => {
    const files = many({ rejectedBasisPoints: 200 });
    const rejected = answersOf(files).filter(({ status }) => status === 'RJCT');
    expect(rejected.length).toBeGreaterThan(PAYMENTS / 100);
    expect(rejected.length).toBeLessThan((PAYMENTS * 3) / 100);
    const debited = entriesOf(files, 'camt.053').map(
      ({ transactions }) => transactions[0]?.endToEndId,
    );
    expect(new Set([...debited, ...rejected.map(({ id }) => id)]).size).toBe(PAYMENTS);
    expect(debited.length + rejected.length).toBe(PAYMENTS);
  });

  it('returns two in a hundred on a later day, and the whole sum of each', () => {
    const entries = entriesOf(many({ returnedBasisPoints: 200, returnDelayMax: 3 }), 'camt.053');
    const returned = entries.filter(({ direction }) => direction === 'credit');
    expect(returned.length).toBeGreaterThan(PAYMENTS / 100);
    expect(returned.length).toBeLessThan((PAYMENTS * 3) / 100);
    for (const { amountCents, bookedOn = '', transactions } of returned) {
      const [{ endToEndId, returnReason } = { endToEndId: '', returnReason: '' }] = transactions;
      expect(returnReason).toMatch(/^[A-Z]{2}[0-9]{2}$/);
      const debit = entries.find((each) => each.transactions[0]?.endToEndId === endToEndId);
      expect(debit).toMatchObject({ amountCents, direction: 'debit' });
      expect(bookedOn > (debit?.bookedOn ?? '')).toBe(true);
    }
  });
});

describe('any bank', () => {
  const seed = fc.nat();
  const habits = fc.record<BankHabits>({
    rejectedBasisPoints: fc.constantFrom(0, 200, 3_000),
    returnedBasisPoints: fc.constantFrom(0, 200, 3_000),
    debitedAllTheSameBasisPoints: fc.constantFrom(0, 5_000),
    bookingDelayMax: fc.nat(3),
    returnDelayMax: fc.integer({ min: 1, max: 4 }),
    reportDelayMax: fc.nat(3),
    repeatedBasisPoints: fc.constantFrom(0, 5_000),
    notifies: fc.boolean(),
    booking: fc.constantFrom('single', 'batch'),
    version: fc.constantFrom('02', '08'),
  });
  const payments = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });

  const live = (bank: BankSimulator, runs: readonly number[]): readonly BankFile[] => {
    runs.forEach((count, run) => {
      bank.receive(fileOf(run + 1, count, addDays(MONDAY, run * 3)), MONDAY);
      bank.put({
        direction: 'credit',
        on: addDays(MONDAY, run),
        amountCents: 5_000,
        name: 'Région',
      });
    });
    return untilQuiet(bank);
  };

  it('is the same again from its seed, and another from another', () => {
    const told = (number: number): string =>
      live(bankOf(UNRELIABLE, number), [30, 30, 30, 30])
        .map(({ content }) => content.toString())
        .join('\n');
    expect(told(1)).toBe(told(1));
    expect(told(1)).not.toBe(told(2));
  });

  it('says in statements what adds up from day to day, whatever order they come in', () =>
    fc.assert(
      fc.property(seed, habits, payments, (number, ways, runs) => {
        const bank = bankOf(ways, number);
        const files = live(bank, runs);
        const once = new Map(files.map((file) => [file.id, file]));
        // `readBankReport` refuses a statement whose entries do not make its closing balance.
        const statements = [...once.values()]
          .map(read)
          .flatMap((report) => ('statements' in report ? report.statements : []))
          .filter(({ source }) => source === 'statement')
          .toSorted((a, b) => ((a.fromOn ?? '') < (b.fromOn ?? '') ? -1 : 1));
        let balanceCents = 10_000_000;
        for (const { openingCents = 0, closingCents = 0 } of statements) {
          expect(openingCents).toBe(balanceCents);
          balanceCents = closingCents;
        }
        expect(balanceCents).toBe(bank.balanceCents);
        const announced = entriesOf([...once.values()], 'camt.054').length;
        const booked = statements.flatMap(({ entries }) => entries).length;
        expect(announced).toBe(ways.notifies ? booked : 0);
        expect(booked).toBe(bank.booked.length);
        expect(new Set(bank.booked.map(({ reference }) => reference)).size).toBe(booked);
      }),
      { numRuns: 60 },
    ));

  it('sends again what it sent, byte by byte', () => {
    const files = live(bankOf({ repeatedBasisPoints: 10_000, reportDelayMax: 2 }), [5]);
    const byId = Map.groupBy(files, ({ id }) => id);
    for (const copies of byId.values()) {
      expect(copies).toHaveLength(2);
      expect(new Set(copies.map(({ content }) => content.toString())).size).toBe(1);
    }
  });

  (existsSync(SCHEMAS) ? it : it.skip)(
    `writes what the schemas of ISO 20022 allow (skipped where ${SCHEMAS} is absent)`,
    async () => {
      for (const version of ['02', '08'] as const) {
        for (const booking of ['single', 'batch'] as const) {
          const files = live(
            bankOf({
              ...UNRELIABLE,
              version,
              booking,
              rejectedBasisPoints: 2_000,
              returnedBasisPoints: 3_000,
            }),
            [20, 20],
          );
          const schemas = { 'camt.053': `camt.053.001.${version}`, 'camt.054': 'camt.054.001.08' };
          for (const [kind, schema] of Object.entries(schemas)) {
            const written = files.filter((file) => file.kind === kind);
            expect(written.length).toBeGreaterThan(0);
            expect(await complaintsAbout(written, schema)).toEqual([]);
          }
        }
      }
    },
    120_000,
  );
});

async function complaintsAbout(
  files: readonly BankFile[],
  schema: string,
): Promise<readonly string[]> {
  const xml: XMLInput[] = files.map(({ id, content }, i) => {
    return { fileName: `${i}-${id}.xml`, contents: content.toString() };
  });
  const { errors } = await validateXML({
    xml,
    schema: readFileSync(join(SCHEMAS, `${schema}.xsd`), 'utf8'),
    initialMemoryPages: 256,
  });
  return errors.map(({ message }) => message);
}
