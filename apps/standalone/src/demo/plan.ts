import { addDays, type Day } from '@app/kernel';
import type { Chance } from '../bank-simulator/chance';

/** What becomes of one book, as the demo's chance has it. */
export type Fate = Readonly<{
  /** Absent: it sleeps in the stock until the end. */
  handedOutOn?: Day;
  sessions: readonly Readonly<{ on: Day; vouchers: readonly number[] }>[];
  /** Lost: blocked on that day, and replaced or not. */
  lostOn?: Day;
  isReplaced: boolean;
}>;

/**
 * Most books are partly used: of a hundred handed out some fifteen never, thirty to the last voucher;
 * one in ten is never handed out, two in a hundred are lost.
 */
export function fateOf(
  book: number,
  { chance, vouchers, from, until }: { chance: Chance; vouchers: number; from: Day; until: Day },
): Fate {
  const days = daysBetween(from, until);
  if (days < 2 || chance.falls(1_000, 'sleeps', book)) return { sessions: [], isReplaced: false };
  const handedOutOn = addDays(from, chance.upTo(Math.floor(days * 0.7), 'handed out', book));
  const used = usedOf(book, chance, vouchers);
  const sessions: { on: Day; vouchers: number[] }[] = [];
  let [on, next] = [handedOutOn, 1];
  while (next <= used) {
    on = addDays(on, 1 + chance.upTo(35, 'session', book, next));
    if (on > until) break;
    const taken = Math.min(used - next + 1, 1 + chance.upTo(2, 'taken', book, next));
    sessions.push({ on, vouchers: Array.from({ length: taken }, (_, at) => next + at) });
    next += taken;
  }
  const isLost = chance.falls(200, 'lost', book);
  const lostOn = isLost ? addDays(handedOutOn, 3 + chance.upTo(20, 'lost on', book)) : undefined;
  return {
    handedOutOn,
    sessions: sessions.filter((session) => lostOn === undefined || session.on < lostOn),
    ...(lostOn !== undefined && lostOn <= until && { lostOn }),
    // Where every voucher is used there is nothing to replace.
    isReplaced: used < vouchers && chance.falls(5_000, 'replaced', book),
  };
}

function usedOf(book: number, chance: Chance, vouchers: number): number {
  if (chance.falls(1_500, 'unused', book)) return 0;
  if (chance.falls(3_500, 'used up', book)) return vouchers;
  return 1 + chance.upTo(vouchers - 2, 'used', book);
}

export function daysBetween(from: Day, until: Day): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
}
