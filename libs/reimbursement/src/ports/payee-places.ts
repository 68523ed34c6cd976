/** Whose places are labelled, by their own streams. Answered by places. */
export abstract class PayeePlaces {
  /**
   * The organisation of a place, and whether one of its places has a label, suspended or not. Undefined for a
   * place without an organisation.
   */
  abstract findMembership(
    placeId: string,
  ): Promise<Readonly<{ organisationId: string; isMember: boolean }> | undefined>;
}
