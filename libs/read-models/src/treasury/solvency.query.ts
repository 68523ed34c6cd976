import type { Params, ReadStore } from '@app/platform';
import type { ComparedBalance } from '@app/reimbursement/contract';
import { ringFencedAccount } from './account.projection';
import type { AccountStep } from './account.tables';
import { type ReportedDay, reportedDays, type ReportGap } from './reported-days';
import { solvencyAlarms, type SolvencyAlarmView } from './solvency-alarms.projection';

const { accountSteps, accountStatements } = ringFencedAccount.table;

/** The account at the end of a booked day, as `ComparedBalance` says. */
export type Compared = Omit<ComparedBalance, 'comparedAt'>;

/** What is there whatever the bank has reported. */
export type AccountParts = Omit<
  Compared,
  'on' | 'bankBalanceCents' | 'bookedOutsideCents' | 'differenceCents'
>;

export type Account = Readonly<{
  parts: AccountParts;
  /** Of the last day that is reported without a gap; undefined before the first. */
  compared?: Compared;
  /** The bank has reported more, but not what was between. */
  gap?: ReportGap;
}>;

/** A day on which the bank and the ledger differ otherwise than was said. */
export type UntoldDay = Readonly<{ compared: Compared; told: number }>;

/** The bank's balances against the ledger, now or as the log knew them at any past instant. */
export class SolvencyQueries {
  constructor(private readonly store: ReadStore) {}

  getAccount(asOf?: Date): Account {
    return this.store.snapshot(() => {
      const { comparedDays, ...account } = this.#account(asOf);
      const compared = comparedDays.at(-1);
      return { ...account, ...(compared && { compared }) };
    });
  }

  /** Every reported day, by what is known now, in order. */
  listDays(): readonly Compared[] {
    return this.store.snapshot(() => this.#account(undefined).comparedDays);
  }

  /** Days of which another difference is to be told than was. */
  listUntold(): readonly UntoldDay[] {
    return this.store.snapshot(() => {
      const told = new Map(this.#alarms('').map((alarm) => [alarm.on, alarm]));
      return this.#account(undefined).comparedDays.flatMap((compared) => {
        const { differenceCents = 0, told: times = 0 } = told.get(compared.on) ?? {};
        return compared.differenceCents === differenceCents ? [] : [{ compared, told: times }];
      });
    });
  }

  /** Days of which a difference was ever told, the latest first; `before` '' for all. */
  listAlarms({ before, limit }: { before: string; limit: number }): readonly SolvencyAlarmView[] {
    const tail = before === '' ? '' : 'WHERE "on" < ?';
    const params = before === '' ? [] : [before];
    return this.#alarms(`${tail} ORDER BY "on" DESC LIMIT ?`, ...params, limit);
  }

  /** Days of which the difference that was told last is not 0. */
  listDiffering(): readonly SolvencyAlarmView[] {
    return this.#alarms('WHERE differenceCents <> 0 ORDER BY "on"');
  }

  #alarms(tail: string, ...params: Params): readonly SolvencyAlarmView[] {
    const rows = this.store.rows(solvencyAlarms.table, tail, ...params);
    return rows.map(({ key: _, ...view }) => view);
  }

  #account(asOf: Date | undefined) {
    const untilMs = asOf === undefined ? Number.MAX_SAFE_INTEGER : asOf.getTime();
    const [step = NOTHING] = this.store.rows(
      accountSteps,
      'WHERE atMs <= ? ORDER BY atMs DESC, position DESC LIMIT 1',
      untilMs,
    );
    const tail = 'WHERE atMs <= ? ORDER BY position, seq';
    const statements = this.store.rows(accountStatements, tail, untilMs);
    const { days, gap } = reportedDays(statements, step.forwardCents);
    const compared = { parts: partsOf(step), booked: this.#bookedByDay(untilMs) };
    const comparedDays = compare(days, { ...compared, forwardCents: step.forwardCents });
    return { parts: compared.parts, comparedDays, ...(gap && { gap }) };
  }

  /** What entries of whole reports come to, by the days they were booked on. */
  #bookedByDay(untilMs: number): readonly DayBooked[] {
    return this.store.all<DayBooked>(
      `SELECT day, SUM(cents) AS cents FROM account_bookings WHERE atMs <= ?
        GROUP BY day ORDER BY day`,
      untilMs,
    );
  }
}

type DayBooked = Readonly<{ day: string; cents: number }>;
type Known = Readonly<{
  parts: AccountParts;
  booked: readonly DayBooked[];
  forwardCents: number;
}>;

/** Each day's balance against what was there before the first and all that was booked until then. */
function compare(
  days: readonly ReportedDay[],
  { parts, booked, forwardCents }: Known,
): readonly Compared[] {
  let [explainedCents, next] = [forwardCents, 0];
  return days.map(({ on, balanceCents }) => {
    for (let each = booked[next]; each && each.day <= on; each = booked[next]) {
      explainedCents += each.cents;
      next += 1;
    }
    return {
      ...{ on, bankBalanceCents: balanceCents, ...parts },
      bookedOutsideCents: expectedOf(parts) - explainedCents,
      differenceCents: balanceCents - explainedCents,
    };
  });
}

/** What the bank should hold, by events. */
const expectedOf = (parts: AccountParts): number =>
  parts.cashByEventsCents -
  parts.typedDepositsCents +
  parts.unresolvedEntriesCents +
  parts.operatorPositionCents;

const partsOf = (step: Omit<AccountStep, 'position' | 'atMs'>): AccountParts => ({
  cashByEventsCents: step.cashCents,
  typedDepositsCents: step.typedCents,
  unresolvedEntriesCents: step.unresolvedCents,
  operatorPositionCents: step.operatorCents,
});

const NOTHING = {
  ...{ cashCents: 0, typedCents: 0, unresolvedCents: 0, operatorCents: 0, forwardCents: 0 },
};
