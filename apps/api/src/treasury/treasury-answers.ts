import type { Account, Debt, Debtor, FeeSweepView } from '@app/read-models';

/** A sweep as the lists show it; what is not known yet is null. */
export const feeSweepOf = (sweep: FeeSweepView) => ({
  ...sweep,
  approvedBy: orNull(sweep.approvedBy),
  reference: orNull(sweep.reference),
  bookedOn: orNull(sweep.bookedOn),
  statementReference: orNull(sweep.statementReference),
  reason: orNull(sweep.reason),
});

export const debtorOf = (debtor: Debtor) => ({ ...debtor, ...daysOf(debtor) });

export const debtOf = (debt: Debt) => ({
  ...debt,
  ...daysOf(debt),
  parts: debt.parts.map((part) => ({ ...part, sinceOn: orNull(part.sinceOn) })),
  writeOffs: debt.writeOffs.map((each) => ({ ...each, decidedAt: orNull(each.decidedAt) })),
});

/** Without a reported day there is no verdict: that is no difference. */
export const inAllOf = ({ parts, compared, gap }: Account) => {
  const { differenceCents = null } = compared ?? {};
  const verdict = differenceCents === 0 ? 'agrees' : 'differs';
  return {
    status: differenceCents === null ? 'not_reported' : verdict,
    ...parts,
    on: compared?.on ?? null,
    bankBalanceCents: compared?.bankBalanceCents ?? null,
    bookedOutsideCents: compared?.bookedOutsideCents ?? null,
    differenceCents,
    gap: gap === undefined ? null : { ...gap, afterOn: orNull(gap.afterOn) },
  };
};

const daysOf = ({ sinceOn, leftOn, recoverUntilOn }: Debtor | Debt) => ({
  sinceOn: orNull(sinceOn),
  leftOn: orNull(leftOn),
  recoverUntilOn: orNull(recoverUntilOn),
});

/** Views keep '' where there is nothing. */
const orNull = (text: string): string | null => (text === '' ? null : text);
