import type { Event } from '@app/kernel';

/** This event's place in the log is the run's cut-off. The next run waits for RunCleared. */
export type RunOpened = Event<
  'RunOpened',
  { runId: string; number: number; openedBy: string; openedAt: string; openedOn: string }
>;

/** Copy of PaymentFileIssued, or of RunCompleted without a line: the next run may open. */
export type RunCleared = Event<'RunCleared', { runId: string; number: number }>;

export type RunRegisterFact = RunOpened | RunCleared;
