/** A file made or taken, a job begun: 10 to 1,000 times the work of a plain answer, which costs 1. */
export const HEAVY_COST = 100;
