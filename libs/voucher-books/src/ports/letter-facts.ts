import type { PlaceInLetter } from '../contract';

export type Point = Readonly<{ latitude: number; longitude: number }>;

/** What is printed beside the order's own terms, from the contexts that know it. */
export abstract class LetterFacts {
  /** Who pays for the vouchers of an agreement: the funder first, then its co-funders. */
  abstract listPayers(agreementId: string): Promise<readonly string[]>;

  /**
   * Labelled places that take the agreement's vouchers today: the nearest to the point first, without
   * a point some of its territory.
   */
  abstract listPlaces(
    agreementId: string,
    options: Readonly<{ near: Point | undefined; placesMax: number }>,
  ): Promise<readonly PlaceInLetter[]>;
}
