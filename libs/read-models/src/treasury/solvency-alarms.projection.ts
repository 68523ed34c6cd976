import { projection } from '@app/platform/read-store';
import type { SolvencyDiffered, SolvencyRestored } from '@app/reimbursement/contract';

/** What was told of a booked day. */
export type SolvencyAlarmView = {
  on: string;
  /** What was told last; 0 once it is gone. */
  differenceCents: number;
  bankBalanceCents: number;
  /** When a difference was told first, and the last change. */
  differedAt: string;
  comparedAt: string;
  /** How often: a difference, another one, none. */
  told: number;
};

export const solvencyAlarms = projection<SolvencyAlarmView, SolvencyDiffered | SolvencyRestored>({
  name: 'solvency-alarms',
  version: 1,
  key: ({ data }) => data.on,
  empty: {
    ...{ on: '', differenceCents: 0, bankBalanceCents: 0, differedAt: '', comparedAt: '', told: 0 },
  },
  indexes: [['on']],
  on: {
    SolvencyDiffered: (row, { on, differenceCents, bankBalanceCents, comparedAt }) => {
      const differedAt = row.differedAt === '' ? comparedAt : row.differedAt;
      const told = row.told + 1;
      return { on, differenceCents, bankBalanceCents, differedAt, comparedAt, told };
    },
    SolvencyRestored: (row, { differenceCents, bankBalanceCents, comparedAt }) => {
      return { ...row, differenceCents, bankBalanceCents, comparedAt, told: row.told + 1 };
    },
  },
});
