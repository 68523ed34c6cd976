import type { AccountStatement } from './account.tables';

type Stated = Pick<AccountStatement, 'fromOn' | 'toOn' | 'openingCents' | 'closingCents'>;

/** A day at whose end the bank states a balance, and all it booked until then is known. */
export type ReportedDay = Readonly<{ on: string; balanceCents: number }>;

/** Between these days there is a statement that nobody has given yet, or two that contradict. */
export type ReportGap = Readonly<{ afterOn: string; beforeOn: string }>;

export type ReportedDays = Readonly<{
  /** In order, from the first day on. */
  days: readonly ReportedDay[];
  /** Of days after it nothing can be said, though there may be statements. */
  gap?: ReportGap;
}>;

/**
 * The days up to which statements follow one another: each opens with what the one before it closed
 * with. They come in any order, several a day, twice, and of longer periods beside those of days.
 * @param forwardCents what is known to have been there before the first of them.
 */
export function reportedDays(statements: readonly Stated[], forwardCents: number): ReportedDays {
  const days: ReportedDay[] = [];
  const groups = byLastDay(statements);
  const opening = openingOf(groups[0]?.[1] ?? []);
  for (const [on, stated] of groups) {
    const closing = closingOf(stated, { days, opening });
    // Something was there before the first, and nobody has said what.
    const isUnexplained = opening !== 0 && opening !== forwardCents;
    if (closing === undefined || isUnexplained) {
      return { days, gap: { afterOn: days.at(-1)?.on ?? '', beforeOn: on } };
    }
    days.push({ on, balanceCents: closing });
  }
  return { days };
}

type Before = Readonly<{ days: readonly ReportedDay[]; opening: number }>;

/** The balance at the end of the day; undefined where its statements do not follow, or contradict. */
function closingOf(stated: readonly Stated[], { days, opening }: Before): number | undefined {
  const { balanceCents, left } = follow(stated, days.at(-1)?.balanceCents ?? opening);
  const longer = left.filter(
    (each) => each.openingCents === balanceBefore(each, { days, opening }),
  );
  const closing = left.length < stated.length ? balanceCents : longer[0]?.closingCents;
  const taken = stated.filter((each) => !left.includes(each)).map(keyOf);
  const fits = (each: Stated): boolean =>
    taken.includes(keyOf(each)) || (longer.includes(each) && each.closingCents === closing);
  return left.every(fits) ? closing : undefined;
}

/** Takes one after the other that opens with the balance reached. */
function follow(
  stated: readonly Stated[],
  openingCents: number,
): { balanceCents: number; left: readonly Stated[] } {
  let balanceCents = openingCents;
  let left = stated;
  for (;;) {
    const next = left.find((each) => each.openingCents === balanceCents);
    if (next === undefined) return { balanceCents, left };
    left = left.filter((each) => each !== next);
    balanceCents = next.closingCents;
  }
}

/** Equal for a copy under another name. */
const keyOf = ({ fromOn, toOn, openingCents, closingCents }: Stated): string =>
  [fromOn, toOn, openingCents, closingCents].join();

/** What was held before the statement's first day. */
const balanceBefore = ({ fromOn }: Stated, { days, opening }: Before): number =>
  days.findLast(({ on }) => on < fromOn)?.balanceCents ?? opening;

/** Of the first day: what none of its other statements has left. */
const openingOf = (stated: readonly Stated[]): number => {
  const first = stated.find(({ openingCents }) =>
    stated.every((other) => other.closingCents !== openingCents || isIdle(other)),
  );
  return (first ?? stated[0])?.openingCents ?? 0;
};

const isIdle = ({ openingCents, closingCents }: Stated): boolean => openingCents === closingCents;

const byLastDay = (statements: readonly Stated[]): readonly (readonly [string, Stated[]])[] =>
  Object.entries(Object.groupBy(statements, ({ toOn }) => toOn) as Record<string, Stated[]>).sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
