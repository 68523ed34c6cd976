import { type Event, parisDayOf } from '@app/kernel';
import type { Recorded, TableWriter } from '@app/platform';
import type { AccountEntry, AccountNow, AccountRows, AccountSums } from './account.tables';

export type Tables = Readonly<{ [Name in keyof AccountRows]: TableWriter<AccountRows[Name]> }>;

export type Handlers<Facts extends Event> = {
  readonly [Fact in Facts as Fact['type']]: (event: Recorded<Fact>, tables: Tables) => void;
};

/** What one event changes of the account, written at once. */
export class AccountChange {
  readonly #now: AccountNow;
  readonly #sums: { -readonly [Sum in keyof AccountSums]: number };
  readonly #atMs: number;
  #seq = 0;
  firstOn: string;
  openingCents: number;

  constructor(
    private readonly tables: Tables,
    private readonly event: Pick<Recorded<Event>, 'position' | 'recordedAt'>,
  ) {
    this.#now = tables.accountNow.get(ACCOUNT) ?? EMPTY;
    const { cashCents, typedCents, unresolvedCents, operatorCents, forwardCents } = this.#now;
    this.#sums = { cashCents, typedCents, unresolvedCents, operatorCents, forwardCents };
    // A server whose clock was set back must not reorder `asOf`: the log's order decides.
    this.#atMs = Math.max(this.#now.atMs, event.recordedAt.getTime());
    this.firstOn = this.#now.firstOn;
    this.openingCents = this.#now.openingCents;
  }

  get atMs(): number {
    return this.#atMs;
  }

  /** For what names no booked day itself. */
  get today(): string {
    return parisDayOf(new Date(this.#atMs));
  }

  add(sum: keyof AccountSums, cents: number): void {
    this.#sums[sum] += cents;
  }

  book(day: string, cents: number): void {
    if (cents === 0) return;
    const { position } = this.event;
    const [atMs, seq] = [this.#atMs, this.#seq];
    this.tables.accountBookings.insert({ position, seq, atMs, day, cents });
    this.#seq += 1;
  }

  /** Takes up to so much of the entry, in its own direction; answers how much it was. */
  take(entry: AccountEntry, cents: number): number {
    const { leftCents } = entry;
    const taken = cents > 0 ? clamp(leftCents, 0, cents) : clamp(leftCents, cents, 0);
    if (taken === 0) return 0;
    this.tables.accountEntries.put({ ...entry, leftCents: leftCents - taken });
    this.add('unresolvedCents', 0 - taken);
    return taken;
  }

  /** Cash that the ledger moved: the entry explains it, or nothing does. */
  move(cents: number, { entry, day }: { entry: AccountEntry | undefined; day?: string }): void {
    this.add('cashCents', cents);
    const explained = entry ? this.take(entry, cents) : 0;
    this.book(day ?? this.today, cents - explained);
  }

  write(): void {
    const { accountNow, accountSteps } = this.tables;
    const [atMs, sums] = [this.#atMs, this.#sums];
    const { firstOn, openingCents } = this;
    accountNow.put({ name: ACCOUNT, atMs, firstOn, openingCents, ...sums });
    accountSteps.insert({ position: this.event.position, atMs, ...sums });
  }
}

const clamp = (cents: number, least: number, most: number): number =>
  Math.min(Math.max(cents, least), most);

const ACCOUNT = 'account';

const EMPTY: AccountNow = {
  ...{ name: ACCOUNT, atMs: 0, firstOn: '', openingCents: 0 },
  ...{ cashCents: 0, typedCents: 0, unresolvedCents: 0, operatorCents: 0, forwardCents: 0 },
};
