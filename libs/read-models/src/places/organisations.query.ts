import type { ReadStore } from '@app/platform';
import { organisations, type OrganisationView } from './organisations.projection';

export class OrganisationQueries {
  constructor(private readonly store: ReadStore) {}

  find(organisationId: string): OrganisationView | undefined {
    return this.#views('WHERE key = ?', organisationId)[0];
  }

  /** In id order. */
  list({ after, limit }: { after: string; limit: number }): readonly OrganisationView[] {
    return this.#views('WHERE key > ? ORDER BY key LIMIT ?', after, limit);
  }

  /** The id of the only organisation registered under it; undefined for none and for several. */
  findBySiret(siret: string): string | undefined {
    const [only, another] = this.#views('WHERE siret = ? LIMIT 2', siret);
    return another === undefined ? only?.organisationId : undefined;
  }

  #views(tail: string, ...params: readonly (string | number)[]): readonly OrganisationView[] {
    const rows = this.store.rows(organisations.table, tail, ...params);
    return rows.map(({ key: _, ...view }) => view);
  }
}
