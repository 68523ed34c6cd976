import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import { Bank } from './bank';
import { Clerk } from './clerk';
import { Desk } from './desk';
import { Finance } from './finance';
import type { Scheme } from './scheme';
import { Till } from './till';
import { Vouchers } from './vouchers';

const TILLS = 6;
const DESKS = 2;

/**
 * A handful of people who work on, whatever befalls the programs: six tills, two desks, finance, and who
 * hears the bank. One
 * load is put on a scheme for all of its rounds.
 */
export class Load {
  readonly bank = new Bank();
  readonly finance: Finance;
  readonly #clerk: Clerk;
  readonly #desks: readonly Desk[];
  readonly #tills: readonly Till[];
  #arePeopleOver = true;
  #isClerkOver = true;
  #people: Promise<unknown> = Promise.resolve();
  #clerking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly scheme: Scheme,
    chance: Chance,
  ) {
    const vouchers = new Vouchers();
    this.#clerk = new Clerk(scheme, this.bank);
    this.finance = new Finance(scheme, this.bank, this.#clerk, chance);
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
    this.#startClerk();
    await Promise.all(this.#desks.map((desk) => desk.stockUp()));
    await this.#stopClerk();
  }

  start(): void {
    this.#startClerk();
    this.#arePeopleOver = false;
    const people = [...this.#tills, ...this.#desks, this.finance];
    this.#people = Promise.all(
      people.map((who) => this.#told(who.work(() => this.#arePeopleOver))),
    );
  }

  /**
   * Nobody begins anything new; resolves once everybody has finished what was begun. The clerk is the
   * last: orders and payments wait for the bank's word.
   */
  async stop(): Promise<void> {
    this.#arePeopleOver = true;
    await this.#people;
    await this.#stopClerk();
  }

  #startClerk(): void {
    this.#isClerkOver = false;
    this.#clerking = this.#told(this.#clerk.work(() => this.#isClerkOver));
  }

  async #stopClerk(): Promise<void> {
    this.#isClerkOver = true;
    await this.#clerking;
  }

  #told(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      this.scheme.history.complain(error instanceof Error ? error.message : String(error));
    });
  }
}
