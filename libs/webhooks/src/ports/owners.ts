/** Whose agreements and places are, asked where they are kept. */
export abstract class Owners {
  abstract findFunderOf(agreementId: string): Promise<string | undefined>;

  /** Undefined for a place that belongs to nobody yet. */
  abstract findOrganisationOf(placeId: string): Promise<string | undefined>;
}
