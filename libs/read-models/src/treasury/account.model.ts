import { addDays } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import type { ResolutionKind } from '@app/reimbursement/contract';

/**
 * Used by the account's spec only: a bank that books and reports, late and in disorder, and a ledger
 * that hears of it. What is expected is counted anew after every event from the lists of what is.
 */

type Line = {
  entryId: string;
  day: string;
  cents: number;
  as: ResolutionKind;
  target: string;
  /** Parts of it, by their effects: a batch debit has several. */
  effects: { cents: number; done: boolean }[];
  announced: boolean;
  recorded: boolean;
  /** The report that tells of it is whole. */
  whole: boolean;
  matched: boolean;
  duplicate: boolean;
};
type Deposit = {
  depositId: string;
  cents: number;
  valueOn: string;
  sent: boolean;
  assigned: boolean;
  byHand: boolean;
  credited: boolean;
  recall: 'none' | 'typed' | 'booked';
  recalled: boolean;
  forward: boolean;
};
type Statement = { on: string; openingCents: number; closingCents: number; lines: Line[] };

export type Expected = Readonly<{
  at: Date;
  cash: number;
  typed: number;
  unresolved: number;
  operator: number;
  /** By reported day: the bank's balance and what it has too much. */
  days: readonly (readonly [on: string, balance: number, difference: number])[];
  hasGap: boolean;
}>;

export type Choice = Readonly<{ what: number; which: number; how: number }>;

const FIRST = '2026-03-02';

export class Account {
  readonly events: RecordedEvent[] = [];
  readonly told: Expected[] = [];
  readonly #deposits: Deposit[] = [];
  readonly #lines: Line[] = [];
  #today = FIRST;
  #balance = 0;
  #booked: Line[] = [];
  readonly #statements: Statement[] = [];
  readonly #whole: Statement[] = [];
  readonly #ghosts: { day: string; cents: number }[] = [];
  /** What the ledger moved: each effect once. */
  #effectCents = 0;
  #serial = 0;

  constructor(migratedCents: number) {
    if (migratedCents === 0) return;
    const deposit = this.#type(migratedCents, addDays(FIRST, -5));
    deposit.sent = true;
    deposit.byHand = true;
    this.#balance = migratedCents;
    this.#write('DepositConfirmed', { depositId: deposit.depositId, amountCents: migratedCents });
  }

  act({ what, which, how }: Choice): void {
    const acts = [
      () => void this.#type((how % 50) * 100 + 100, this.#today),
      () => this.#send(which),
      () => this.#confirm(which),
      () => this.#recall(which),
      () => this.#pay(how),
      () => this.#come('paymentReturn', (how % 9) + 1),
      () => this.#come('feeSweep', -(how % 30) - 1),
      () => this.#come('refund', -(how % 70) - 1),
      () => this.#come('debtRepayment', (how % 20) + 1),
      () => this.#come(how % 2 ? 'bankCharge' : 'interest', how % 2 ? -(how % 7) - 1 : how % 5),
      () => this.#announce(which),
      () => this.#closeDay(),
      () => this.#closeDay(),
      () => this.#report(which),
      () => this.#report(which),
      () => this.#match(which),
      () => this.#match(which + how),
      () => this.#apply(which),
      () => this.#apply(how),
      () => this.#apply(which + how),
      () => this.#reportTwice(which),
    ];
    acts[what % acts.length]?.();
  }

  /** The ledger says that money moved, and the bank never will. */
  haunt(cents: number): void {
    this.#ghosts.push({ day: this.#today, cents });
    const data = { source: 'nothing', bookedOn: this.#today, amountCents: cents };
    this.#write('FeeSweepReturned', data);
  }

  // --- deposits -----------------------------------------------------------------------------------

  #type(cents: number, valueOn: string): Deposit {
    const deposit: Deposit = {
      ...{ depositId: `deposit-${(this.#serial += 1)}`, cents, valueOn, sent: false },
      ...{ assigned: true, byHand: false, credited: false, recall: 'none' },
      ...{ recalled: false, forward: false },
    };
    this.#deposits.push(deposit);
    const { depositId } = deposit;
    this.#write('DepositAssigned', { depositId, valueOn, amountCents: cents });
    return deposit;
  }

  /** The funder's money reaches the account. */
  #send(which: number): void {
    const deposit = pick(this.#deposits, which, (each) => !each.sent && each.recall === 'none');
    if (!deposit) return;
    deposit.sent = true;
    this.#line('deposit', deposit.cents, deposit.depositId);
  }

  #confirm(which: number): void {
    const deposit = pick(
      this.#deposits,
      which,
      (each) => !each.byHand && !each.credited && each.recall === 'none',
    );
    if (!deposit) return;
    deposit.byHand = true;
    const { depositId, cents } = deposit;
    this.#write('DepositConfirmed', { depositId, amountCents: cents });
  }

  /** Typed by a person at once; the bank takes back what it has. */
  #recall(which: number): void {
    const deposit = pick(this.#deposits, which, ({ recall }) => recall === 'none');
    if (!deposit || (deposit.sent && !deposit.credited && !deposit.forward)) return;
    const { depositId, cents } = deposit;
    deposit.recall = 'typed';
    // The bank had nothing before: a person was wrong.
    if (this.#first()?.openingCents === 0) deposit.forward = false;
    if (deposit.credited || deposit.forward) this.#line('depositRecall', 0 - cents, depositId);
    deposit.recalled = true;
    this.#write('FundsRecalled', { depositId, amountCents: cents });
  }

  // --- the bank -----------------------------------------------------------------------------------

  /** A batch debit of some payments. */
  #pay(how: number): void {
    const parts = Array.from({ length: (how % 3) + 1 }, (_, i) => 0 - (((how + i) % 40) + 1));
    const line = this.#line('payment', sumOf(parts), '');
    line.effects = parts.map((cents) => ({ cents, done: false }));
  }

  #come(as: ResolutionKind, cents: number): void {
    if (cents !== 0) this.#line(as, cents, `${as}-${(this.#serial += 1)}`);
  }

  #line(as: ResolutionKind, cents: number, target: string): Line {
    const line: Line = {
      ...{ entryId: `entry-${(this.#serial += 1)}`, day: this.#today, cents, as, target },
      effects: [{ cents, done: false }],
      ...{ announced: false, recorded: false, whole: false, matched: false, duplicate: false },
    };
    this.#booked.push(line);
    this.#lines.push(line);
    return line;
  }

  #closeDay(): void {
    const [on, openingCents, lines] = [this.#today, this.#balance, this.#booked];
    this.#balance += sumOf(lines.map(({ cents }) => cents));
    this.#statements.push({ on, openingCents, closingCents: this.#balance, lines });
    this.#booked = [];
    this.#today = addDays(on, 1);
  }

  #announce(which: number): void {
    const line = pick(this.#lines, which, (each) => !each.announced && !each.recorded);
    if (!line) return;
    line.announced = true;
    this.#record(line, { reportId: 'r0', statementId: 'N', source: 'notification' });
  }

  /** Any statement that was not given yet: the last one as well as the first. */
  #report(which: number): void {
    const statement = pick(this.#statements, which, (each) => !this.#whole.includes(each));
    if (!statement) return;
    const [reportId, statementId] = [`report-${(this.#serial += 1)}`, `statement-${statement.on}`];
    this.#read(reportId, statement);
    for (const line of statement.lines) {
      line.recorded = true;
      const { entryId, day, announced } = line;
      const booked = { reportId, statementId };
      if (announced) this.#write('BankEntryBooked', { entryId, bookedOn: day, ...booked });
      else this.#record(line, { ...booked, source: 'statement' });
    }
    for (const line of statement.lines) line.whole = true;
    this.#whole.push(statement);
    this.#bringForward();
    this.#write('BankReportCompleted', { reportId });
  }

  /** Another file has the same statement; one of its entries looks like a new one. */
  #reportTwice(which: number): void {
    const statement = pick(this.#whole, which, ({ lines }) => lines.some(({ cents }) => cents > 9));
    const twin = statement?.lines.find(({ cents }) => cents > 9);
    if (!statement || !twin || this.#lines.some(({ duplicate }) => duplicate)) return;
    const [reportId, entryId] = [`report-${(this.#serial += 1)}`, `entry-${(this.#serial += 1)}`];
    this.#read(reportId, statement);
    const line: Line = { ...twin, entryId, as: 'duplicate', target: twin.entryId };
    Object.assign(line, { announced: false, whole: false, matched: false, duplicate: true });
    line.effects = [{ cents: line.cents, done: false }];
    line.recorded = true;
    this.#lines.push(line);
    const statementId = `statement-${statement.on}`;
    this.#record(line, { reportId, statementId, source: 'statement' });
    line.whole = true;
    this.#bringForward();
    this.#write('BankReportCompleted', { reportId });
  }

  #read(reportId: string, { on, openingCents, closingCents }: Statement): void {
    const statement = { statementId: `statement-${on}`, openingCents, closingCents };
    const statements = [{ ...statement, fromOn: on, toOn: on, entries: 1 }];
    this.#write('BankReportRead', { reportId, statements });
  }

  #record(
    { entryId, cents, day }: Line,
    where: Readonly<{ reportId: string; statementId: string; source: string }>,
  ): void {
    const direction = cents > 0 ? 'credit' : 'debit';
    const entry = { amountCents: Math.abs(cents), direction, status: 'booked', bookedOn: day };
    this.#write('BankEntryRecorded', { entryId, ...where, entry });
  }

  // --- what follows from it -----------------------------------------------------------------------

  #match(which: number): void {
    const line = pick(this.#lines, which, (each) => each.recorded && !each.matched);
    if (!line) return;
    line.matched = true;
    const { entryId, cents, as, target } = line;
    const direction = cents > 0 ? 'credit' : 'debit';
    if (as === 'bankCharge' || as === 'interest' || as === 'duplicate') {
      for (const effect of line.effects) effect.done = true;
    }
    const resolution = { as, targetId: target };
    const data = { entryId, amountCents: Math.abs(cents), direction, resolution };
    this.#write('BankEntryMatched', data);
  }

  #apply(which: number): void {
    const line = pick(
      this.#lines,
      which,
      ({ matched, effects }) => matched && effects.some(({ done }) => !done),
    );
    const effect = line?.effects.find(({ done }) => !done);
    if (!line || !effect) return;
    effect.done = true;
    const { as, cents, entryId, day: bookedOn, target } = line;
    const source = `${entryId}/${line.effects.indexOf(effect)}`;
    const evidence = { source, bookedOn, amountCents: Math.abs(effect.cents) };
    if (as === 'deposit' || as === 'depositRecall') {
      const deposit = this.#deposits.find(({ depositId }) => depositId === target);
      if (deposit && as === 'deposit') Object.assign(deposit, { credited: true, forward: false });
      if (deposit && as === 'depositRecall') deposit.recall = 'booked';
      const direction = cents > 0 ? 'credit' : 'debit';
      this.#write('DepositBooked', { depositId: target, direction, ...evidence });
      return;
    }
    this.#effectCents += effect.cents;
    if (as === 'refund') this.#write('RefundBooked', { refundId: target, ...evidence });
    else this.#write(EFFECTS[as] ?? '', evidence);
  }

  // --- what is expected ---------------------------------------------------------------------------

  #bringForward(): void {
    const first = this.#first()?.on ?? '';
    for (const each of this.#deposits) {
      if (!each.byHand || each.credited || (each.recalled && !each.forward)) continue;
      const isHere = this.#lines.some((line) => this.#leftOf(line) === each.cents);
      each.forward = each.valueOn < first && (each.forward || !isHere);
    }
  }

  #first(): Statement | undefined {
    return this.#whole.toSorted((a, b) => (a.on < b.on ? -1 : 1))[0];
  }

  #leftOf({ recorded, cents, effects }: Line): number {
    if (!recorded) return 0;
    return cents - sumOf(effects.filter(({ done }) => done).map((effect) => effect.cents));
  }

  #tell(at: Date): void {
    const [deposits, lines] = [this.#deposits, this.#lines];
    const inLedger = sumOf(deposits.map(({ cents, recalled }) => (recalled ? 0 : cents)));
    const ghosts = sumOf(this.#ghosts.map(({ cents }) => cents));
    const operator = lines.filter(
      ({ as, matched }) => matched && (as === 'bankCharge' || as === 'interest'),
    );
    const days = this.#days();
    this.told.push({
      at,
      cash: inLedger + this.#effectCents + ghosts,
      typed: inLedger - sumOf(deposits.map(bookedOf)),
      unresolved: sumOf(lines.map((line) => this.#leftOf(line))),
      operator: sumOf(operator.map(({ cents }) => cents)),
      ...days,
    });
  }

  /** Statement after statement, as long as none is missing that changed the balance. */
  #days(): Pick<Expected, 'days' | 'hasGap'> {
    const whole = this.#whole.toSorted((a, b) => (a.on < b.on ? -1 : 1));
    const forward = sumOf(this.#deposits.map((each) => (each.forward ? each.cents : 0)));
    const days: (readonly [string, number, number])[] = [];
    const opening = whole[0]?.openingCents ?? 0;
    if (opening !== 0 && opening !== forward) return { days, hasGap: true };
    let before = opening;
    for (const { on, openingCents, closingCents } of whole) {
      if (openingCents !== before) return { days, hasGap: true };
      before = closingCents;
      const ghosts = this.#ghosts.filter(({ day }) => day <= on).map(({ cents }) => cents);
      const doubled = this.#lines.filter(
        (each) => each.duplicate && !each.matched && each.day <= on,
      );
      const double = sumOf(doubled.filter(({ whole: all }) => all).map(({ cents }) => cents));
      days.push([on, closingCents, opening - forward - sumOf(ghosts) - double]);
    }
    return { days, hasGap: false };
  }

  #write(type: string, data: Record<string, unknown>): void {
    const count = this.events.length + 1;
    const recordedAt = new Date(Date.UTC(2026, 2, 2, 8) + count * 1_000);
    this.events.push({
      ...{ id: `event-${count}`, streamName: 'any', revision: count, type, data },
      ...{ position: BigInt(count) * 10n, recordedAt, metadata: {} },
    } as unknown as RecordedEvent);
    this.#tell(recordedAt);
  }
}

const EFFECTS: Readonly<Partial<Record<ResolutionKind, string>>> = {
  payment: 'PaymentSettled',
  paymentReturn: 'PaymentReturned',
  feeSweep: 'FeeSweepBooked',
  debtRepayment: 'DebtRepaid',
};

/** What the bank has of a deposit, as far as the ledger knows. */
const bookedOf = ({ cents, credited, forward, recall }: Deposit): number =>
  (credited || forward ? cents : 0) - (recall === 'booked' ? cents : 0);

const pick = <T>(all: readonly T[], which: number, fits: (each: T) => boolean): T | undefined => {
  const fitting = all.filter(fits);
  return fitting[which % Math.max(fitting.length, 1)];
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
