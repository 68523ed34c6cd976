import type { AgreementRow } from './ledger.tables';
import type { CashSums, DrawableRow } from './pairs.tables';
import type { Tables } from './posting';

/** What an event changes of an agreement's cash beside its movements. */
export type CashMove = Readonly<Partial<Omit<CashSums, 'cashCents'>>>;

type Changed = CashMove & Readonly<{ before: AgreementRow; after: AgreementRow }>;
type OfChange = Readonly<{ position: bigint; atMs: number; day: string }>;

/** Brings the cash up to date; most events change none. */
export const moveCash = (tables: Tables, of: OfChange, changed: Changed): void => {
  const { before, after, confirmedCents = 0, sweptCents = 0, frozenCents = 0 } = changed;
  const cashCents = bookedOf(after) - bookedOf(before) - sweptCents;
  if (cashCents === 0 && confirmedCents === 0 && sweptCents === 0 && frozenCents === 0) return;
  const { agreementId, funderId } = after;
  const { position, atMs, day } = of;
  const change = { cashCents, confirmedCents, sweptCents, frozenCents };
  tables.cashChanges.insert({ position, agreementId, atMs, ...change });
  const row = tables.cash.get(agreementId) ?? { ...NO_CASH, agreementId, funderId, day };
  if (row.day !== day) tables.cashClosings.put(row);
  const seen = atPreparation(row, tables.runMarks.get('preparation')?.number ?? 0);
  tables.cash.put({ ...seen, ...addSums(row, change), day });
};

/** The account outside has paid what stands in it below zero. */
const bookedOf = ({ worldCents, paidCents, returnedCents }: AgreementRow): number =>
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
