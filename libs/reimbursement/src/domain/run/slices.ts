import type { HeldAmount, RunLine } from '../../contract';
import { COMPONENTS_PER_PAYMENT_MAX } from './cut-payments';
import type { Draft } from './lines';

export const ORGANISATIONS_PER_SLICE_MAX = 200;
/** An append of the event store holds 1 MiB, and a component takes about 130 bytes of it. */
export const COMPONENTS_PER_SLICE_MAX = 2_500;

export type Slice = Readonly<{ lines: readonly RunLine[]; held: readonly HeldAmount[] }>;

/**
 * A draft in slices of at most 200 organisations, each small enough for one append. An organisation
 * with more components than a slice holds has a slice to itself, and one with more than an append
 * holds a slice for each of its lines and held amounts.
 */
export function sliceDraft({ lines, held }: Pick<Draft, 'lines' | 'held'>): readonly Slice[] {
  const organisations = new Map<string, { lines: RunLine[]; held: HeldAmount[] }>();
  const of = (organisationId: string): { lines: RunLine[]; held: HeldAmount[] } => {
    const known = organisations.get(organisationId) ?? { lines: [], held: [] };
    organisations.set(organisationId, known);
    return known;
  };
  for (const line of lines) of(line.organisationId).lines.push(line);
  for (const amount of held) of(amount.organisationId).held.push(amount);

  const slices: { lines: RunLine[]; held: HeldAmount[]; organisations: number; size: number }[] =
    [];
  const parts = [...organisations].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const part of parts.flatMap(([, whole]) => partsOf(whole))) {
    const size = sizeOf(part);
    let last = slices.at(-1);
    if (
      last === undefined ||
      last.organisations === ORGANISATIONS_PER_SLICE_MAX ||
      last.size + size > COMPONENTS_PER_SLICE_MAX
    ) {
      last = { lines: [], held: [], organisations: 0, size: 0 };
      slices.push(last);
    }
    last.lines.push(...part.lines);
    last.held.push(...part.held);
    last.organisations += 1;
    last.size += size;
  }
  return slices.map((slice) => ({ lines: slice.lines, held: slice.held }));
}

const partsOf = (whole: Slice): readonly Slice[] =>
  sizeOf(whole) <= COMPONENTS_PER_PAYMENT_MAX
    ? [whole]
    : [
        ...whole.lines.map((line) => ({ lines: [line], held: [] })),
        ...whole.held.map((amount) => ({ lines: [], held: [amount] })),
      ];

const sizeOf = ({ lines, held }: Slice): number =>
  [...lines, ...held].reduce((sum, { components }) => sum + components.length, 0);
