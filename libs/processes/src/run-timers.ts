import { addDays, type Day, type Weekday, weekdayOf } from '@app/kernel';
import { timerCommandId } from '@app/platform';
import type { RunView } from '@app/read-models';
import { OpenRun } from '@app/reimbursement';

type Opened = Pick<RunView, 'openedOn' | 'cleared'>;

/**
 * The day for which a weekly run has to be opened now: the latest of its weekdays, unless a run was
 * opened since, for whatever reason, or one is still on its way to its file. A deployment's first run
 * waits for its day.
 */
export function dueOpening(
  today: Day,
  weekday: Weekday,
  latest: Opened | undefined,
): Day | undefined {
  const dueOn = addDays(today, -((weekdayOf(today) - weekday + 7) % 7));
  if (latest === undefined) return dueOn === today ? dueOn : undefined;
  return latest.cleared && latest.openedOn < dueOn ? dueOn : undefined;
}

/** The wish of the weekly timer: one for each due day, however often and late it fires. */
export function openingWish(dueOn: Day): OpenRun {
  const commandId = timerCommandId({ process: 'reimbursement-runs', timer: 'open', dueOn });
  return new OpenRun(
    {},
    {
      commandId,
      requestHash: commandId,
      actor: { id: 'reimbursement-timer', partyId: 'operator', role: 'system' },
      correlationId: commandId,
      causationId: commandId,
    },
  );
}
