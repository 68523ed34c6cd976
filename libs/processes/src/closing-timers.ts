import { timerCommandId, type CommandContext, type Wish } from '@app/platform';
import type { DueStep } from '@app/read-models';
import { DrawStatement, OpenClosing, TakeClosingStep } from '@app/voucher-books';
import type { StatementFigures } from '@app/voucher-books/contract';

/**
 * The wish of a closing's timer. Its command id comes from the order, the step and the day it was
 * due, so that however often and however late it fires, it is one wish.
 */
export function closingWish(
  { orderId, step, dueOn }: DueStep,
  figures: StatementFigures | undefined,
): Wish<unknown, unknown> | undefined {
  const context = timerContext({ orderId, step, dueOn });
  if (step === 'OpenClosing') return new OpenClosing({ orderId }, context);
  if (step !== 'DrawStatement') return new TakeClosingStep({ orderId, step }, context);
  return figures && new DrawStatement({ orderId, ...figures }, context);
}

function timerContext({ orderId, step, dueOn }: DueStep): CommandContext {
  const commandId = timerCommandId({ process: 'closing', timer: `${step}/${orderId}`, dueOn });
  return {
    commandId,
    requestHash: commandId,
    actor: { id: 'closing-timer', partyId: 'operator', role: 'system' },
    correlationId: commandId,
    causationId: commandId,
  };
}
