import { type Command, type Decider, sumCents } from '@app/kernel';
import type {
  BankEntryFact,
  BankEntryRecorded,
  EntryPayment,
  RecordedBankEntry,
  Resolution,
} from '../../contract';
import { refuse } from '../refuse';
import { isPossible, needsTarget } from './resolutions';

export type RecordEntry = Command<'RecordEntry', BankEntryRecorded['data']>;

/** The machine's: by end-to-end id or reference, of all that is open. */
export type MatchEntry = Command<
  'MatchEntry',
  { resolution: Resolution; payments?: readonly EntryPayment[] }
>;
export type ProposeMatch = Command<'ProposeMatch', { resolution: Resolution; reason: string }>;

/** Two people's: one proposes, another approves the same. Without an amount: all that is open. */
export type ProposeResolution = Command<
  'ProposeResolution',
  { resolution: Resolution; amountCents?: number; proposedBy: string }
>;
export type ApproveResolution = Command<
  'ApproveResolution',
  { resolution: Resolution; amountCents?: number; approvedBy: string }
>;

/** What of the last match or resolution had no effect. */
export type RefusedEffect = Readonly<{
  amountCents: number;
  reason: string;
  payment?: EntryPayment;
}>;

/** What became of the match or resolution of that round. */
export type RecordEffect = Command<
  'RecordEffect',
  { round: number; refused: readonly RefusedEffect[] }
>;

export type BankEntryWish =
  RecordEntry | MatchEntry | ProposeMatch | ProposeResolution | ApproveResolution | RecordEffect;

/** What was matched or resolved, and has to take effect. */
export type TakenEntry = Readonly<{
  resolution: Resolution;
  amountCents: number;
  payments?: readonly EntryPayment[];
  /** Absent for the machine. */
  people?: Readonly<{ proposedBy: string; approvedBy: string }>;
}>;

type Proposal = Readonly<{ resolution: Resolution; amountCents: number; proposedBy: string }>;

export type RecordedEntry = Readonly<{
  /** `taken`: its effect is under way. */
  status: 'open' | 'taken' | 'closed';
  entryId: string;
  /** The first that named it: what it says in words is sealed under that one's key. */
  reportId: string;
  entry: RecordedBankEntry;
  statementId: string;
  /** A statement holds it, and not only a notification. */
  booked: boolean;
  /** Neither matched nor resolved, or reopened. */
  openCents: number;
  /** Matches and resolutions so far: tells the effects of one from those of another. */
  round: number;
  taken?: TakenEntry;
  /** Of the last match, those that had no effect. */
  refused: readonly EntryPayment[];
  reason?: string;
  match?: Resolution;
  proposal?: Proposal;
}>;

/** What had its effect before what is under way began: each part of an entry has its own. */
export const appliedBefore = ({ entry, openCents, taken }: RecordedEntry): number =>
  entry.amountCents - openCents - (taken?.amountCents ?? 0);

export type EntryOfAccount = { status: 'none' } | RecordedEntry;

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
        if (state.status !== 'open' || sameResolution(state.match, wish.data.resolution)) return [];
        return [{ type: 'MatchProposed', data: { entryId: state.entryId, ...wish.data } }];
      }
      case 'ProposeResolution':
        return propose(wish, state);
      case 'ApproveResolution':
        return approve(wish, state);
      case 'RecordEffect':
        return recordEffect(wish, state);
    }
  },

  evolve: (state, fact) => {
    if (fact.type === 'BankEntryRecorded') return recorded(fact.data);
    return state.status === 'none' ? state : evolve(state, fact);
  },
};

const recorded = (data: BankEntryRecorded['data']): RecordedEntry => {
  const { entryId, reportId, entry, source, statementId } = data;
  const openCents = entry.amountCents;
  return {
    ...{ status: 'open', entryId, reportId, entry, statementId, booked: source === 'statement' },
    ...{ openCents, round: 0, refused: [] },
  };
};

function evolve(
  state: RecordedEntry,
  { type, data }: Exclude<BankEntryFact, { type: 'BankEntryRecorded' }>,
): RecordedEntry {
  switch (type) {
    case 'BankEntryBooked': {
      const { statementId, bookedOn } = data;
      return { ...state, booked: true, statementId, entry: { ...state.entry, bookedOn } };
    }
    case 'MatchProposed':
      return { ...state, match: data.resolution };
    case 'ResolutionProposed': {
      const { resolution, amountCents, proposedBy } = data;
      return { ...state, proposal: { resolution, amountCents, proposedBy } };
    }
    case 'BankEntryMatched': {
      const { resolution, amountCents, payments } = data;
      return taken(state, { resolution, amountCents, ...(payments && { payments }) });
    }
    case 'BankEntryResolved': {
      const { resolution, amountCents, proposedBy, approvedBy } = data;
      return taken(state, { resolution, amountCents, people: { proposedBy, approvedBy } });
    }
    case 'BankEntryApplied': {
      const { taken: _, ...others } = state;
      return { ...others, status: state.openCents > 0 ? 'open' : 'closed' };
    }
    case 'BankEntryReopened': {
      const { taken: _, ...others } = state;
      const { amountCents, reason, payments = [] } = data;
      const openCents = state.openCents + amountCents;
      return { ...others, status: 'open', openCents, refused: payments, reason };
    }
  }
}

const taken = (state: RecordedEntry, taken: TakenEntry): RecordedEntry => {
  const { proposal: _, ...others } = state;
  const openCents = state.openCents - taken.amountCents;
  return {
    ...{ ...others, status: 'taken', openCents, taken },
    ...{ round: state.round + 1, refused: [] },
  };
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

function match({ data }: MatchEntry, state: RecordedEntry): readonly BankEntryFact[] {
  if (state.status !== 'open') return [];
  const { entryId, entry, booked, openCents: amountCents } = state;
  if (!booked) return refuse('entry_not_booked');
  const { resolution, payments } = data;
  const sum = payments && sumCents(payments.map((payment) => payment.amountCents));
  if (sum !== undefined && sum !== amountCents) return refuse('amount_differs');
  const { direction } = entry;
  const matched = { entryId, amountCents, direction, resolution, ...(payments && { payments }) };
  return [{ type: 'BankEntryMatched', data: matched }];
}

function propose({ data }: ProposeResolution, state: RecordedEntry): readonly BankEntryFact[] {
  assertOpenAndBooked(state);
  const { resolution, proposedBy, amountCents = state.openCents } = data;
  if (!isPossible(resolution, state.entry)) return refuse('resolution_impossible');
  if (needsTarget(resolution) && resolution.targetId === undefined)
    return refuse('target_required');
  const { entryId, proposal, openCents } = state;
  if (amountCents > openCents) return refuse('amount_differs', { openCents });
  const proposed = { resolution, amountCents, proposedBy };
  if (proposal?.proposedBy === proposedBy && sameProposal(proposal, proposed)) {
    return refuse('already_so');
  }
  return [{ type: 'ResolutionProposed', data: { entryId, ...proposed } }];
}

function approve({ data }: ApproveResolution, state: RecordedEntry): readonly BankEntryFact[] {
  assertOpenAndBooked(state);
  const { entryId, entry, proposal, openCents } = state;
  if (!proposal) return refuse('resolution_unknown');
  const { proposedBy, resolution, amountCents } = proposal;
  const { approvedBy } = data;
  if (approvedBy === proposedBy) return refuse('same_person');
  const approved = { amountCents: openCents, ...data };
  if (!sameProposal(proposal, approved)) return refuse('resolution_differs');
  const { direction } = entry;
  const resolved = { entryId, amountCents, direction, resolution, proposedBy, approvedBy };
  return [{ type: 'BankEntryResolved', data: resolved }];
}

function recordEffect({ data }: RecordEffect, state: RecordedEntry): readonly BankEntryFact[] {
  const { round, refused } = data;
  const { entryId, entry, taken: done } = state;
  if (!done || state.round !== round) return [];
  const { direction, bookedOn = '' } = entry;
  const { resolution } = done;
  const refusedCents = sumCents(refused.map((each) => each.amountCents));
  const appliedCents = done.amountCents - refusedCents;
  const shared = { entryId, direction, resolution };
  const facts: BankEntryFact[] = [];
  if (appliedCents > 0) {
    const data = { ...shared, amountCents: appliedCents, bookedOn };
    facts.push({ type: 'BankEntryApplied', data });
  }
  const [first] = refused;
  if (first) {
    const payments = refused.flatMap(({ payment }) => (payment ? [payment] : []));
    const open = { amountCents: refusedCents, reason: first.reason };
    const data = { ...shared, ...open, ...(payments.length > 0 && { payments }) };
    facts.push({ type: 'BankEntryReopened', data });
  }
  return facts;
}

function assertOpenAndBooked({ status, booked }: RecordedEntry): void {
  if (status !== 'open') refuse('already_so');
  if (!booked) refuse('entry_not_booked');
}

const sameResolution = (a: Resolution | undefined, b: Resolution): boolean =>
  a?.as === b.as && a.targetId === b.targetId;

const sameProposal = (
  a: Pick<Proposal, 'resolution' | 'amountCents'>,
  b: Pick<Proposal, 'resolution' | 'amountCents'>,
): boolean => sameResolution(a.resolution, b.resolution) && a.amountCents === b.amountCents;
