import { agreement } from '@app/funding';
import { place } from '@app/places';
import { AggregateStore } from '@app/platform';
import { Owners } from '@app/webhooks';
import { Injectable } from '@nestjs/common';

/** Whose agreements and places are, from their streams. */
@Injectable()
export class OwnersInStreams extends Owners {
  /** An agreement stays its funder's. */
  readonly #funders = new Map<string, string>();

  constructor(private readonly aggregates: AggregateStore) {
    super();
  }

  async findFunderOf(agreementId: string): Promise<string | undefined> {
    const known = this.#funders.get(agreementId);
    if (known !== undefined) return known;
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown') return undefined;
    const { funderId } = state.terms;
    this.#funders.set(agreementId, funderId);
    return funderId;
  }

  async findOrganisationOf(placeId: string): Promise<string | undefined> {
    const { state } = await this.aggregates.load(place, placeId);
    return state.status === 'unknown' ? undefined : state.organisationId;
  }
}
