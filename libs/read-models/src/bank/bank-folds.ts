import type { Event } from '@app/kernel';
import type { Recorded, TableWriter } from '@app/platform';
import type { BankRows } from './bank.tables';

export type BankTables = Readonly<{ [Name in keyof BankRows]: TableWriter<BankRows[Name]> }>;

/** What each fact of a union does to the tables. */
export type BankFolds<Facts extends Event> = Readonly<{
  [Type in Facts['type']]: (
    event: Recorded<Extract<Facts, { type: Type }>>,
    tables: BankTables,
  ) => void;
}>;
