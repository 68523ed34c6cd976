import type {
  DirectoryImportAbandoned,
  DirectoryImportCompleted,
  DirectoryImportRequested,
  DirectoryLinesJudged,
} from '@app/places/contract';
import { tablesProjection } from '@app/platform/read-store';

type Facts =
  | DirectoryImportRequested
  | DirectoryLinesJudged
  | DirectoryImportCompleted
  | DirectoryImportAbandoned;

export type DirectoryImportView = {
  importId: string;
  standard: string;
  lines: number;
  dryRun: boolean;
  status: 'running' | 'completed' | 'abandoned';
  judged: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** Why it was abandoned. */
  reason: string | null;
};

export type DirectoryVerdict = {
  importId: string;
  line: number;
  verdict: 'created' | 'updated' | 'unchanged' | 'refused';
  directoryId: string;
  placeId: string | null;
  reason: string | null;
};

type Rows = { directoryImports: DirectoryImportView; directoryVerdicts: DirectoryVerdict };

/** Imports of the national directory with a verdict for each line. */
export const directoryImports = tablesProjection<Rows, Facts>({
  name: 'directory-imports',
  version: 1,
  tables: {
    directoryImports: {
      columns: {
        ...{ importId: 'text', standard: 'text', lines: 'integer', dryRun: 'boolean' },
        ...{ status: 'text', judged: 'integer', created: 'integer', updated: 'integer' },
        ...{ unchanged: 'integer', refused: 'integer', reason: 'text?' },
      },
      key: ['importId'],
      indexes: [['status']],
    },
    directoryVerdicts: {
      columns: {
        ...{ importId: 'text', line: 'integer', verdict: 'text' },
        ...{ directoryId: 'text', placeId: 'text?', reason: 'text?' },
      },
      key: ['importId', 'line'],
    },
  },
  on: {
    DirectoryImportRequested: ({ data }, tables) => {
      const { importId, standard, lines, dryRun } = data;
      tables.directoryImports.put({
        ...{ importId, standard, lines, dryRun, status: 'running', judged: 0 },
        ...{ created: 0, updated: 0, unchanged: 0, refused: 0, reason: null },
      });
    },
    DirectoryLinesJudged: ({ data: { importId, verdicts } }, tables) => {
      const before = tables.directoryImports.get(importId);
      if (before === undefined) return;
      const after = { ...before, judged: before.judged + verdicts.length };
      for (const { line, verdict, directoryId, placeId, reason } of verdicts) {
        after[verdict] += 1;
        tables.directoryVerdicts.put({
          ...{ importId, line, verdict, directoryId },
          ...{ placeId: placeId ?? null, reason: reason ?? null },
        });
      }
      tables.directoryImports.put(after);
    },
    DirectoryImportCompleted: ({ data: { importId } }, tables) => {
      const before = tables.directoryImports.get(importId);
      if (before) tables.directoryImports.put({ ...before, status: 'completed' });
    },
    DirectoryImportAbandoned: ({ data: { importId, reason } }, tables) => {
      const before = tables.directoryImports.get(importId);
      if (before) tables.directoryImports.put({ ...before, status: 'abandoned', reason });
    },
  },
});
