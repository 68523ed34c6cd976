import type { CommandContext } from '@app/platform';

/** Of what follows from a report of the bank by itself. */
export const machineContext = (commandId: string, causationId: string): CommandContext => ({
  commandId,
  requestHash: commandId,
  actor: { id: 'bank-reports', partyId: 'operator', role: 'system' },
  correlationId: causationId,
  causationId,
});
