import type { ReadStore } from '@app/platform';
import { organisations } from '../places/organisations.projection';
import { runs } from './runs.projection';
import type { HeldAmountRow, RunLineRow, RunPartRow } from './runs.tables';

const { runLines, heldAmounts, runParts } = runs.table;

type OfVersion = Readonly<{ runId: string; version: number; limit: number }>;
type Named<Row> = Row & Readonly<{ organisationName: string | null }>;

/** What one version of a run pays and holds, in the order of organisations' ids. */
export class RunContentQueries {
  constructor(private readonly store: ReadStore) {}

  listLines(
    asked: OfVersion & Readonly<{ after: readonly [organisationId: string, endToEndId: string] }>,
  ): readonly Named<RunLineRow>[] {
    const { runId, version, after, limit } = asked;
    const tail = `WHERE runId = ? AND version = ? AND (organisationId, endToEndId) > (?, ?)
      ORDER BY organisationId, endToEndId LIMIT ?`;
    return this.store.snapshot(() =>
      this.#named(this.store.rows(runLines, tail, runId, version, ...after, limit)),
    );
  }

  listHeld(
    asked: OfVersion &
      Readonly<{ after: readonly [organisationId: string, claimId: string, reason: string] }>,
  ): readonly Named<HeldAmountRow>[] {
    const { runId, version, after, limit } = asked;
    const tail = `WHERE runId = ? AND version = ? AND (organisationId, claimId, reason) > (?, ?, ?)
      ORDER BY organisationId, claimId, reason LIMIT ?`;
    return this.store.snapshot(() =>
      this.#named(this.store.rows(heldAmounts, tail, runId, version, ...after, limit)),
    );
  }

  /** By agreement and place: components of lines, and of what is held. */
  listParts(
    asked: OfVersion & Readonly<{ after: readonly [organisationId: string, seq: string] }>,
  ): readonly RunPartRow[] {
    const { runId, version, after, limit } = asked;
    const tail = `WHERE runId = ? AND version = ? AND (organisationId, seq) > (?, ?)
      ORDER BY organisationId, seq LIMIT ?`;
    return this.store.rows(runParts, tail, runId, version, ...after, limit);
  }

  #named<Row extends Readonly<{ organisationId: string }>>(
    rows: readonly Row[],
  ): readonly Named<Row>[] {
    return rows.map((row) => ({
      ...row,
      organisationName: this.store.find(organisations.table, row.organisationId)?.name ?? null,
    }));
  }
}
