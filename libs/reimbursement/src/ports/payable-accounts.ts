import type { Instant } from '@app/kernel';
import type { Position } from '@app/platform';
import type { FrozenPayee } from '../contract';
import type { AccountChange } from '../domain/run/run.messages';

/** An organisation's account, and who declared or revoked one of them, when. */
export type PayableAccount = Readonly<{
  organisationId: string;
  account: FrozenPayee | 'quarantined' | 'none';
  changes: readonly AccountChange[];
}>;

/** Where organisations are paid, by their own streams. Answered by places. */
export abstract class PayableAccounts {
  /**
   * In the order asked.
   * @param at the instant at which an account must be out of its quarantine.
   * @param upTo only what the log said up to that place, inclusive; absent: what it says now.
   */
  abstract fetchAccounts(
    organisationIds: readonly string[],
    asked: Readonly<{ at: Instant; upTo?: Position }>,
  ): Promise<readonly PayableAccount[]>;
}
