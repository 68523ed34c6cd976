import { OrganisationsBySiret } from '@app/places';
import { OrganisationQueries, organisations } from '@app/read-models';
import { Injectable } from '@nestjs/common';
import { ViewsAtHead } from './views-at-head.adapter';

/** Organisations by SIRET from the views, waited for once for as many as are asked about. */
@Injectable()
export class OrganisationsInViews extends OrganisationsBySiret {
  constructor(
    private readonly views: OrganisationQueries,
    private readonly atHead: ViewsAtHead,
  ) {
    super();
  }

  async findBySirets(sirets: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    if (sirets.length === 0) return found;
    await this.atHead.reach(organisations);
    for (const siret of sirets) {
      const organisationId = this.views.findBySiret(siret);
      if (organisationId !== undefined) found.set(siret, organisationId);
    }
    return found;
  }
}
