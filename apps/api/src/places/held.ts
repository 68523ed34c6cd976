import type { PayeeBalance } from '@app/read-models';

/** What of owed waits, and why: runs hold it, and there are none yet. */
export const withHeld = (balance: PayeeBalance) => ({
  ...balance,
  heldCents: 0,
  heldReasons: [] as readonly string[],
});
