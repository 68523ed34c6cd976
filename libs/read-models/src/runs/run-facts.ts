import type {
  AmountsHeld,
  LinesFrozen,
  RunFact,
  RunRegisterFact,
  RunSentBack,
} from '@app/reimbursement/contract';
import type { RunFolds, RunRow, RunTables, RunVersionRow, SubmissionStep } from './runs.tables';

/** Runs, their versions, lines and holds. */
export const RUN_FACTS: RunFolds<RunRegisterFact | RunFact> = {
  RunOpened: ({ id, position, data }, tables) => {
    tables.runs.put({
      ...{ ...data, status: 'opened', version: 0 },
      ...{ openingEventId: id, openingPosition: position },
      ...{ files: [], executionOn: null, issuedAt: null, submission: [], unanswered: 0 },
      ...{ outcome: null, completedAt: null, cleared: false },
    });
  },
  RunCleared: ({ data }, tables) => change(tables, data.runId, () => ({ cleared: true })),

  PreparationStarted: ({ position, data }, tables) => {
    const { runId, number, version, preparedBy, startedAt, rules } = data;
    change(tables, runId, () => ({ status: 'preparing', version }));
    tables.runVersions.put({
      ...{ runId, version, number, preparationPosition: position, preparedBy, startedAt, rules },
      ...{ slicesFrozen: 0, slicesReleased: 0, organisations: 0, lines: 0, payableCents: 0 },
      ...{ heldCents: 0, linesSha256: null, preparedAt: null, preparedMs: null, approvals: [] },
      failure: null,
    });
  },
  LinesFrozen: ({ data }, tables) => {
    changeVersion(tables, data, ({ slicesFrozen }) => ({ slicesFrozen: slicesFrozen + 1 }));
    keepLines(data, tables);
  },
  AmountsHeld: ({ data }, tables) => keepHeld(data, tables),
  RunPrepared: ({ recordedAt, data }, tables) => {
    const { runId, version: _, ...counted } = data;
    change(tables, runId, () => ({ status: 'prepared' }));
    changeVersion(tables, data, () => ({ ...counted, preparedMs: recordedAt.getTime() }));
  },

  ApprovalGiven: ({ data }, tables) => {
    const { approvedBy, approvedAt } = data;
    changeVersion(tables, data, ({ approvals }) => ({
      approvals: [...approvals, { approvedBy, approvedAt }],
    }));
  },
  RunApproved: ({ data }, tables) => change(tables, data.runId, () => ({ status: 'approved' })),
  RunRejected: ({ data }, tables) => {
    const { runId, rejectedBy: by, rejectedAt: at, reason: words } = data;
    change(tables, runId, () => ({ status: 'releasing' }));
    changeVersion(tables, data, () => ({ failure: { reason: 'rejected', at, by, words } }));
  },
  RunSentBack: ({ data }, tables) => sendBack(data, tables),
  LinesReleased: ({ data }, tables) => {
    const { slicesFrozen, slicesReleased } = changeVersion(tables, data, (row) => ({
      slicesReleased: row.slicesReleased + 1,
    }));
    if (slicesReleased === slicesFrozen) {
      change(tables, data.runId, () => ({ status: 'released' }));
    }
  },

  PaymentFileIssued: ({ data }, tables) => {
    const { runId, files, executionOn, issuedAt } = data;
    const unanswered = files.reduce((sum, { transactions }) => sum + transactions, 0);
    change(tables, runId, () => ({ status: 'issued', files, executionOn, issuedAt, unanswered }));
  },
  SubmissionStarted: ({ data: { runId, startedBy: by, startedAt: at, evidence } }, tables) =>
    submission(tables, runId, 'submitting', { step: 'started', by, at, ...proofOf(evidence) }),
  RunSubmitted: ({ data: { runId, submittedBy: by, submittedAt: at, evidence } }, tables) =>
    submission(tables, runId, 'submitted', { step: 'submitted', by, at, ...proofOf(evidence) }),
  SubmissionUnclear: ({ data: { runId, reportedBy: by, reportedAt: at, evidence } }, tables) =>
    submission(tables, runId, 'unclear', { step: 'unclear', by, at, ...proofOf(evidence) }),
  RunCompleted: ({ data: { runId, outcome, completedAt } }, tables) =>
    change(tables, runId, () => ({ status: 'completed', outcome, completedAt })),
};

export const change = (
  tables: RunTables,
  runId: string,
  changeOf: (row: RunRow) => Partial<RunRow>,
): void => {
  const row = tables.runs.get(runId);
  if (row === undefined) throw new Error(`run ${runId} goes on before it is opened`);
  tables.runs.put({ ...row, ...changeOf(row) });
};

const changeVersion = (
  tables: RunTables,
  { runId, version }: Pick<RunVersionRow, 'runId' | 'version'>,
  changeOf: (row: RunVersionRow) => Partial<RunVersionRow>,
): RunVersionRow => {
  const row = tables.runVersions.get(runId, version);
  if (row === undefined) throw new Error(`run ${runId} has no version ${version}`);
  const after = { ...row, ...changeOf(row) };
  tables.runVersions.put(after);
  return after;
};

const keepLines = (data: LinesFrozen['data'], tables: RunTables): void => {
  const { runId, version, slice, lines } = data;
  const number = tables.runs.get(runId)?.number ?? 0;
  let seq = 0;
  for (const { payee, ...line } of lines) {
    const { organisationId, claimId, attempt, components } = line;
    const { bankAccountId, holderName } = payee;
    const ibanMasked = maskIban(payee.iban);
    tables.runLines.put({ ...line, runId, version, bankAccountId, ibanMasked, holderName });
    for (const component of components) {
      tables.runParts.put({
        ...{ ...component, runId, version, number, seq: `line-${slice}-${seq}`, organisationId },
        ...{ claimId, attempt, reason: '' },
      });
      seq += 1;
    }
  }
};

const keepHeld = (data: AmountsHeld['data'], tables: RunTables): void => {
  const { runId, version, slice, held } = data;
  const number = tables.runs.get(runId)?.number ?? 0;
  let seq = 0;
  for (const { claimId = '', ...amount } of held) {
    const { organisationId, reason, components } = amount;
    // One that was too much for an event comes in several.
    const before = tables.heldAmounts.get(runId, version, organisationId, claimId, reason);
    const whole = before && {
      amountCents: before.amountCents + amount.amountCents,
      components: [...before.components, ...components],
    };
    tables.heldAmounts.put({ ...amount, ...whole, runId, version, claimId });
    for (const component of components) {
      tables.runParts.put({
        ...{ ...component, runId, version, number, seq: `held-${slice}-${seq}`, organisationId },
        ...{ claimId, attempt: 0, reason },
      });
      seq += 1;
    }
  }
};

const sendBack = (data: RunSentBack['data'], tables: RunTables): void => {
  const { runId, reason, organisationIds, sentBackAt: at } = data;
  change(tables, runId, () => ({ status: 'releasing' }));
  changeVersion(tables, data, () => ({ failure: { reason, at, organisationIds } }));
};

const submission = (
  tables: RunTables,
  runId: string,
  status: RunRow['status'],
  step: SubmissionStep,
): void => change(tables, runId, (row) => ({ status, submission: [...row.submission, step] }));

const proofOf = (evidence: string | undefined): { evidence?: string } =>
  evidence === undefined ? {} : { evidence };

/** Country, check digits and the last four: enough to tell two apart. */
export const maskIban = (iban: string): string => `${iban.slice(0, 4)}…${iban.slice(-4)}`;
