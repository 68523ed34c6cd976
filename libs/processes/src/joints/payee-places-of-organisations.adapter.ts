import { place } from '@app/places';
import { AggregateStore, Clock } from '@app/platform';
import { PlaceQueries } from '@app/read-models';
import { PayeePlaces } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** Which places an organisation has the view says; whether they are labelled, their streams. */
@Injectable()
export class PayeePlacesOfOrganisations extends PayeePlaces {
  constructor(
    private readonly places: PlaceQueries,
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async findMembership(placeId: string) {
    const { state } = await this.aggregates.load(place, placeId);
    const organisationId = state.status === 'unknown' ? undefined : state.organisationId;
    if (organisationId === undefined) return undefined;
    // A place that the view does not know yet is labelled later, and reviewed again then.
    const known = this.places.listOfOrganisation(organisationId, this.clock.today());
    for (const id of new Set([placeId, ...known.map((each) => each.placeId)])) {
      const { status } = (await this.aggregates.load(place, id)).state;
      if (status === 'labelled' || status === 'suspended')
        return { organisationId, isMember: true };
    }
    return { organisationId, isMember: false };
  }
}
