import { splitByBasisPoints } from '@app/kernel';
import type { CoFunder } from '../contract';

export type CoFundingClaim = Readonly<{ name: string; claimCents: number }>;

/**
 * What each co-funder owes for a period: its share of the net used face value at the period's end,
 * less that at its start. Splitting the cumulative sums, not the period's, keeps the claims of all
 * periods together equal to the cent. Above a co-funder's ceiling the share falls to the funder.
 *
 * @param usedAtStartCents cumulative net used face value before the period
 * @param usedAtEndCents cumulative net used face value at its end
 * @param funderName the entry of `coFunders` that is the funder itself
 */
export const claimCoFunding = ({
  coFunders,
  funderName,
  usedAtStartCents,
  usedAtEndCents,
}: {
  coFunders: readonly CoFunder[];
  funderName: string;
  usedAtStartCents: number;
  usedAtEndCents: number;
}): readonly CoFundingClaim[] => {
  const start = cumulativeShares(coFunders, funderName, usedAtStartCents);
  const end = cumulativeShares(coFunders, funderName, usedAtEndCents);
  return coFunders.map(({ name }, i) => ({ name, claimCents: (end[i] ?? 0) - (start[i] ?? 0) }));
};

const cumulativeShares = (
  coFunders: readonly CoFunder[],
  funderName: string,
  usedCents: number,
): readonly number[] => {
  const shares = splitByBasisPoints(
    usedCents,
    coFunders.map(({ shareBasisPoints }) => shareBasisPoints),
  );
  const capped = shares.map((cents, i) => Math.min(cents, coFunders[i]?.ceilingCents ?? cents));
  const cutCents = shares.reduce((sum, cents, i) => sum + cents - (capped[i] ?? 0), 0);
  return capped.map((cents, i) => (coFunders[i]?.name === funderName ? cents + cutCents : cents));
};
