import type { ReadStore } from '@app/platform';
import { ledger } from './ledger.projection';
import type { MarkRow } from './pairs.tables';

const { runMarks } = ledger.table;

/** What one agreement owed at one place at an opening. */
export type OwedAtOpening = Readonly<{
  agreementId: string;
  placeId: string;
  organisationId: string;
  /** Signed, claims' parts included. */
  cents: number;
  /** Day of the oldest redemption in it that no run has frozen; the opening's where there is none. */
  oldestOn: string;
}>;

/**
 * What a run is prepared from, as of its own places in the log however far the view has gone since.
 * Only the latest opening and the latest preparation are kept: one run at a time is prepared.
 */
export class RunAmountQueries {
  constructor(private readonly store: ReadStore) {}

  /**
   * By agreement and place; pairs where nothing is owed and no claim waits are left out. Undefined
   * while the view has not passed this RunOpened, and once it has passed a later one.
   */
  findOwedAtOpening(openingEventId: string): readonly OwedAtOpening[] | undefined {
    return this.store.snapshot(() => {
      const opening = this.#mark('opening');
      if (opening?.eventId !== openingEventId) return undefined;
      // A row that has not moved since the opening still says what it said then.
      return this.store.all<OwedAtOpening>(
        `WITH at_opening AS (
           SELECT agreementId, placeId, organisationId,
                  iif(opening = ?1, owedAtOpeningCents, owedCents) AS cents,
                  iif(opening = ?1, ordinaryAtOpeningCents, ordinaryCents) AS ordinaryCents,
                  CASE WHEN opening = ?1 THEN oldestAtOpeningOn
                       WHEN ordinaryCents <= 0 THEN ''
                       WHEN olderOn = '' THEN newerOn
                       WHEN newerOn = '' THEN olderOn
                       ELSE min(olderOn, newerOn) END AS oldestOn
             FROM pairs)
         SELECT agreementId, placeId, organisationId, cents,
                iif(oldestOn = '', ?2, oldestOn) AS oldestOn
           FROM at_opening WHERE cents <> 0 OR ordinaryCents <> 0
          ORDER BY agreementId, placeId`,
        opening.number,
        opening.day,
      );
    });
  }

  /**
   * By agreement: cash less what earlier runs have frozen of it and the bank has not answered.
   * Undefined while the view has not passed the PreparationStarted of this version, and once it has
   * passed a later one.
   */
  findCashAtPreparation(of: {
    runId: string;
    version: number;
  }): Readonly<Record<string, number>> | undefined {
    return this.store.snapshot(() => {
      const preparation = this.#mark('preparation');
      if (preparation?.runId !== of.runId || preparation.version !== of.version) return undefined;
      const rows = this.store.all<{ agreementId: string; cents: number }>(
        `SELECT agreementId, iif(preparation = ?, drawableCents, cashCents - frozenCents) AS cents
           FROM cash ORDER BY agreementId`,
        preparation.number,
      );
      return Object.fromEntries(rows.map(({ agreementId, cents }) => [agreementId, cents]));
    });
  }

  #mark(name: MarkRow['name']): MarkRow | undefined {
    return this.store.find(runMarks, name);
  }
}
