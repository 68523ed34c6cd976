import { agreement, deposit, funder } from '@app/funding';
import { organisation, place } from '@app/places';
import { AggregateStore, notFound, type Actor, type Role } from '@app/platform';
import {
  book,
  findHolder,
  findRangeOf,
  order,
  prescriber,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '@app/voucher-books';
import { Injectable } from '@nestjs/common';

/**
 * Whether an object is there for who asks: for who reaches all (`RIGHTS`) it is, for others where it is of
 * their party. What is foreign answers like what is missing. Read from the streams, so that what was
 * just made is there.
 */
@Injectable()
export class Own {
  constructor(private readonly aggregates: AggregateStore) {}

  async funder(actor: Actor, funderId: string): Promise<void> {
    const { state } = await this.aggregates.load(funder, funderId);
    if (state.status === 'unknown' || !isOfFunder(actor, funderId)) throw notFound();
  }

  async agreement(actor: Actor, agreementId: string): Promise<void> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown' || !isOfFunder(actor, state.terms.funderId)) throw notFound();
  }

  async deposit(actor: Actor, depositId: string): Promise<void> {
    const { state } = await this.aggregates.load(deposit, depositId);
    if (state.status === 'unknown' || !isOfFunder(actor, state.assigned.funderId)) throw notFound();
  }

  async organisation(actor: Actor, organisationId: string): Promise<void> {
    const { state } = await this.aggregates.load(organisation, organisationId);
    if (state.status === 'unknown' || !isOfOrganisation(actor, organisationId)) throw notFound();
  }

  async place(actor: Actor, placeId: string): Promise<void> {
    const { state } = await this.aggregates.load(place, placeId);
    if (state.status === 'unknown' || !isOfOrganisation(actor, state.organisationId))
      throw notFound();
  }

  /** A prescriber's are those of which it ever had books. */
  async order(actor: Actor, orderId: string): Promise<void> {
    const { state } = await this.aggregates.load(order, orderId);
    if (state.status === 'none') throw notFound();
    const hadBooks = state.stocks[actor.partyId] !== undefined;
    if (isOfPrescriber(actor, hadBooks ? actor.partyId : undefined)) return;
    if (!isOfFunder(actor, state.terms.funderId)) throw notFound();
  }

  /** Prescribers are the scheme's: every funder may give them books. */
  async prescriber(actor: Actor, prescriberId: string): Promise<void> {
    const { state } = await this.aggregates.load(prescriber, prescriberId);
    const isThere = state.status !== 'none';
    if (isThere && (actor.role === 'funder' || isOfPrescriber(actor, prescriberId))) return;
    throw notFound();
  }

  /** A prescriber's are those in its stock, and those it handed out, replaced or not. */
  async book(actor: Actor, number: number): Promise<void> {
    const register = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const range = findRangeOf(register.state, number);
    if (range === undefined) throw notFound();
    const { state: placed } = await this.aggregates.load(order, range.orderId);
    if (placed.status === 'none') throw notFound();
    if (isOfFunder(actor, placed.terms.funderId)) return;
    if (isOfPrescriber(actor, findHolder(placed, number))) return;
    const { state } = await this.aggregates.load(book, `${number}`);
    if (!isOfPrescriber(actor, state.handOuts[0]?.prescriberId)) throw notFound();
  }
}

const isOfFunder = (actor: Actor, funderId: string): boolean => isOf(actor, ['funder'], funderId);

const isOfPrescriber = (actor: Actor, prescriberId: string | undefined): boolean =>
  isOf(actor, ['prescriber'], prescriberId);

const isOfOrganisation = (actor: Actor, organisationId: string | undefined): boolean =>
  isOf(actor, ['place-manager', 'place-cashier'], organisationId);

/** A role that no relation is known of owns nothing, whatever the table says. */
const isOf = (
  { role, reach, partyId }: Actor,
  roles: readonly Role[],
  party: string | undefined,
): boolean => reach === 'all' || (roles.some((each) => each === role) && partyId === party);

/** The funder a list is narrowed to, undefined for all. */
export const ownFunderOf = ({ reach, partyId }: Actor): string | undefined =>
  reach === 'all' ? undefined : partyId;
