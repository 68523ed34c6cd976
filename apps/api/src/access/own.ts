import { agreement, deposit, funder } from '@app/funding';
import { organisation, place } from '@app/places';
import { AggregateStore, notFound, type Actor } from '@app/platform';
import { Injectable } from '@nestjs/common';

/**
 * Whether an object is there for who asks. A funder and a place see their own, staff of the scheme all; what is
 * foreign answers like what is missing. Read from the streams, so that what was just made is there.
 */
@Injectable()
export class Own {
  constructor(private readonly aggregates: AggregateStore) {}

  async funder(actor: Actor, funderId: string): Promise<void> {
    const { state } = await this.aggregates.load(funder, funderId);
    if (state.status === 'unknown' || !sees(actor, funderId)) throw notFound();
  }

  async agreement(actor: Actor, agreementId: string): Promise<void> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown' || !sees(actor, state.terms.funderId)) throw notFound();
  }

  async deposit(actor: Actor, depositId: string): Promise<void> {
    const { state } = await this.aggregates.load(deposit, depositId);
    if (state.status === 'unknown' || !sees(actor, state.assigned.funderId)) throw notFound();
  }

  async organisation(actor: Actor, organisationId: string): Promise<void> {
    const { state } = await this.aggregates.load(organisation, organisationId);
    if (state.status === 'unknown' || !isOf(actor, organisationId)) throw notFound();
  }

  async place(actor: Actor, placeId: string): Promise<void> {
    const { state } = await this.aggregates.load(place, placeId);
    if (state.status === 'unknown' || !isOf(actor, state.organisationId)) throw notFound();
  }
}

/** A funder, by its party; everyone else of the scheme's staff. */
const sees = ({ role, partyId }: Actor, funderId: string): boolean =>
  role !== 'funder' || partyId === funderId;

/** Someone of a place, by its organisation; everyone else of the scheme's staff. */
const isOf = ({ role, partyId }: Actor, organisationId: string | undefined): boolean =>
  (role !== 'place-manager' && role !== 'place-cashier') || partyId === organisationId;

/** The funder a list is narrowed to, undefined for all. */
export const ownFunderOf = ({ role, partyId }: Actor): string | undefined =>
  role === 'funder' ? partyId : undefined;
