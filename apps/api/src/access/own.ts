import { agreement, deposit, funder } from '@app/funding';
import { organisation, place } from '@app/places';
import { AggregateStore, notFound, type Actor } from '@app/platform';
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

  /** A prescriber's are those of which it ever had books. */
  async order(actor: Actor, orderId: string): Promise<void> {
    const { state } = await this.aggregates.load(order, orderId);
    if (state.status === 'none' || !sees(actor, state.terms.funderId)) throw notFound();
    if (!isPrescriber(actor, state.stocks[actor.partyId] && actor.partyId)) throw notFound();
  }

  async prescriber(actor: Actor, prescriberId: string): Promise<void> {
    const { state } = await this.aggregates.load(prescriber, prescriberId);
    if (state.status === 'none' || !isPrescriber(actor, prescriberId)) throw notFound();
  }

  /** A prescriber's are those in its stock, and those it handed out, replaced or not. */
  async book(actor: Actor, number: number): Promise<void> {
    const register = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const range = findRangeOf(register.state, number);
    if (range === undefined) throw notFound();
    const { state: placed } = await this.aggregates.load(order, range.orderId);
    if (placed.status === 'none' || !sees(actor, placed.terms.funderId)) throw notFound();
    if (isPrescriber(actor, findHolder(placed, number))) return;
    const { state } = await this.aggregates.load(book, `${number}`);
    if (!isPrescriber(actor, state.handOuts[0]?.prescriberId)) throw notFound();
  }
}

/** A prescriber, by its party; everyone else of the scheme's staff, and funders. */
const isPrescriber = ({ role, partyId }: Actor, prescriberId: string | undefined): boolean =>
  role !== 'prescriber' || partyId === prescriberId;

/** A funder, by its party; everyone else of the scheme's staff. */
const sees = ({ role, partyId }: Actor, funderId: string): boolean =>
  role !== 'funder' || partyId === funderId;

/** Someone of a place, by its organisation; everyone else of the scheme's staff. */
const isOf = ({ role, partyId }: Actor, organisationId: string | undefined): boolean =>
  (role !== 'place-manager' && role !== 'place-cashier') || partyId === organisationId;

/** The funder a list is narrowed to, undefined for all. */
export const ownFunderOf = ({ role, partyId }: Actor): string | undefined =>
  role === 'funder' ? partyId : undefined;
