import { documents, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const CONTACT_ID = '01980a3d-b6c7-75d8-8e9f-1a2b3c4d5e6f';
const STATUS = oneOf('kept', 'erasure-proposed', 'erasure-approved', 'erased');
const KIND = oneOf('organisation', 'funder', 'prescriber');

const CARD = {
  ...{ name: 'Camille Exemple', duty: orNull('Directrice') },
  ...{ email: orNull('camille@example.org'), phone: orNull('+33199000001') },
};

const ASKED = {
  ...{ name: 'Camille Exemple', duty: 'Directrice' },
  ...{ email: 'camille@example.org', phone: '+33199000001' },
};

const CONTACT = {
  ...{ contactId: CONTACT_ID, partyKind: KIND, partyId: IDS.organisation, status: STATUS },
  keptSinceAt: '2026-03-02T09:00:00.000Z',
};

export const CONTACTS = documents('contacts', {
  recordContact: {
    does: 'Records whom to call at an organisation, a funder or a prescriber.',
    more: 'The card is kept outside the events, under a key of its own: it can be erased.',
    asks: { partyKind: 'organisation', partyId: IDS.organisation, ...ASKED },
    answers: { contactId: CONTACT_ID },
    refuses: ['not_found', 'email_invalid', 'phone_invalid'],
  },
  listContacts: {
    does: 'Lists the contacts of a party; names are on their cards alone.',
    item: { ...CONTACT, erasedAt: orNull('2026-04-02T09:00:00.000Z') },
  },
  getContact: {
    does: 'Tells whom to call.',
    more: '`card` is null where it is erased.',
    answers: { ...CONTACT, card: orNull(CARD) },
  },
  changeContact: {
    does: 'Replaces a card; the same one again says that it still holds.',
    asks: ASKED,
    answers: { contactId: CONTACT_ID },
    refuses: ['not_found', 'email_invalid', 'phone_invalid', 'contact_erased', 'contact_unknown'],
  },
  exportContact: {
    does: 'Tells a person all that is held about them, and what was done with it when.',
    answers: {
      ...{ ...CONTACT, card: orNull(CARD) },
      history: [
        {
          type: 'ContactRecorded',
          at: '2026-03-02T09:00:00.000Z',
          by: 'person-1',
          role: 'operator',
        },
      ],
    },
  },
  proposeContactErasure: {
    does: 'Proposes to erase a contact, as the person asked.',
    answers: { contactId: CONTACT_ID, status: oneOf('erasure-proposed') },
    refuses: ['not_found', 'already_so', 'contact_erased', 'contact_unknown'],
  },
  approveContactErasure: {
    does: 'Approves that a contact is erased, by another person than who proposed it.',
    more: 'A job does it within seconds: key and card are deleted, the events stay and name nobody.',
    answers: { contactId: CONTACT_ID, status: oneOf('erasure-approved') },
    refuses: [
      ...['not_found', 'already_so', 'contact_erased', 'contact_unknown'],
      ...['erasure_not_proposed', 'same_person'],
    ],
  },
});
