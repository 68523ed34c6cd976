import type { Event } from '@app/kernel';

/**
 * The ring-fenced account at the end of one booked day: bankBalance = cashByEvents − typedDeposits +
 * unresolvedEntries + operatorPosition − bookedOutside + difference.
 */
export type ComparedBalance = Readonly<{
  on: string;
  /** Closing balance of the day, as the statements say. */
  bankBalanceCents: number;
  /** Deposited − paid − returned − swept, of all agreements. */
  cashByEventsCents: number;
  /** Typed and not booked yet; less recalls typed before the bank has booked them. */
  typedDepositsCents: number;
  /** Booked, and no event of the ledger explains it yet. */
  unresolvedEntriesCents: number;
  /** Interest − charges. */
  operatorPositionCents: number;
  /** Booked on other days than those from the first reported one to this. */
  bookedOutsideCents: number;
  /** What the bank has beyond all that; negative where it has less. */
  differenceCents: number;
  comparedAt: string;
}>;

/** An alarm, and a person: the difference is not 0, and not the one said before. */
export type SolvencyDiffered = Event<'SolvencyDiffered', ComparedBalance>;

/** The difference said before is gone. */
export type SolvencyRestored = Event<'SolvencyRestored', ComparedBalance>;

export type SolvencyFact = SolvencyDiffered | SolvencyRestored;
