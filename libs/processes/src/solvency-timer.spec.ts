import type { UntoldDay } from '@app/read-models';
import { solvencyWish } from './solvency-timer';

const untold = (on: string, told: number, differenceCents = -1): UntoldDay => ({
  compared: {
    ...{ on, bankBalanceCents: 99, cashByEventsCents: 100, typedDepositsCents: 0 },
    ...{ unresolvedEntriesCents: 0, operatorPositionCents: 0, bookedOutsideCents: 0 },
    differenceCents,
  },
  told,
});

describe('the wish to tell a difference', () => {
  it('is one wish, whoever has seen it, until the day was told of again', () => {
    const { context, input } = solvencyWish(untold('2026-03-02', 0));
    expect(input).toEqual(untold('2026-03-02', 0).compared);
    expect(context.actor.role).toBe('system');
    expect(solvencyWish(untold('2026-03-02', 0)).context.commandId).toBe(context.commandId);
    for (const other of [untold('2026-03-02', 1, 0), untold('2026-03-03', 0)]) {
      expect(solvencyWish(other).context.commandId).not.toBe(context.commandId);
    }
  });
});
