import type { BadInputWorld, Got, Sent } from './world';

type World = BadInputWorld;

/** A line of the catalogue of bad input, by its number there. */
export type BadCase = Readonly<{
  no: number;
  what: string;
  /** `400 body_required`; a success is a status alone. */
  gets: string;
  /** Prepares what it takes, and answers the request that is bad. */
  ask: (world: World) => Sent | Promise<Sent>;
  /** What else must be so. */
  and?: (got: Got, world: World) => void | Promise<void>;
}>;

/** Bodies of one route, all of one case of the catalogue. */
export const each = (
  no: number,
  gets: string,
  asks: Readonly<Record<string, BadCase['ask']>>,
): BadCase[] => Object.entries(asks).map(([what, ask]) => ({ no, what, gets, ask }));
