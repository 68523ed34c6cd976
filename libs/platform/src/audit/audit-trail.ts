import { addDays, DomainError, type Command, type Decider, type Event } from '@app/kernel';
import type { Instant } from '@app/kernel';
import type { DayRoot } from './day-roots';

export type AnchorDay = Command<'AnchorDay', DayRoot & Readonly<{ anchoredAt: Instant }>>;

/** A day is over and has its root. What it covers ends at `statement.log.through`. */
export type DayAnchored = Event<'DayAnchored', AnchorDay['data']>;

export const AUDIT_TRAIL_ID = 'trail';
export const AUDIT_TRAIL_STREAM = `audit-${AUDIT_TRAIL_ID}`;

/** One day after the other, each on the root of the day before; a day once. */
export const auditTrail: Decider<AnchorDay, DayRoot | undefined, DayAnchored> = {
  name: 'audit',
  initialState: undefined,

  decide: ({ data }, last) => {
    const { day, previousRoot } = data.statement;
    if (last !== undefined && day <= last.statement.day) return [];
    const follows = last === undefined || day === addDays(last.statement.day, 1);
    if (!follows || previousRoot !== (last?.root ?? null)) {
      throw new DomainError('audit_day_does_not_follow', { day });
    }
    return [{ type: 'DayAnchored', data }];
  },

  evolve: (_, { data }) => data,
};
