/** A lookup of the read models: what was registered a moment ago may still be missing. */
export abstract class OrganisationsBySiret {
  /** Undefined for none, and for several: nobody guesses who is to be paid. */
  abstract findBySiret(siret: string): string | undefined;
}
