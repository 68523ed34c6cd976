import type { AccountNow } from '../../domain/run/run.messages';
import type { PayableAccount } from '../../ports/payable-accounts';

/** Without an account where nothing could be paid now. */
export function accountNowOf({ organisationId, account }: PayableAccount): AccountNow {
  if (account === 'none' || account === 'quarantined') return { organisationId };
  const { bankAccountId, iban } = account;
  return { organisationId, bankAccountId, iban };
}
