import type { RunStatus, RunVersionRow, RunView } from '@app/read-models';

/** Who has the next word in a run. */
export type WaitsFor = 'work' | 'preparation' | 'approval' | 'submission' | 'bank' | 'nothing';

/** A run as the lists show it; what is not known yet is null. */
export const runOf = (run: RunView) => {
  const { runId, number, status, version, openedAt, openedOn, preparation } = run;
  const { executionOn, issuedAt, unanswered, outcome, completedAt } = run;
  return {
    ...{ runId, number, status, waitsFor: waitsForOf(run), version, openedAt, openedOn },
    ...(preparation === undefined ? NOT_PREPARED : countsOf(preparation)),
    ...{ executionOn, issuedAt, unanswered, outcome, completedAt },
  };
};

/** With all that an approver looks at, and how it came about. */
export const wholeRunOf = (run: RunView, versions: readonly RunVersionRow[]) => ({
  ...runOf(run),
  openedBy: run.openedBy,
  files: run.files.map(({ messageId, sha256, bytes, transactions, amountCents }, index) => ({
    ...{ part: index + 1, messageId, sha256, bytes, transactions, amountCents },
  })),
  submission: run.submission,
  versions: versions.map((version) => {
    const { preparedBy, startedAt, rules, approvals, failure } = version;
    const { secondApprovalAboveCents } = rules;
    return {
      ...{ version: version.version, preparedBy, startedAt, ...countsOf(version) },
      approvalsNeeded: version.payableCents > secondApprovalAboveCents ? 2 : 1,
      ...{ approvals, failure },
    };
  }),
});

const NOT_PREPARED = {
  ...{ organisations: 0, lines: 0, payableCents: 0, heldCents: 0 },
  ...{ linesSha256: null, preparedAt: null },
};

const countsOf = (version: RunVersionRow) => {
  const { organisations, lines, payableCents, heldCents, linesSha256, preparedAt } = version;
  return { organisations, lines, payableCents, heldCents, linesSha256, preparedAt };
};

const waitsForOf = ({ status, cleared, unanswered }: RunView): WaitsFor => {
  if (status === 'issued') return cleared ? 'submission' : 'work';
  if (status === 'submitted') return unanswered > 0 ? 'bank' : 'work';
  return WAITS_FOR[status];
};

const WAITS_FOR: Readonly<Record<Exclude<RunStatus, 'issued' | 'submitted'>, WaitsFor>> = {
  opened: 'work',
  preparing: 'work',
  prepared: 'approval',
  approved: 'work',
  releasing: 'work',
  released: 'preparation',
  submitting: 'submission',
  unclear: 'submission',
  completed: 'nothing',
};
