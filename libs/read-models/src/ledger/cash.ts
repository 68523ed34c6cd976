import type { AgreementRow, Tables } from './ledger.tables';
import type { CashSums, DrawableRow } from './pairs.tables';

/** What an event changes of an agreement's cash beside its movements. */
export type CashMove = Readonly<Partial<Omit<CashSums, 'cashCents'>>>;

type OfChange = Readonly<{
  position: bigint;
  atMs: number;
  day: string;
  agreementId: string;
  funderId: string;
}>;

/**
 * Brings an agreement's cash up to date.
 * @param cashCents what its movements changed: `bookedOf` after them less before.
 */
export const moveCash = (
  tables: Tables,
  { position, atMs, day, agreementId, funderId }: OfChange,
  { confirmedCents = 0, sweptCents = 0, frozenCents = 0, ...moved }: CashMove & BookedMove,
): void => {
  const change = {
    cashCents: moved.cashCents - sweptCents,
    confirmedCents,
    sweptCents,
    frozenCents,
  };
  if (Object.values(change).every((cents) => cents === 0)) return;
  tables.cashChanges.insert({ position, agreementId, atMs, ...change });
  const row = tables.cash.get(agreementId) ?? { ...NO_CASH, agreementId, funderId, day };
  if (row.day !== day) tables.cashClosings.put(row);
  const seen = atPreparation(row, tables.runMarks.get('preparation')?.number ?? 0);
  tables.cash.put({ ...seen, ...addSums(row, change), day });
};

type BookedMove = Pick<CashSums, 'cashCents'>;

/** Deposited − paid − returned; the account outside has paid what stands in it below zero. */
export const bookedOf = ({ worldCents, paidCents, returnedCents }: AgreementRow): number =>
  0 - worldCents - paidCents - returnedCents;

/** Keeps what a run may draw on from what comes after its preparation began. */
const atPreparation = (row: DrawableRow, preparation: number): DrawableRow =>
  row.preparation === preparation
    ? row
    : { ...row, preparation, drawableCents: row.cashCents - row.frozenCents };

export const addSums = (a: CashSums, b: CashSums): CashSums => ({
  cashCents: a.cashCents + b.cashCents,
  confirmedCents: a.confirmedCents + b.confirmedCents,
  sweptCents: a.sweptCents + b.sweptCents,
  frozenCents: a.frozenCents + b.frozenCents,
});

export const NO_CASH = {
  ...{ cashCents: 0, confirmedCents: 0, sweptCents: 0, frozenCents: 0 },
  ...{ preparation: 0, drawableCents: 0 },
};
