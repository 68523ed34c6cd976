import type { ReadStore } from '@app/platform';
import type { HoldReason } from '@app/reimbursement/contract';
import { runs } from './runs.projection';
import type { PaymentStepRow, RunPartRow, RunRow, RunVersionRow } from './runs.tables';

const { runs: opened, runVersions, runParts, paymentSteps } = runs.table;

/** What runs and the bank did with a redemption; instants `…At` are `at`, the bank's days `on`. */
export type PaymentStoryStep =
  /** It waits for the next run. */
  | Readonly<{ step: 'held'; at: string; run: number; reason: HoldReason }>
  | Readonly<{ step: 'in-run'; at: string; run: number }>
  /** What the place owed of the same agreement took it up: nothing was left to pay. */
  | Readonly<{ step: 'set-off'; at: string; run: number }>
  | Readonly<{ step: 'ordered'; at: string; attempt: number; claimId: string }>
  | Readonly<{ step: 'settled'; on: string }>
  | Readonly<{ step: 'rejected'; at: string; reasonCode: string }>
  | Readonly<{ step: 'returned'; on: string; reasonCode: string }>
  | Readonly<{ step: 're-presented'; at: string }>
  /** Its payment ended unpaid: it joins the next ordinary one. */
  | Readonly<{ step: 'released'; at: string }>;

type Asked = Readonly<{
  agreementId: string;
  placeId: string;
  /** Of the redemption. */
  position: bigint;
  /** Of its cancellation: a run opened later pays neither. */
  cancelledPosition: bigint | undefined;
}>;

/**
 * A run pays what an agreement owes at a place in one sum, so a redemption shares what becomes of the
 * first sum of its agreement and place that a later run pays outside older claims.
 */
export function storyOf(store: ReadStore, asked: Asked): readonly PaymentStoryStep[] {
  const steps: PaymentStoryStep[] = [];
  let since: bigint | undefined;
  for (const run of runsAfter(store, asked)) {
    const version = lastPrepared(store, run.runId);
    if (version === undefined) break;
    // A released claim joins the line of what is prepared from then on.
    if (since !== undefined && version.preparationPosition < since) continue;
    const parts = partsOf(store, version, asked);
    const line = parts.find(({ attempt }) => attempt === 1);
    const told = { run: run.number, at: version.preparedAt ?? version.startedAt };
    if (line === undefined) {
      const held = parts.find(({ claimId }) => claimId === '');
      if (held === undefined || held.reason === '') return [...steps, { step: 'set-off', ...told }];
      steps.push({ step: 'held', ...told, reason: held.reason });
      continue;
    }
    if (version.failure !== null) break;
    const claim = stepsOfClaim(store, line.claimId);
    steps.push({ step: 'in-run', ...told }, ...claim.steps);
    if (claim.releasedPosition === undefined) break;
    since = claim.releasedPosition;
  }
  return steps;
}

/** The cut-offs it was before, and its cancellation not. */
const runsAfter = (store: ReadStore, { position, cancelledPosition }: Asked): readonly RunRow[] =>
  store
    .rows(opened, 'WHERE openingPosition > ? ORDER BY number', position)
    .filter(
      ({ openingPosition }) =>
        cancelledPosition === undefined || openingPosition < cancelledPosition,
    );

const lastPrepared = (store: ReadStore, runId: string): RunVersionRow | undefined => {
  const tail = 'WHERE runId = ? AND preparedAt IS NOT NULL ORDER BY version DESC LIMIT 1';
  return store.rows(runVersions, tail, runId)[0];
};

const partsOf = (
  store: ReadStore,
  { runId, version }: RunVersionRow,
  { agreementId, placeId }: Asked,
): readonly RunPartRow[] => {
  const tail = 'WHERE placeId = ? AND agreementId = ? AND runId = ? AND version = ?';
  return store.rows(runParts, tail, placeId, agreementId, runId, version);
};

const stepsOfClaim = (store: ReadStore, claimId: string) => {
  const rows = store.rows(paymentSteps, 'WHERE claimId = ? ORDER BY position', claimId);
  const withdrawn = new Set(
    rows.filter(({ step }) => step === 'withdrawn').map(({ endToEndId }) => endToEndId),
  );
  // An order that was withdrawn never reached the bank; the one that did has the same id.
  const shown = rows.filter(
    (row, index) =>
      row.step !== 'ordered' ||
      !withdrawn.has(row.endToEndId) ||
      !rows.slice(index).some(({ step }) => step === 'withdrawn'),
  );
  return {
    steps: shown.flatMap(stepOf),
    releasedPosition: rows.find(({ step }) => step === 'released')?.position,
  };
};

const stepOf = (row: PaymentStepRow): readonly PaymentStoryStep[] => {
  const { step, at, attempt, claimId } = row;
  const on = row.bookedOn ?? '';
  const reasonCode = row.reasonCode ?? '';
  switch (step) {
    case 'ordered':
      return [{ step, at, attempt, claimId }];
    case 'settled':
      return [{ step, on }];
    case 'rejected':
      return [{ step, at, reasonCode }];
    case 'returned':
      return [{ step, on, reasonCode }];
    case 'representmentGranted':
      return [{ step: 're-presented', at }];
    case 'released':
      return [{ step, at }];
    case 'withdrawn':
    case 'lateRejection':
    case 'disputed':
      return [];
  }
};
