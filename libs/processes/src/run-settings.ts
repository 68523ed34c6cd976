import type { Weekday } from '@app/kernel';
import type { Config } from '@app/platform';
import type { RunSettings } from '@app/reimbursement';

/** What every program that handles runs' wishes reads. */
export const RUN_NEEDS = [
  'bankCutOffTime',
  'paymentFileTransactionsMax',
  'ringFencedHolder',
  'ringFencedIban',
  'runMinimumCents',
  'runMinimumWaivedAfterDays',
  'runSecondApprovalAboveCents',
] as const satisfies readonly (keyof Config)[];

export const runSettingsOf = (config: Pick<Config, (typeof RUN_NEEDS)[number]>): RunSettings => ({
  rules: {
    minimumCents: config.runMinimumCents,
    minimumWaivedAfterDays: config.runMinimumWaivedAfterDays,
    secondApprovalAboveCents: config.runSecondApprovalAboveCents,
  },
  debtor: { iban: config.ringFencedIban, ...config.ringFencedHolder },
  transactionsPerFileMax: config.paymentFileTransactionsMax,
  bankCutOffTime: config.bankCutOffTime,
});

export const runWeekdayOf = ({ runWeekday }: Pick<Config, 'runWeekday'>): Weekday =>
  WEEKDAYS[runWeekday];

const WEEKDAYS: Readonly<Record<Config['runWeekday'], Weekday>> = {
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
};
