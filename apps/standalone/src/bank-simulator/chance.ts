import { hash } from 'node:crypto';

/** Chance that is none: the same seed and the same words always fall alike, in whichever order asked. */
export type Chance = Readonly<{
  /** Whether it happens, so many times in 10,000. */
  falls: (basisPoints: number, ...about: readonly (string | number)[]) => boolean;
  /** 0 to max, both included. */
  upTo: (max: number, ...about: readonly (string | number)[]) => number;
  pick: <T>(all: readonly [T, ...T[]], ...about: readonly (string | number)[]) => T;
}>;

export function chanceOf(seed: number): Chance {
  const below = (limit: number, about: readonly (string | number)[]): number => {
    const digits = hash('sha256', [seed, ...about].join('|'), 'hex').slice(0, 12);
    return parseInt(digits, 16) % limit;
  };
  return {
    falls: (basisPoints, ...about) => below(10_000, about) < basisPoints,
    upTo: (max, ...about) => below(max + 1, about),
    pick: (all, ...about) => all[below(all.length, about)] ?? all[0],
  };
}
