import type { Event } from '@app/kernel';

/**
 * What contacts publishes: that there is a person to call, never who. A contact's id is its pseudonym;
 * the card itself is in files that can be erased. Instants are RFC 3339 UTC (`…At`), people
 * pseudonymous person ids (`…By`). Streams: `contact-{id}`.
 */

/** Whose contact it is. */
export type PartyKind = 'organisation' | 'funder' | 'prescriber';

export type ContactRecorded = Event<
  'ContactRecorded',
  {
    contactId: string;
    partyKind: PartyKind;
    partyId: string;
    /** The card as it is from now on: the id of the command that brought it. */
    cardId: string;
    recordedAt: string;
  }
>;

/** The card is another one, or was said to hold still: what is kept is kept from now on. */
export type ContactChanged = Event<
  'ContactChanged',
  { contactId: string; cardId: string; changedAt: string }
>;

export type ContactErasureProposed = Event<
  'ContactErasureProposed',
  { contactId: string; proposedBy: string; proposedAt: string }
>;

/** By another person; a job does it. */
export type ContactErasureApproved = Event<
  'ContactErasureApproved',
  { contactId: string; proposedBy: string; approvedBy: string; approvedAt: string }
>;

/** The key and the card are gone. */
export type ContactErased = Event<
  'ContactErased',
  { contactId: string; cause: ErasureCause; erasedAt: string }
>;

/** `asked`: two people decided; `retention`: it was kept as long as the scheme keeps contacts. */
export type ErasureCause = 'asked' | 'retention';

export type ContactFact =
  | ContactRecorded
  | ContactChanged
  | ContactErasureProposed
  | ContactErasureApproved
  | ContactErased;
