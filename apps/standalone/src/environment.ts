/**
 * What the programs inherit: PATH, HOME and whatever else the machine needs, and the variables of Carnet
 * that were given to the supervisor.
 */
// eslint-disable-next-line house/env-only-in-config -- handed on, not read: each program checks its own
export const inherited: Readonly<NodeJS.ProcessEnv> = { ...process.env };
