import type { ContactFact, PartyKind } from '@app/contacts/contract';
import { projection } from '@app/platform/read-store';

/** That there is a contact; who it is, only its card says. */
export type ContactView = {
  contactId: string;
  partyKind: PartyKind | '';
  partyId: string;
  status: 'kept' | 'erasure-proposed' | 'erasure-approved' | 'erased';
  /** Recorded, changed or said to hold still. */
  keptSinceAt: string;
  erasedAt: string | null;
};

export const contactViews = projection<ContactView, ContactFact>({
  name: 'contacts',
  version: 1,
  key: ({ data }) => data.contactId,
  empty: {
    ...{ contactId: '', partyKind: '', partyId: '', status: 'kept', keptSinceAt: '' },
    erasedAt: null,
  },
  columns: { erasedAt: 'text?' },
  indexes: [['status', 'keptSinceAt'], ['partyId']],
  on: {
    ContactRecorded: (row, { contactId, partyKind, partyId, recordedAt }) => {
      return { ...row, contactId, partyKind, partyId, keptSinceAt: recordedAt };
    },
    ContactChanged: (row, { changedAt }) => ({ ...row, keptSinceAt: changedAt }),
    ContactErasureProposed: (row) => ({ ...row, status: 'erasure-proposed' }),
    ContactErasureApproved: (row) => ({ ...row, status: 'erasure-approved' }),
    ContactErased: (row, { erasedAt }) => ({ ...row, status: 'erased', erasedAt }),
  },
});
