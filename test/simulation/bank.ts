import type { Day } from '@app/kernel';
import {
  type BankHabits,
  BankSimulator,
  UNRELIABLE,
  type OutsideEntry,
} from '../../apps/standalone/src/bank-simulator/bank-simulator';
import { RUN_SETTINGS } from '../support/run-settings';
import type { Chance } from './chance';

/** The bank, and the messages of it that nobody has brought to the api yet. */
export class Bank {
  readonly #bank: BankSimulator;
  readonly #inbox: Buffer[] = [];
  /** Payment files it was given, by run. */
  readonly submitted = new Set<string>();

  constructor(
    seed: number,
    private readonly chance: Chance,
  ) {
    const habits = { ...UNRELIABLE, rejectedBasisPoints: 1_500, returnedBasisPoints: 3_000 };
    const booking = chance.one<BankHabits['booking']>(['single', 'single', 'batch']);
    this.#bank = new BankSimulator({
      ...{ seed, iban: RUN_SETTINGS.debtor.iban, habits: { ...habits, booking } },
    });
  }

  get isSilent(): boolean {
    return this.#inbox.length === 0;
  }

  put(entry: OutsideEntry): void {
    this.#bank.put(entry);
  }

  receive(runId: string, content: Uint8Array, today: Day): void {
    this.submitted.add(runId);
    this.#bank.receive(content, today);
  }

  closeDay(day: Day): void {
    this.#inbox.push(...this.#bank.closeDay(day).map(({ content }) => content));
  }

  /** Any message, in no order; some are brought a second time. */
  takeMessage(again: number): Buffer | undefined {
    const at = this.chance.below(this.#inbox.length);
    const message = this.#inbox[at];
    if (message !== undefined && !this.chance.falls(again)) this.#inbox.splice(at, 1);
    return message;
  }
}
