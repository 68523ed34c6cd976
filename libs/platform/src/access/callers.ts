import type { Caller } from './actor';

/** Says who stands behind what a request carries as its bearer. */
export abstract class Callers {
  /**
   * At once where it is known already; undefined for what holds nothing, or not any more.
   * @param bearer whatever was sent in its place: any text.
   * @param partyId the party a person with several asks to act for, as it was sent.
   */
  abstract identify(
    bearer: string,
    partyId?: string,
  ): Caller | undefined | Promise<Caller | undefined>;
}
