import { asks, send, type Process } from '@app/platform';
import { ApplyBankEntry } from '@app/reimbursement';
import type { BankEntryMatched, BankEntryResolved } from '@app/reimbursement/contract';

type Fact = BankEntryMatched | BankEntryResolved;

/** What a line of the account was found to be takes effect, whoever found it. */
export const bankEntriesProcess: Process<Fact> = {
  name: 'bank-entries',
  facts: ['BankEntryMatched', 'BankEntryResolved'],
  instanceOf: ({ data }) => data.entryId,
  // One entry that nobody can apply holds no other up: each is money of its own.
  onPoison: 'park',
  react: ({ data: { entryId } }) => [send(asks(ApplyBankEntry, { entryId }), 'apply')],
};
