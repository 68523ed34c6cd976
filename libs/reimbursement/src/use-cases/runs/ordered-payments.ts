import type { AggregateStore } from '@app/platform';
import { refuse } from '../../domain/refuse';
import { RUN_REGISTER_ID, runRegister } from '../../domain/run/run-register';

/**
 * The bank hears of a payment only when its stream exists, so that every answer finds one. The run is
 * cleared in the register after its last order.
 * @throws DomainError `payments_not_ordered`, for some seconds after the file was issued.
 */
export async function refuseUnlessOrdered(
  aggregates: AggregateStore,
  runId: string,
): Promise<void> {
  const { state } = await aggregates.load(runRegister, RUN_REGISTER_ID);
  if (state.openRunId === runId) refuse('payments_not_ordered');
}
