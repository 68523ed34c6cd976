import type { Command, Decider } from '@app/kernel';
import type {
  ContactErased,
  ContactErasureApproved,
  ContactErasureProposed,
  ContactFact,
  ContactRecorded,
} from '../contract';
import { refuse } from './refuse';

export type ContactCommand =
  | Command<'RecordContact', ContactRecorded['data']>
  | Command<'ChangeContact', { contactId: string; cardId: string; changedAt: string }>
  | Command<'ProposeErasure', ContactErasureProposed['data']>
  | Command<'ApproveErasure', Omit<ContactErasureApproved['data'], 'proposedBy'>>
  | Command<'RecordErasure', Omit<ContactErased['data'], 'cause'> & { keptSinceBefore: string }>;

type Known = Readonly<
  Omit<ContactRecorded['data'], 'recordedAt'> & {
    /** Recorded, changed or said to hold still. */
    keptSinceAt: string;
  }
>;

export type Contact =
  | Readonly<{ status: 'unknown' }>
  | (Known & Readonly<{ status: 'kept' }>)
  | (Known & Readonly<{ status: 'erasure-proposed' | 'erasure-approved'; proposedBy: string }>)
  | (Known & Readonly<{ status: 'erased' }>);

export const contact: Decider<ContactCommand, Contact, ContactFact> = {
  name: 'contact',
  initialState: { status: 'unknown' },

  decide: (command, state) => {
    if (command.type === 'RecordContact') {
      // The id is the command's own: a contact that is there already is this very one.
      return state.status === 'unknown' ? [{ type: 'ContactRecorded', data: command.data }] : [];
    }
    if (state.status === 'unknown') return refuse('contact_unknown');
    if (command.type === 'RecordErasure') return recordErasure(command.data, state);
    if (state.status === 'erased') return refuse('contact_erased');
    switch (command.type) {
      case 'ChangeContact':
        // Nothing is added to what is about to be erased.
        if (state.status === 'erasure-approved') return refuse('contact_erased');
        return [{ type: 'ContactChanged', data: command.data }];
      case 'ProposeErasure':
        if (state.status !== 'kept') return refuse('already_so');
        return [{ type: 'ContactErasureProposed', data: command.data }];
      case 'ApproveErasure': {
        if (state.status === 'kept') return refuse('erasure_not_proposed');
        if (state.status === 'erasure-approved') return refuse('already_so');
        const { proposedBy } = state;
        if (command.data.approvedBy === proposedBy) return refuse('same_person');
        return [{ type: 'ContactErasureApproved', data: { ...command.data, proposedBy } }];
      }
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'ContactRecorded') {
      const { recordedAt, ...known } = data;
      return { ...known, status: 'kept', keptSinceAt: recordedAt };
    }
    if (state.status === 'unknown') return state;
    switch (type) {
      case 'ContactChanged':
        return { ...state, cardId: data.cardId, keptSinceAt: data.changedAt };
      case 'ContactErasureProposed':
        return { ...state, status: 'erasure-proposed', proposedBy: data.proposedBy };
      case 'ContactErasureApproved':
        return { ...state, status: 'erasure-approved', proposedBy: data.proposedBy };
      case 'ContactErased':
        return { ...state, status: 'erased' };
    }
  },
};

/** Whether it may be erased now: two people said so, or it was kept long enough. */
export function isDue(state: Contact, keptSinceBefore: string): boolean {
  if (state.status === 'unknown') return false;
  if (state.status === 'erased' || state.status === 'erasure-approved') return true;
  return state.keptSinceAt < keptSinceBefore;
}

function recordErasure(
  { keptSinceBefore, ...data }: Omit<ContactErased['data'], 'cause'> & { keptSinceBefore: string },
  state: Exclude<Contact, { status: 'unknown' }>,
): ContactFact[] {
  if (state.status === 'erased') return [];
  if (!isDue(state, keptSinceBefore)) return refuse('erasure_not_approved');
  const cause = state.status === 'erasure-approved' ? 'asked' : 'retention';
  return [{ type: 'ContactErased', data: { ...data, cause } }];
}
