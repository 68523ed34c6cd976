import { addDays, weekdayOf, type Day } from '@app/kernel';
import { chanceOf, type Chance } from '../bank-simulator/chance';
import type { BankDesk } from './bank-desk';
import type { Stock } from './orders';
import { fateOf, type Fate } from './plan';
import { SERVICES, type Till, type World } from './world';

type Deed = () => Promise<void>;

/** Deeds of one day at a time: they are of different books. */
const AT_ONCE = 16;

/** What people do through the months, day by day, and what finance does about it. */
export class Year {
  readonly did = { handedOut: 0, redemptions: 0, vouchers: 0, lost: 0, replaced: 0 };
  /** A voucher that is in somebody's hands at the end, and not used. */
  unused: Readonly<{ code: string; agreementId: string }> | undefined;
  readonly #deeds = new Map<Day, Deed[]>();
  readonly #chance: Chance;

  constructor(
    private readonly world: World,
    private readonly bank: BankDesk,
    options: { seed: number },
  ) {
    this.#chance = chanceOf(options.seed);
  }

  /** Everything that will become of these books until that day. */
  plan(stock: Stock, until: Day): void {
    const last = stock.lastDayOfUseOn < until ? stock.lastDayOfUseOn : until;
    for (const { firstBook, lastBook } of stock.ranges) {
      for (let book = firstBook; book <= lastBook; book += 1) this.#planBook(stock, book, last);
    }
  }

  /** Something of one day, beside what the books ask for. */
  on(day: Day, deed: Deed): void {
    const deeds = this.#deeds.get(day);
    if (deeds) deeds.push(deed);
    else this.#deeds.set(day, [deed]);
  }

  /** Each day up to that one: sessions, the bank's evening, and the desk's work. */
  async liveUntil(until: Day, onMonth: (month: string) => void): Promise<void> {
    const { scheme } = this.world;
    while (this.world.today < until) {
      const day = addDays(this.world.today, 1);
      if (day.slice(0, 7) !== this.world.today.slice(0, 7)) onMonth(day.slice(0, 7));
      scheme.goToMorningOf(day);
      await this.bank.work();
      await this.#do(this.#deeds.get(day) ?? []);
      this.#deeds.delete(day);
      await scheme.sweep();
      await this.bank.closeDay(day);
      if (weekdayOf(day) === 5) await this.bank.representFailed();
    }
  }

  async #do(deeds: readonly Deed[]): Promise<void> {
    const left = deeds.values();
    const work = async (): Promise<void> => {
      for (const deed of left) await deed();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  #planBook(stock: Stock, book: number, until: Day): void {
    const chance = this.#chance;
    const vouchers = stock.agreement.vouchersPerBook;
    const fate = fateOf(book, { chance, vouchers, from: addDays(stock.from, 1), until });
    if (fate.handedOutOn === undefined) return;
    if (isLeft(stock, fate, until)) this.#leave(stock, book);
    this.on(fate.handedOutOn, () => this.#handOut(stock, book));
    for (const { on, vouchers: taken } of fate.sessions) {
      this.on(on, () => this.#redeem(stock, { book, taken }));
    }
    if (fate.lostOn) this.on(fate.lostOn, () => this.#lose(stock, book, fate.isReplaced));
  }

  #leave({ agreement, codes }: Stock, book: number): void {
    const { agreementId, vouchersPerBook } = agreement;
    const code = codes.get(book)?.[vouchersPerBook];
    if (code !== undefined) this.unused ??= { code, agreementId };
  }

  async #handOut({ agreement, ranges }: Stock, book: number): Promise<void> {
    const range = ranges.find(({ firstBook, lastBook }) => firstBook <= book && book <= lastBook);
    const { prescriber } = range ?? {};
    if (prescriber === undefined) return;
    const publics = agreement.publics as readonly [string, ...string[]];
    await prescriber.post('/v1/distributions', {
      ...{ book, prescriberId: prescriber.who.partyId },
      public: this.#chance.pick(publics, 'public', book),
    });
    this.did.handedOut += 1;
  }

  async #redeem(
    { agreement, codes }: Stock,
    { book, taken }: { book: number; taken: readonly number[] },
  ): Promise<void> {
    const chance = this.#chance;
    const first = taken[0] ?? 0;
    const { placeId, cashier } = this.#placeFor(agreement.territories, book, first);
    const remainderCents = chance.pick([0, 0, 500, 1_000, 1_550], 'remainder', book, first);
    await cashier.post('/v1/redemptions', {
      ...{ placeId, service: chance.pick(SERVICES, 'service', book, first) },
      codes: taken.map((voucher) => codes.get(book)?.[voucher]),
      priceCents: taken.length * 1_000 + remainderCents,
    });
    this.did.redemptions += 1;
    this.did.vouchers += taken.length;
  }

  /** People go back to one place: that of their book, most times. */
  #placeFor(territories: readonly string[], book: number, voucher: number): Till {
    const chance = this.#chance;
    const possible = this.world.tills.filter(
      ({ department }) => territories.length === 0 || territories.includes(department),
    ) as [Till, ...Till[]];
    const elsewhere = chance.falls(2_000, 'elsewhere', book, voucher);
    return chance.pick(possible, 'place', book, elsewhere ? voucher : 0);
  }

  async #lose({ ranges }: Stock, book: number, isReplaced: boolean): Promise<void> {
    const { operator } = this.world;
    if (ranges.length === 0) return;
    await operator.post(`/v1/books/${book}/block`, { reason: 'Perdu (démonstration)' });
    this.did.lost += 1;
    if (!isReplaced) return;
    await operator.post(`/v1/books/${book}/replacement`);
    this.did.replaced += 1;
  }
}

/** Its last voucher can be used by anybody at any place, and nobody has. */
function isLeft({ agreement, lastDayOfUseOn }: Stock, fate: Fate, until: Day): boolean {
  const isUsed = fate.sessions.some(({ vouchers }) => vouchers.includes(agreement.vouchersPerBook));
  const isAnywhere = agreement.territories.length === 0;
  return isAnywhere && !isUsed && fate.lostOn === undefined && lastDayOfUseOn > addDays(until, 30);
}
