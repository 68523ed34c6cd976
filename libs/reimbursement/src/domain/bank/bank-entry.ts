import type { Command, Decider } from '@app/kernel';
import type { BankEntry, BankEntryFact, BankEntryRecorded, Resolution } from '../../contract';
import { refuse } from '../refuse';
import { isPossible, needsTarget } from './resolutions';

export type RecordEntry = Command<'RecordEntry', BankEntryRecorded['data']>;

/** The machine's: by end-to-end id or reference. */
export type MatchEntry = Command<'MatchEntry', { resolution: Resolution }>;
export type ProposeMatch = Command<'ProposeMatch', { resolution: Resolution; reason: string }>;

/** Two people's: one proposes, another approves. */
export type ProposeResolution = Command<
  'ProposeResolution',
  { resolution: Resolution; proposedBy: string }
>;
export type ApproveResolution = Command<'ApproveResolution', { approvedBy: string }>;

export type BankEntryWish =
  RecordEntry | MatchEntry | ProposeMatch | ProposeResolution | ApproveResolution;

export type EntryOfAccount =
  | { status: 'none' }
  | Readonly<{
      status: 'open' | 'closed';
      entryId: string;
      entry: BankEntry;
      /** A statement holds it, and not only a notification. */
      booked: boolean;
      match?: Resolution;
      proposal?: Readonly<{ resolution: Resolution; proposedBy: string }>;
    }>;

type Recorded = Exclude<EntryOfAccount, { status: 'none' }>;

/** One line of the ring-fenced account, whichever reports name it: a camt.054 and a camt.053 are one. */
export const bankEntry: Decider<BankEntryWish, EntryOfAccount, BankEntryFact> = {
  name: 'bank-entry',
  initialState: { status: 'none' },

  decide: (wish, state) => {
    if (wish.type === 'RecordEntry') return record(wish, state);
    if (state.status === 'none') return refuse('entry_unknown');
    switch (wish.type) {
      case 'MatchEntry':
        return match(wish, state);
      case 'ProposeMatch': {
        if (state.status === 'closed' || sameResolution(state.match, wish.data.resolution))
          return [];
        return [{ type: 'MatchProposed', data: { entryId: state.entryId, ...wish.data } }];
      }
      case 'ProposeResolution':
        return propose(wish, state);
      case 'ApproveResolution':
        return approve(wish, state);
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'BankEntryRecorded') {
      const { entryId, entry, source } = data;
      return { status: 'open', entryId, entry, booked: source === 'statement' };
    }
    if (state.status === 'none') return state;
    switch (type) {
      case 'BankEntryBooked':
        return { ...state, booked: true };
      case 'MatchProposed':
        return { ...state, match: data.resolution };
      case 'ResolutionProposed': {
        const { resolution, proposedBy } = data;
        return { ...state, proposal: { resolution, proposedBy } };
      }
      case 'BankEntryMatched':
      case 'BankEntryResolved':
        return { ...state, status: 'closed' };
    }
  },
};

function record({ data }: RecordEntry, state: EntryOfAccount): readonly BankEntryFact[] {
  const { entryId, reportId, source, statementId, entry } = data;
  if (state.status === 'none') {
    return [{ type: 'BankEntryRecorded', data: { entryId, reportId, source, statementId, entry } }];
  }
  const { bookedOn } = entry;
  if (state.booked || source === 'notification' || bookedOn === undefined) return [];
  return [{ type: 'BankEntryBooked', data: { entryId, reportId, statementId, bookedOn } }];
}

function match({ data }: MatchEntry, state: Recorded): readonly BankEntryFact[] {
  if (state.status === 'closed') return [];
  const { entryId, entry, booked } = state;
  if (!booked) return refuse('entry_not_booked');
  const { amountCents, direction } = entry;
  const { resolution } = data;
  return [{ type: 'BankEntryMatched', data: { entryId, amountCents, direction, resolution } }];
}

function propose({ data }: ProposeResolution, state: Recorded): readonly BankEntryFact[] {
  assertOpenAndBooked(state);
  const { resolution, proposedBy } = data;
  if (!isPossible(resolution, state.entry)) return refuse('resolution_impossible');
  if (needsTarget(resolution) && resolution.targetId === undefined)
    return refuse('target_required');
  const { entryId, proposal } = state;
  if (sameResolution(proposal?.resolution, resolution) && proposal?.proposedBy === proposedBy) {
    return refuse('already_so');
  }
  return [{ type: 'ResolutionProposed', data: { entryId, resolution, proposedBy } }];
}

function approve({ data }: ApproveResolution, state: Recorded): readonly BankEntryFact[] {
  assertOpenAndBooked(state);
  const { entryId, entry, proposal } = state;
  if (!proposal) return refuse('resolution_unknown');
  const { resolution, proposedBy } = proposal;
  const { approvedBy } = data;
  if (approvedBy === proposedBy) return refuse('same_person');
  const { amountCents, direction } = entry;
  const resolved = { entryId, amountCents, direction, resolution, proposedBy, approvedBy };
  return [{ type: 'BankEntryResolved', data: resolved }];
}

function assertOpenAndBooked({ status, booked }: Recorded): void {
  if (status === 'closed') refuse('already_so');
  if (!booked) refuse('entry_not_booked');
}

const sameResolution = (a: Resolution | undefined, b: Resolution): boolean =>
  a?.as === b.as && a.targetId === b.targetId;
