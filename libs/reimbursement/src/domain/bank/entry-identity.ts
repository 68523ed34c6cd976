import { normaliseReference } from '@app/kernel';
import type { BankEntry } from '../../contract';

/**
 * What makes an entry this entry in whichever report it comes, as text; the entry's id is the UUIDv5
 * of it under the account. The bank's own reference where it gives one, else everything that is booked.
 * Equal entries of one statement are told apart by their count, which is the same in every copy.
 */
export function identitiesOf(iban: string, entries: readonly BankEntry[]): readonly string[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const key = [iban, ...contentOf(entry)].join('|');
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${key}|${count}`;
  });
}

function contentOf(entry: BankEntry): readonly (string | number)[] {
  const { amountCents, direction, reversal, reference, transactions } = entry;
  const shared = [direction, reversal ? 'reversal' : 'entry', amountCents];
  if (reference !== undefined) return [...shared, 'ref', normaliseReference(reference)];
  const details = transactions.map((each) => `${each.endToEndId ?? ''} ${each.amountCents}`);
  return [...shared, entry.bookedOn ?? '', entry.valueOn ?? '', ...details];
}
