import type { VoucherCodes } from '@app/voucher-books';
import type { Bank } from './bank';
import type { Chance } from './chance';
import type { Desk, Wanted } from './desk';
import type { Known } from './known';
import type { SchemeClock } from './scheme';

/** What wishes are made of. */
export type Town = Readonly<{
  known: Known;
  chance: Chance;
  desk: Desk;
  clock: SchemeClock;
  bank: Bank;
  codes: VoucherCodes;
}>;

/** Somebody wants something; undefined where nobody could think of it yet. */
export type Wish = (town: Town) => Wanted | undefined;

/** And how often, beside the others. */
export type Weighted = readonly [number, Wish];
