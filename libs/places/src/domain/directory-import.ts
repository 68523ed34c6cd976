import type { Command, Decider } from '@app/kernel';
import type { DirectoryImportFact, DirectoryImportRequested, LineVerdict } from '../contract';

export type RequestDirectoryImport = Command<
  'RequestDirectoryImport',
  DirectoryImportRequested['data']
>;

/** `after`: the verdicts already given, so that a line judged again by a second worker is not counted. */
export type JudgeLines = Command<'JudgeLines', { after: number; verdicts: readonly LineVerdict[] }>;

export type AbandonDirectoryImport = Command<
  'AbandonDirectoryImport',
  { reason: 'upload_missing' | 'upload_damaged' }
>;

export type DirectoryImportWish = RequestDirectoryImport | JudgeLines | AbandonDirectoryImport;

export type DirectoryImport =
  | { status: 'unknown' }
  | (DirectoryImportRequested['data'] & {
      status: 'running' | 'completed' | 'abandoned';
      judged: number;
      counts: Counts;
    });

type Counts = Readonly<Record<LineVerdict['verdict'], number>>;

/** One file of the national directory: requested once, each of its lines judged once. */
export const directoryImport: Decider<DirectoryImportWish, DirectoryImport, DirectoryImportFact> = {
  name: 'directory-import',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'RequestDirectoryImport') {
      // The same bytes again are answered with the first import, whoever sends them.
      if (state.status !== 'unknown') return [];
      const requested = { type: 'DirectoryImportRequested', data: wish.data } as const;
      return wish.data.lines > 0 ? [requested] : [requested, completed(wish.data.importId, NONE)];
    }
    if (state.status !== 'running') return [];
    const { importId } = state;
    if (wish.type === 'AbandonDirectoryImport') {
      return [{ type: 'DirectoryImportAbandoned', data: { importId, ...wish.data } }];
    }
    const { after, verdicts } = wish.data;
    if (after !== state.judged || verdicts.length === 0) return [];
    const judged = { type: 'DirectoryLinesJudged', data: { importId, verdicts } } as const;
    if (after + verdicts.length < state.lines) return [judged];
    return [judged, completed(importId, addTo(state.counts, verdicts))];
  },

  evolve: (state, { type, data }) => {
    if (type === 'DirectoryImportRequested') {
      return { ...data, status: 'running', judged: 0, counts: NONE };
    }
    if (state.status === 'unknown') return state;
    switch (type) {
      case 'DirectoryLinesJudged': {
        const judged = state.judged + data.verdicts.length;
        return { ...state, judged, counts: addTo(state.counts, data.verdicts) };
      }
      case 'DirectoryImportCompleted':
        return { ...state, status: 'completed' };
      case 'DirectoryImportAbandoned':
        return { ...state, status: 'abandoned' };
    }
  },
};

const NONE: Counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };

const completed = (importId: string, counts: Counts): DirectoryImportFact => ({
  type: 'DirectoryImportCompleted',
  data: { importId, ...counts },
});

const addTo = (counts: Counts, verdicts: readonly LineVerdict[]): Counts => {
  const sums = { ...counts };
  for (const { verdict } of verdicts) sums[verdict] += 1;
  return sums;
};
