import type { Instant } from '@app/kernel';
import type {
  HeldAmount,
  PaymentFileIssued,
  PreparationStarted,
  RunFact,
  RunLine,
  RunPrepared,
} from '../../contract';
import { refuse } from '../refuse';

export type RunStatus =
  | 'preparing'
  | 'prepared'
  | 'approved'
  /** A version failed, and its slices go back to owed one by one. */
  | 'releasing'
  | 'released'
  | 'issued'
  | 'submitting'
  | 'submitted'
  | 'unclear'
  | 'completed';

export type FrozenSlice = Readonly<{
  lines: readonly RunLine[];
  held: readonly HeldAmount[];
  released: boolean;
}>;

export type StartedRun = Pick<
  PreparationStarted['data'],
  'runId' | 'number' | 'version' | 'openingEventId' | 'rules' | 'startedAt'
> &
  Readonly<{
    status: RunStatus;
    /** Of every version: nobody of them approves any. */
    preparers: readonly string[];
    /** Of this version, by slice number. */
    slices: Readonly<Record<number, FrozenSlice>>;
    prepared?: RunPrepared['data'];
    approvedBy: readonly string[];
    /** When the last of them did. */
    approvedAt?: Instant;
    /** Who said last that the submission is unclear. */
    unclearBy?: string;
    issued?: PaymentFileIssued['data'];
  }>;

export type Run = { status: 'none' } | StartedRun;

/** Of the version at hand, in the order of slices. */
export const linesOf = ({ slices }: StartedRun): readonly RunLine[] =>
  Object.values(slices).flatMap(({ lines }) => lines);

export const heldOf = ({ slices }: StartedRun): readonly HeldAmount[] =>
  Object.values(slices).flatMap(({ held }) => held);

/** Of the version's lines, each once, in their order. */
export const organisationIdsOf = (state: StartedRun): readonly string[] => [
  ...new Set(linesOf(state).map(({ organisationId }) => organisationId)),
];

/** @throws DomainError `run_state`, with the state it is in. */
export function assertStatus(state: StartedRun, ...allowed: readonly RunStatus[]): void {
  if (!allowed.includes(state.status)) refuse('run_state', { status: state.status });
}

/** Folds one fact; `run.ts` states the rules by which facts come about. */
export function evolve(state: Run, fact: RunFact): Run {
  if (fact.type === 'PreparationStarted') return startedVersion(state, fact.data);
  if (state.status === 'none') return state;
  switch (fact.type) {
    case 'LinesFrozen':
      return withSlice(state, fact.data.slice, { lines: fact.data.lines });
    case 'AmountsHeld':
      return withSlice(state, fact.data.slice, { held: fact.data.held });
    case 'RunPrepared':
      return { ...state, status: 'prepared', prepared: fact.data };
    case 'ApprovalGiven':
      return {
        ...state,
        approvedBy: [...state.approvedBy, fact.data.approvedBy],
        approvedAt: fact.data.approvedAt,
      };
    case 'RunApproved':
      return { ...state, status: 'approved' };
    case 'RunRejected':
    case 'RunSentBack':
      return { ...state, status: 'releasing' };
    case 'LinesReleased':
      return released(withSlice(state, fact.data.slice, { released: true }));
    case 'PaymentFileIssued':
      return {
        ...state,
        status: 'issued',
        issued: fact.data,
      };
    case 'SubmissionStarted':
      return { ...state, status: 'submitting' };
    case 'RunSubmitted':
      return { ...state, status: 'submitted' };
    case 'SubmissionUnclear':
      return { ...state, status: 'unclear', unclearBy: fact.data.reportedBy };
    case 'RunCompleted':
      return { ...state, status: 'completed' };
  }
}

const startedVersion = (state: Run, data: PreparationStarted['data']): StartedRun => {
  const { runId, number, version, openingEventId, rules, startedAt, preparedBy } = data;
  const before = state.status === 'none' ? [] : state.preparers;
  return {
    ...{ runId, number, version, openingEventId, rules, startedAt },
    status: 'preparing',
    preparers: [...before, preparedBy],
    slices: {},
    approvedBy: [],
  };
};

const NO_SLICE: FrozenSlice = { lines: [], held: [], released: false };

const withSlice = (state: StartedRun, slice: number, change: Partial<FrozenSlice>): StartedRun => ({
  ...state,
  slices: { ...state.slices, [slice]: { ...(state.slices[slice] ?? NO_SLICE), ...change } },
});

const released = (state: StartedRun): StartedRun => {
  const left = Object.values(state.slices).some(
    (slice) => slice.lines.length > 0 && !slice.released,
  );
  return left ? state : { ...state, status: 'released' };
};
