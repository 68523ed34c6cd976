import { timerCommandId } from '@app/platform';
import type { UntoldDay } from '@app/read-models';
import { CompareBalance } from '@app/reimbursement';

/**
 * The wish to tell a day's difference. Its command id comes from the day and how often it was told
 * before, so that whoever sees the same tells it once.
 */
export function solvencyWish({ compared, told }: UntoldDay): CompareBalance {
  const { on: dueOn } = compared;
  const commandId = timerCommandId({ process: 'solvency', timer: `compare/${told}`, dueOn });
  return new CompareBalance(compared, {
    commandId,
    requestHash: commandId,
    actor: { id: 'solvency-timer', partyId: 'operator', role: 'system' },
    correlationId: commandId,
    causationId: commandId,
  });
}
