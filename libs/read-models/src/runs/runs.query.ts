import type { ReadStore } from '@app/platform';
import { runs } from './runs.projection';
import type { RunRow, RunVersionRow } from './runs.tables';

const {
  runs: opened,
  runVersions,
  payments,
  paymentSteps,
  barredAccounts,
  payeeSteps,
} = runs.table;

/** A run with the version at hand, undefined before its first preparation. */
export type RunView = RunRow & Readonly<{ preparation: RunVersionRow | undefined }>;

/** An organisation of which something was decided that a run heeds; others are neither. */
export type PayeeState = Readonly<{ organisationId: string; fraudHold: boolean; left: boolean }>;

/** An account that answered that it is wrong, closed or blocked. */
export type BarredAccount = Readonly<{ organisationId: string; iban: string }>;

/**
 * What whoever does a run asks for. Whatever is asked at a position is exact once this view has passed
 * it: a run found with its preparation has.
 */
export class RunQueries {
  constructor(private readonly store: ReadStore) {}

  find(runId: string): RunView | undefined {
    return this.store.snapshot(() => {
      const row = this.store.find(opened, runId);
      return row && this.#viewOf(row);
    });
  }

  /** The latest first; `before` is the number of the last of the page before. */
  list({ before, limit }: { before: number | undefined; limit: number }): readonly RunView[] {
    return this.store.snapshot(() =>
      this.store
        .rows(
          opened,
          'WHERE number < ? ORDER BY number DESC LIMIT ?',
          before ?? Number.MAX_SAFE_INTEGER,
          limit,
        )
        .map((row) => this.#viewOf(row)),
    );
  }

  /** Of every version of the run, oldest first. */
  listVersions(runId: string): readonly RunVersionRow[] {
    return this.store.rows(runVersions, 'WHERE runId = ? ORDER BY version', runId);
  }

  /** Runs that are where neither a person nor the bank has to do something first. */
  listDue(): readonly RunView[] {
    const tail = `WHERE status IN ('opened', 'preparing', 'approved', 'releasing')
       OR (status IN ('issued', 'completed') AND cleared = 0)
       OR (status IN ('submitted', 'unclear') AND unanswered = 0)
     ORDER BY number`;
    return this.store.snapshot(() => this.store.rows(opened, tail).map((row) => this.#viewOf(row)));
  }

  /** Runs in which a person has the next word, and those of which nobody knows if the bank has them. */
  countWaiting(): Readonly<{ waiting: number; unclear: number }> {
    const counted = this.store.get<{ waiting: number; unclear: number }>(
      `SELECT COUNT(*) FILTER (WHERE status IN ('prepared', 'released', 'submitting', 'unclear')
                OR (status = 'issued' AND cleared = 1)) AS waiting,
              COUNT(*) FILTER (WHERE status = 'unclear') AS unclear
         FROM "${opened.name}"`,
    );
    return counted ?? { waiting: 0, unclear: 0 };
  }

  /**
   * Claims whose parts were in owed at that position: rejected or returned before it, and neither
   * paid, ordered again nor released. In id order.
   */
  listClaimsInOwedAt(position: bigint): readonly string[] {
    return this.store
      .all<{ claimId: string }>(
        `SELECT claimId FROM (
           SELECT claimId, step, MAX(position) FROM "${paymentSteps.name}"
            WHERE position <= ? AND step IN (${STEPS_THAT_TELL})
              AND claimId IN (SELECT claimId FROM "${payments.name}" WHERE status <> 'settled'
                        UNION SELECT claimId FROM "${paymentSteps.name}" WHERE position > ?)
            GROUP BY claimId)
          WHERE step IN ('rejected', 'returned', 'withdrawn') ORDER BY claimId`,
        position,
        position,
      )
      .map(({ claimId }) => claimId);
  }

  listBarredAccountsAt(position: bigint): readonly BarredAccount[] {
    return this.store
      .rows(barredAccounts, 'WHERE position <= ? ORDER BY organisationId, position', position)
      .map(({ organisationId, iban }) => ({ organisationId, iban }));
  }

  /** Of organisations of which anything was decided, in id order. */
  listPayeesAt(position: bigint): readonly PayeeState[] {
    const states = new Map<string, PayeeState>();
    const tail = 'WHERE position <= ? ORDER BY organisationId, position';
    for (const { organisationId, step } of this.store.rows(payeeSteps, tail, position)) {
      const before = states.get(organisationId) ?? NOTHING_DECIDED;
      const fraudHold =
        step === 'fraudHoldPlaced' || (before.fraudHold && step !== 'fraudHoldLifted');
      const left = step === 'left' || (before.left && step !== 'rejoined');
      states.set(organisationId, { organisationId, fraudHold, left });
    }
    return [...states.values()];
  }

  #viewOf(row: RunRow): RunView {
    return { ...row, preparation: this.store.find(runVersions, row.runId, row.version) };
  }
}

const NOTHING_DECIDED = { fraudHold: false, left: false };

/** The others change nothing about where a claim's parts are. */
const STEPS_THAT_TELL = `'ordered', 'withdrawn', 'settled', 'rejected', 'returned', 'released'`;
