import { sumCents, type Day } from '@app/kernel';
import {
  writeStatement,
  type BookedEntry,
} from '../../apps/standalone/src/bank-simulator/bank-messages';
import type { RunWorld } from '../runs/run-world';
import { RUN_SETTINGS } from '../support/run-settings';

export type Booked = Readonly<{
  /** Signed: a debit is negative. */
  cents: number;
  /** What the bank calls it. */
  reference: string;
  remittance?: string;
  endToEndId?: string;
}>;

export type Statement = Readonly<{ on: Day; bytes: Buffer }>;

/** A bank that books what it is told, a statement a day; they are given when a test likes. */
export class BankDays {
  #statements = 0;

  constructor(
    private readonly world: RunWorld,
    public balanceCents: number,
  ) {}

  /** What was booked on that day. */
  day(on: Day, ...booked: readonly Booked[]): Statement {
    const openingCents = this.balanceCents;
    const closingCents = sumCents([openingCents, ...booked.map(({ cents }) => cents)]);
    this.balanceCents = closingCents;
    this.#statements += 1;
    const { iban } = RUN_SETTINGS.debtor;
    const id = `STATEMENT-${this.#statements}`;
    const entries = booked.map((each) => entryOf(each, on));
    const bytes = writeStatement({ id, iban, on, entries, openingCents, closingCents }, '08');
    return { on, bytes };
  }

  /** The bank's file arrives, and all that follows from it. */
  async give({ bytes }: Statement): Promise<void> {
    const { status } = await this.world.preparer.upload('/v1/bank-reports', bytes);
    if (status !== 202) throw new Error(`a statement was answered with ${status}`);
    await this.world.app.sweep();
  }
}

const entryOf = (booked: Booked, bookedOn: Day): BookedEntry => {
  const { cents, reference, remittance, endToEndId } = booked;
  const amountCents = Math.abs(cents);
  const transaction = {
    amountCents,
    ...(remittance !== undefined && { remittance }),
    ...(endToEndId !== undefined && { endToEndId }),
  };
  const direction = cents < 0 ? 'debit' : 'credit';
  return { amountCents, direction, bookedOn, reference, transactions: [transaction] };
};
