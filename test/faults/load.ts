import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import { Bank } from './bank';
import { Desk } from './desk';
import { Finance } from './finance';
import type { Scheme } from './scheme';
import { Till } from './till';
import { Vouchers } from './vouchers';

const TILLS = 6;
const DESKS = 2;

/**
 * A handful of people who work on, whatever befalls the programs: six tills, two desks and finance. One
 * load is put on a scheme for all of its rounds.
 */
export class Load {
  readonly bank = new Bank();
  readonly finance: Finance;
  readonly #desks: readonly Desk[];
  readonly #tills: readonly Till[];
  /** Who begins nothing new any more. */
  readonly #over = { people: true, finance: true };
  #people: Promise<unknown> = Promise.resolve();
  #finance: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly scheme: Scheme,
    chance: Chance,
  ) {
    const vouchers = new Vouchers();
    this.finance = new Finance(scheme, this.bank, chance);
    this.#tills = Array.from(
      { length: TILLS },
      (_, at) => new Till(scheme, vouchers, chance, `till-${at}`),
    );
    this.#desks = Array.from(
      { length: DESKS },
      (_, at) => new Desk(scheme, vouchers, this.bank, chance, `desk-${at}`),
    );
  }

  /** Puts books into people's hands while nothing goes wrong. */
  async prepare(): Promise<void> {
    this.#startFinance();
    await Promise.all(this.#desks.map((desk) => desk.stockUp()));
    await this.#stopFinance();
  }

  start(): void {
    this.#startFinance();
    this.#over.people = false;
    const people = [...this.#tills, ...this.#desks];
    this.#people = Promise.all(people.map((who) => this.#told(who.work(() => this.#over.people))));
  }

  /**
   * Nobody begins anything new; resolves once everybody has finished what was begun. Finance is the
   * last: orders wait for the bank's word.
   */
  async stop(): Promise<void> {
    this.#over.people = true;
    await this.#people;
    await this.#stopFinance();
  }

  #startFinance(): void {
    this.#over.finance = false;
    this.#finance = this.#told(this.finance.work(() => this.#over.finance));
  }

  async #stopFinance(): Promise<void> {
    this.#over.finance = true;
    await this.#finance;
  }

  #told(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      this.scheme.history.complain(error instanceof Error ? error.message : String(error));
    });
  }
}
