import type { SolvencyQueries, UntoldDay } from '@app/read-models';
import { CompareBalance } from '@app/reimbursement';
import type { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import { DueSolvency, type SolvencyJob, solvencyQueue } from './due-solvency';
import { SolvencyProcessor } from './solvency.processor';

const compared = {
  ...{ on: '2026-03-02', bankBalanceCents: 99, cashByEventsCents: 100, typedDepositsCents: 0 },
  ...{ unresolvedEntriesCents: 0, operatorPositionCents: 0, bookedOutsideCents: 0 },
  differenceCents: -1,
};

describe('the job that tells a difference', () => {
  let untold: readonly UntoldDay[] = [];
  const asked: object[] = [];
  const views = { listUntold: () => untold } as unknown as SolvencyQueries;
  const execute = (wish: object): Promise<void> => Promise.resolve(void asked.push(wish));
  const processor = new SolvencyProcessor({ execute } as unknown as CommandBus, views);
  const job = (data: SolvencyJob) => processor.process({ data } as Job<SolvencyJob>);

  it('is due for days that were not told of as they are, each time under an id of its own', () => {
    untold = [{ compared, told: 2 }];
    const [due] = new DueSolvency(views).findDue();
    expect(due).toEqual({ on: '2026-03-02', told: 2 });
    expect(solvencyQueue.key({ on: '2026-03-02', told: 2 })).toBe('2026-03-02-2');
  });

  it('tells what the views have now, and nothing where it was told meanwhile', async () => {
    untold = [{ compared, told: 0 }];
    await job({ on: '2026-03-02', told: 0 });
    expect(asked).toMatchObject([{ input: compared }]);
    expect(asked[0]).toBeInstanceOf(CompareBalance);
    untold = [];
    await job({ on: '2026-03-02', told: 0 });
    expect(asked).toHaveLength(1);
  });
});
