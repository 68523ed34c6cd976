import { type Command, type Decider, type Instant, parisDayOf } from '@app/kernel';
import type { RunRegisterFact } from '../../contract';
import { refuse } from '../refuse';

/** There is one register. */
export const RUN_REGISTER_ID = 'runs';

export type OpenRun = Command<'OpenRun', { runId: string; openedBy: string; openedAt: Instant }>;

/** Copy of PaymentFileIssued, or of a RunCompleted without a line. */
export type ClearRun = Command<'ClearRun', { runId: string }>;

/** Numbers are continuous; `openRunId` is the run that is not yet past its file. */
export type RunRegister = Readonly<{ number: number; openRunId?: string; clearedRunId?: string }>;

/** One run at a time until its file is issued; the opening's place in the log is its cut-off. */
export const runRegister: Decider<OpenRun | ClearRun, RunRegister, RunRegisterFact> = {
  name: 'run-register',
  initialState: { number: 0 },

  decide: ({ type, data }, { number, openRunId, clearedRunId }) => {
    const { runId } = data;
    if (type === 'ClearRun') {
      if (runId === openRunId) return [{ type: 'RunCleared', data: { runId, number } }];
      return runId === clearedRunId ? [] : refuse('run_unknown');
    }
    if (runId === openRunId || runId === clearedRunId) return [];
    if (openRunId !== undefined) return refuse('run_in_preparation', { runId: openRunId });
    const openedOn = parisDayOf(data.openedAt);
    return [{ type: 'RunOpened', data: { ...data, number: number + 1, openedOn } }];
  },

  evolve: ({ number, clearedRunId }, { type, data }) =>
    type === 'RunOpened'
      ? {
          number: data.number,
          openRunId: data.runId,
          ...(clearedRunId === undefined ? {} : { clearedRunId }),
        }
      : { number, clearedRunId: data.runId },
};
