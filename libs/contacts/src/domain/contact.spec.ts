import { given } from '@app/platform/testing/given';
import type { ContactFact } from '../contract';
import { contact, type ContactCommand } from './contact';

const ID = { contactId: 'c' };
const at = (day: number) => `2026-03-0${day}T09:00:00.000Z`;

const recorded: ContactFact = {
  type: 'ContactRecorded',
  data: { ...ID, partyKind: 'funder', partyId: 'f', cardId: 'c', recordedAt: at(1) },
};
const changed: ContactFact = {
  type: 'ContactChanged',
  data: { ...ID, cardId: 'd', changedAt: at(2) },
};
const proposed: ContactFact = {
  type: 'ContactErasureProposed',
  data: { ...ID, proposedBy: 'ann', proposedAt: at(3) },
};
const approved: ContactFact = {
  type: 'ContactErasureApproved',
  data: { ...ID, proposedBy: 'ann', approvedBy: 'bea', approvedAt: at(4) },
};
const erased = (cause: 'asked' | 'retention'): ContactFact => ({
  type: 'ContactErased',
  data: { ...ID, cause, erasedAt: at(5) },
});
const approve = (approvedBy: string): ContactCommand => ({
  type: 'ApproveErasure',
  data: { ...ID, approvedBy, approvedAt: at(4) },
});
const recordErasure = (keptSinceBefore: string): ContactCommand => ({
  type: 'RecordErasure',
  data: { ...ID, erasedAt: at(5), keptSinceBefore },
});
const change: ContactCommand = {
  type: 'ChangeContact',
  data: { ...ID, cardId: 'd', changedAt: at(2) },
};

describe('erasing a contact', () => {
  it('takes two people', () =>
    given(contact, recorded, proposed).when(approve('bea')).then(approved));

  it('is not approved by who proposed it', () =>
    given(contact, recorded, proposed).when(approve('ann')).thenRefused('same_person'));

  it('is not approved where nobody proposed it', () =>
    given(contact, recorded).when(approve('bea')).thenRefused('erasure_not_proposed'));

  it('is done once approved', () =>
    given(contact, recorded, proposed, approved)
      .when(recordErasure(at(1)))
      .then(erased('asked')));

  it('is not done on a proposal alone', () =>
    given(contact, recorded, proposed)
      .when(recordErasure(at(1)))
      .thenRefused('erasure_not_approved'));

  it('is done when it was kept long enough', () =>
    given(contact, recorded)
      .when(recordErasure(at(2)))
      .then(erased('retention')));

  it('waits as long again after a change', () =>
    given(contact, recorded, changed)
      .when(recordErasure(at(2)))
      .thenRefused('erasure_not_approved'));

  it('is done once', () =>
    given(contact, recorded, proposed, approved, erased('asked'))
      .when(recordErasure(at(1)))
      .thenNothing());
});

describe('changing a contact', () => {
  it('replaces its card', () => given(contact, recorded).when(change).then(changed));

  it('is refused from its approved erasure on', () =>
    given(contact, recorded, proposed, approved).when(change).thenRefused('contact_erased'));

  it('is refused where there is none', () =>
    given(contact).when(change).thenRefused('contact_unknown'));
});
