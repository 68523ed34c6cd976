import { given } from '@app/platform/testing/given';
import type { ComparedBalance, SolvencyFact } from '../../contract';
import { type CompareBalance, solvency } from './solvency';

const compared = (differenceCents: number): ComparedBalance => ({
  ...{ on: '2027-03-02', bankBalanceCents: 1_000 + differenceCents, cashByEventsCents: 1_200 },
  ...{ typedDepositsCents: 200, unresolvedEntriesCents: 0, operatorPositionCents: 0 },
  ...{ bookedOutsideCents: 0, differenceCents, comparedAt: '2027-03-03T05:00:00.000Z' },
});
const compare = (differenceCents: number): CompareBalance => {
  return { type: 'CompareBalance', data: compared(differenceCents) };
};
const differed = (differenceCents: number): SolvencyFact => {
  return { type: 'SolvencyDiffered', data: compared(differenceCents) };
};
const restored: SolvencyFact = { type: 'SolvencyRestored', data: compared(0) };

describe('the solvency of a day', () => {
  it('is told when the bank has a cent less or more', () => {
    given(solvency).when(compare(-1)).then(differed(-1));
    given(solvency).when(compare(1)).then(differed(1));
  });

  it('is told once, until it is another difference', () => {
    given(solvency, differed(-1)).when(compare(-1)).thenNothing();
    given(solvency, differed(-1)).when(compare(-2)).then(differed(-2));
  });

  it('is told when the difference is gone, and only then that there is none', () => {
    given(solvency).when(compare(0)).thenNothing();
    given(solvency, differed(-1)).when(compare(0)).then(restored);
    given(solvency, differed(-1), restored).when(compare(0)).thenNothing();
    given(solvency, differed(-1), restored).when(compare(-1)).then(differed(-1));
  });
});
