/** Which organisation a SIRET is: of all that was registered when it was asked. */
export abstract class OrganisationsBySiret {
  /**
   * Ids by SIRET. A SIRET of none is left out, and of several: nobody guesses who is to be paid.
   * @throws ReadModelBehind where the views do not get there in 2 s.
   */
  abstract findBySirets(sirets: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
