import type { Position } from '@app/platform';
import type { OwedAmount } from '../domain/run/lines';

/** What views know that a run is prepared from, each as of its place in the log. */
export type RunBasis = Readonly<{
  /** What each agreement owed at each place at the opening, claims' parts included. */
  amounts: readonly OwedAmount[];
  /**
   * Of each agreement at the preparation: its cash (deposited − paid − returned − swept), less what
   * earlier runs have frozen of it and the bank has not answered.
   */
  cashCents: Readonly<Record<string, number>>;
  /** Claims whose parts were in owed at the opening; their own streams say what became of them. */
  claimIds: readonly string[];
  /** Accounts that had answered AC01, AC04 or AC06 at the preparation. */
  barredAccounts: readonly Readonly<{ organisationId: string; iban: string }>[];
  /** Organisations that were held for fraud or had left at the preparation; others are neither. */
  payees: readonly Readonly<{ organisationId: string; fraudHold: boolean; left: boolean }>[];
}>;

/** The two places in the log that a version is prepared at. */
export type PreparationPlaces = Readonly<{
  runId: string;
  version: number;
  openingEventId: string;
  openedAt: Position;
  preparedAt: Position;
}>;

export abstract class RunBases {
  /** Waits some seconds for the views. @throws ReadModelBehind if they have not passed both places. */
  abstract fetchBasis(places: PreparationPlaces): Promise<RunBasis>;
}
