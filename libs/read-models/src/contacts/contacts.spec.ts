import type { ContactFact } from '@app/contacts/contract';
import { givenFacts } from '@app/platform/testing/given-projection';
import { contactViews } from './contacts.projection';

const ID = { contactId: 'c' };
const recorded: ContactFact = {
  type: 'ContactRecorded',
  data: { ...ID, partyKind: 'funder', partyId: 'f', cardId: 'c', recordedAt: '1' },
};
const changed: ContactFact = {
  type: 'ContactChanged',
  data: { ...ID, cardId: 'd', changedAt: '2' },
};
const erased: ContactFact = {
  type: 'ContactErased',
  data: { ...ID, cause: 'retention', erasedAt: '3' },
};
const kept = {
  ...{ key: 'c', contactId: 'c', partyKind: 'funder' as const, partyId: 'f' },
  ...{ status: 'kept' as const, keptSinceAt: '1', erasedAt: null },
};

describe('the view of contacts', () => {
  it('knows whose they are and since when they are kept', () =>
    givenFacts(contactViews, recorded).then(kept));

  it('counts anew from a change', () =>
    givenFacts(contactViews, recorded, changed).then({ ...kept, keptSinceAt: '2' }));

  it('knows who is erased', () =>
    givenFacts(contactViews, recorded, erased).then({ ...kept, status: 'erased', erasedAt: '3' }));
});
