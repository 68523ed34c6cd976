import type { Movement, Tables } from './ledger.tables';
import type { ClaimPartRow, DueRow, Part } from './pairs.tables';
import { isOfPairs, shiftPair } from './roll-forward';

type OfPair = Readonly<{ agreementId: string; placeId: string; organisationId: string }>;

/** Number of the latest opening. */
export const openingOf = (tables: Tables): number => tables.runMarks.get('opening')?.number ?? 0;

/**
 * Brings the pair of a movement up to date. What is redeemed or cancelled belongs to no claim; what
 * moves within the pair belongs to a claim or a debt, and its event says to whom.
 * @param on the day from which it waits, where it adds to what is owed.
 */
export const movePair = (tables: Tables, movement: Movement, on: string): void => {
  const { from, to, placeId, day, cents, department } = movement;
  if (!isOfPairs(from) && !isOfPairs(to)) return;
  if (placeId === '') throw new Error(`${from} → ${to} names no place`);
  const after = { ...pairOn(tables, movement, day) };
  shiftPair(after, movement);
  if (!isOfPairs(from)) addPart(after, { department, public: movement.public, cents }, on);
  else if (!isOfPairs(to))
    addPart(after, { department, public: movement.public, cents: -cents }, on);
  tables.pairs.put(after);
};

/** The pair's row on this day and after the latest opening, as it was before the event. */
export const pairOn = (tables: Tables, of: OfPair, day: string): DueRow => {
  const { agreementId, placeId, organisationId } = of;
  const known = tables.pairs.get(agreementId, placeId);
  const opening = openingOf(tables);
  if (known === undefined) {
    return { ...NO_PAIR, agreementId, placeId, organisationId, day, opening };
  }
  if (known.day !== day) tables.pairClosings.put(known);
  if (known.opening !== opening) return { ...atOpening(known), opening, day };
  return known.day === day ? known : { ...known, day };
};

/** What waits no longer than since the latest opening: no part of its run. */
export const addNewer = (row: DueRow, parts: readonly Part[], on: string): DueRow => {
  const after = { ...row };
  for (const part of parts) addPart(after, part, on);
  return after;
};

type Newer = { ordinaryCents: number; newer: readonly Part[]; newerOn: string };

/** Changes a row that its caller has copied: every redemption comes here. */
const addPart = (after: Newer, part: Part, on: string): void => {
  after.ordinaryCents += part.cents;
  after.newer = withPart(after.newer, part);
  if (sumOf(after.newer) <= 0) after.newerOn = '';
  else if (part.cents > 0) after.newerOn = earlier(after.newerOn, on);
};

/** What waited before the latest opening is back. */
export const addOlder = (row: DueRow, { parts, oldestOn }: OldParts): DueRow => {
  const older = addParts(row.older, parts);
  const olderOn = sumOf(older) > 0 ? earlier(row.olderOn, oldestOn) : '';
  return { ...row, ordinaryCents: row.ordinaryCents + sumOf(parts), older, olderOn };
};

type OldParts = Pick<ClaimPartRow, 'parts' | 'oldestOn'>;

/**
 * What an ordinary line takes of a pair: all that waited at the opening. Should a line ever take
 * another sum, the difference is of no public, here and in what is left.
 */
export const takeOlder = (row: DueRow, cents: number): { left: DueRow; taken: OldParts } => {
  const rest = cents - sumOf(row.older);
  const taken = addParts(row.older, [{ ...OF_NOBODY, cents: rest }]);
  const older = addParts([], [{ ...OF_NOBODY, cents: -rest }]);
  const ordinaryCents = row.ordinaryCents - cents;
  const olderOn = sumOf(older) > 0 ? row.olderOn : '';
  return {
    left: { ...row, ordinaryCents, older, olderOn },
    taken: { parts: taken, oldestOn: row.olderOn },
  };
};

/** A debt repaid, on the parts that owe, in their order; what none of them owes is of no public. */
export const partsOfDebt = (row: DueRow, cents: number): readonly Part[] => {
  const parts: Part[] = [];
  let leftCents = cents;
  for (const part of addParts(row.older, row.newer)) {
    const repaidCents = Math.min(Math.max(-part.cents, 0), leftCents);
    parts.push({ ...part, cents: repaidCents });
    leftCents -= repaidCents;
  }
  return addParts([], [...parts, { ...OF_NOBODY, cents: leftCents }]);
};

const OF_NOBODY = { department: '', public: '' };

const NO_PAIR = {
  ...{ owedCents: 0, inRunCents: 0, paidCents: 0, vouchersRedeemed: 0 },
  ...{ owedAtOpeningCents: 0, ordinaryAtOpeningCents: 0, oldestAtOpeningOn: '', ordinaryCents: 0 },
  ...{ older: [], olderOn: '', newer: [], newerOn: '' },
};

const atOpening = (row: DueRow): DueRow => {
  const olderOn = row.ordinaryCents > 0 ? earlier(row.olderOn, row.newerOn) : '';
  return {
    ...row,
    owedAtOpeningCents: row.owedCents,
    ordinaryAtOpeningCents: row.ordinaryCents,
    oldestAtOpeningOn: olderOn,
    older: addParts(row.older, row.newer),
    olderOn,
    newer: [],
    newerOn: '',
  };
};

const addParts = (parts: readonly Part[], others: readonly Part[]): readonly Part[] =>
  others.reduce(withPart, parts);

/** Parts of one département and public are one; a part of 0 cents is none. */
const withPart = (parts: readonly Part[], part: Part): readonly Part[] => {
  const { department, public: category, cents } = part;
  const at = parts.findIndex((each) => each.department === department && each.public === category);
  const sum = cents + (parts[at]?.cents ?? 0);
  if (sum === 0) return parts.filter((_, i) => i !== at);
  const summed = { department, public: category, cents: sum };
  return at === -1 ? [...parts, summed] : parts.with(at, summed);
};

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { cents }) => sum + cents, 0);

const earlier = (a: string, b: string): string => (a === '' || (b !== '' && b < a) ? b : a);
