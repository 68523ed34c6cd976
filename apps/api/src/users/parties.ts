import { isStaff, OPERATOR_PARTY_ID, user } from '@app/access';
import { DomainError } from '@app/kernel';
import { AggregateStore, notFound, type Actor, type Role } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { Own } from '../access/own';

/** For which party, and for whom, somebody may give access: an operator for all, others for their own. */
@Injectable()
export class Parties {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly own: Own,
  ) {}

  /**
   * The party that a role is of. Throws `not_found` for one that is not there, or not the caller's,
   * and `party_of_role` where an operator names none.
   */
  async getPartyOf(actor: Actor, role: Role, named: string | undefined): Promise<string> {
    if (isStaff(role)) return named ?? OPERATOR_PARTY_ID;
    if (actor.reach === 'own') {
      if (named !== undefined && named !== actor.partyId) throw notFound();
      return actor.partyId;
    }
    if (named === undefined) throw new DomainError('party_of_role', { role });
    if (role === 'funder') await this.own.funder(actor, named);
    else if (role === 'prescriber') await this.own.prescriber(actor, named);
    else await this.own.organisation(actor, named);
    return named;
  }

  /** Throws `not_found` for who is no user, or for a party none of its members. */
  async assertUser(actor: Actor, userId: string): Promise<void> {
    const { state } = await this.aggregates.load(user, userId);
    if (state.status === 'unknown') throw notFound();
    if (actor.reach === 'own' && state.roles[actor.partyId] === undefined) throw notFound();
  }
}

/** Whom what an actor gives or takes is put down to. */
export const doerOf = ({ id, userId }: Actor): string => userId ?? id;

/** In which role: the table of rights lets no newcomer give anything. */
export const givingRoleOf = ({ role }: Actor): Role => {
  if (role === 'newcomer') throw new TypeError('a newcomer gives no access');
  return role;
};

/** The party a list is narrowed to, undefined for all. */
export const ownPartyOf = ({ reach, partyId }: Actor): string | undefined =>
  reach === 'all' ? undefined : partyId;
