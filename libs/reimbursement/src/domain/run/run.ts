import { type Decider, sumCents } from '@app/kernel';
import type { HeldAmount, RunFact, RunLine } from '../../contract';
import { refuse } from '../refuse';
import type {
  FinishPreparation,
  FreezeSlice,
  ReleaseSlice,
  RunWish,
  StartPreparation,
} from './run.messages';
import { assertStatus, evolve, heldOf, linesOf, type Run, type StartedRun } from './run.state';
import { decideApproval } from './run-approval';
import { decideFile } from './run-file';
import { ORGANISATIONS_PER_SLICE_MAX } from './slices';

/**
 * preparing → prepared → approved → issued → submitting → submitted or unclear → completed. A version
 * that is rejected, or whose accounts changed, is released and prepared again on the same cut-off: no
 * run is abandoned.
 */
export const run: Decider<RunWish, Run, RunFact> = {
  name: 'run',
  initialState: { status: 'none' },
  evolve,

  decide: (wish, state) => {
    if (wish.type === 'StartPreparation') return startPreparation(wish, state);
    if (state.status === 'none') return refuse('run_unknown');
    switch (wish.type) {
      case 'FreezeSlice':
        return freezeSlice(wish, state);
      case 'FinishPreparation':
        return finishPreparation(wish, state);
      case 'ReleaseSlice':
        return releaseSlice(wish, state);
      case 'ApproveRun':
      case 'RejectRun':
        return decideApproval(wish, state);
      case 'IssueFiles':
      case 'StartSubmission':
      case 'ReportSubmission':
      case 'CompleteRun':
        return decideFile(wish, state);
    }
  },
};

function startPreparation({ data }: StartPreparation, state: Run): readonly RunFact[] {
  if (state.status === 'none')
    return [{ type: 'PreparationStarted', data: { ...data, version: 1 } }];
  // The process that follows the opening asks as often as it is restarted.
  if (state.status === 'preparing') return [];
  assertStatus(state, 'released');
  const { runId, number, openingEventId, version } = state;
  if (data.runId !== runId || data.openingEventId !== openingEventId) return refuse('run_unknown');
  return [{ type: 'PreparationStarted', data: { ...data, number, version: version + 1 } }];
}

function freezeSlice({ data }: FreezeSlice, state: StartedRun): readonly RunFact[] {
  const { version, slice, lines, held } = data;
  assertVersion(state, version);
  const known = state.slices[slice];
  if (known) return sameSlice(known, data) ? [] : refuse('preparation_differs', { slice });
  assertStatus(state, 'preparing');
  const organisations = new Set([...lines, ...held].map(({ organisationId }) => organisationId));
  if (organisations.size > ORGANISATIONS_PER_SLICE_MAX) return refuse('slice_too_large');
  assertLines(lines, linesOf(state));
  assertHeld(held);
  const { runId } = state;
  const facts: RunFact[] = [];
  if (lines.length > 0) facts.push({ type: 'LinesFrozen', data: { runId, version, slice, lines } });
  if (held.length > 0) facts.push({ type: 'AmountsHeld', data: { runId, version, slice, held } });
  return facts;
}

function finishPreparation({ data }: FinishPreparation, state: StartedRun): readonly RunFact[] {
  const { version, slices, linesSha256, preparedAt } = data;
  assertVersion(state, version);
  if (state.prepared) {
    return state.prepared.linesSha256 === linesSha256 ? [] : refuse('preparation_differs');
  }
  assertStatus(state, 'preparing');
  const frozen = Object.keys(state.slices).map(Number);
  if (frozen.length !== slices || frozen.some((slice) => slice >= slices)) {
    return refuse('preparation_incomplete', { slices, frozen: frozen.length });
  }
  const lines = linesOf(state);
  const payableCents = sumCents(lines.map(({ amountCents }) => amountCents));
  if (lines.length !== data.lines || payableCents !== data.payableCents) {
    return refuse('preparation_differs', { payableCents });
  }
  const { runId } = state;
  const organisations = new Set(lines.map(({ organisationId }) => organisationId)).size;
  const counted = { organisations, lines: lines.length, payableCents, heldCents: heldCents(state) };
  const prepared: RunFact = {
    type: 'RunPrepared',
    data: { runId, version, ...counted, linesSha256, preparedAt },
  };
  if (lines.length > 0) return [prepared];
  const completed = { runId, outcome: 'nothing_payable', completedAt: preparedAt } as const;
  return [prepared, { type: 'RunCompleted', data: completed }];
}

function releaseSlice({ data }: ReleaseSlice, state: StartedRun): readonly RunFact[] {
  const { version, slice } = data;
  // A version of before is released whole, or the next would not have begun.
  if (version < state.version) return [];
  assertVersion(state, version);
  const known = state.slices[slice];
  if (known?.released) return [];
  assertStatus(state, 'releasing');
  if (!known || known.lines.length === 0) return refuse('preparation_differs', { slice });
  const lines = known.lines.map(({ organisationId, claimId, attempt, amountCents, components }) => {
    return { organisationId, claimId, attempt, amountCents, components };
  });
  return [{ type: 'LinesReleased', data: { runId: state.runId, version, slice, lines } }];
}

/** Late orders of a killed job may name a version that is over. */
function assertVersion(state: StartedRun, version: number): void {
  if (version !== state.version) refuse('run_state', { status: state.status });
}

/** A payment is positive, adds up, and no claim or end-to-end id is in the run twice. */
function assertLines(lines: readonly RunLine[], frozen: readonly RunLine[]): void {
  const ids = new Set(frozen.flatMap(({ claimId, endToEndId }) => [claimId, endToEndId]));
  for (const { claimId, endToEndId, amountCents, components } of lines) {
    if (amountCents <= 0 || sumCents(components.map(({ cents }) => cents)) !== amountCents) {
      refuse('line_invalid', { endToEndId });
    }
    if (ids.has(claimId) || ids.has(endToEndId) || endToEndId.length > END_TO_END_ID_MAX) {
      refuse('line_invalid', { endToEndId });
    }
    ids.add(claimId).add(endToEndId);
  }
}

/** ISO 20022, Max35Text. */
const END_TO_END_ID_MAX = 35;

function assertHeld(held: readonly HeldAmount[]): void {
  for (const { organisationId, amountCents, components } of held) {
    if (sumCents(components.map(({ cents }) => cents)) !== amountCents) {
      refuse('line_invalid', { organisationId });
    }
  }
}

const heldCents = (state: StartedRun): number =>
  sumCents(heldOf(state).map(({ amountCents }) => Math.max(0, amountCents)));

const sameSlice = (
  known: Readonly<{ lines: readonly RunLine[]; held: readonly HeldAmount[] }>,
  { lines, held }: FreezeSlice['data'],
): boolean => JSON.stringify([known.lines, known.held]) === JSON.stringify([lines, held]);
