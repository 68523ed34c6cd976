import type { ReadStore } from '@app/platform';
import {
  directoryImports,
  type DirectoryImportView,
  type DirectoryVerdict,
} from './directory-imports.projection';

const { table } = directoryImports;

export class DirectoryImportQueries {
  constructor(private readonly store: ReadStore) {}

  find(importId: string): DirectoryImportView | undefined {
    return this.store.find(table.directoryImports, importId);
  }

  /** Requested and neither completed nor abandoned: what the worker has to do. */
  listRunning(): readonly DirectoryImportView[] {
    return this.store.rows(table.directoryImports, `WHERE status = 'running'`);
  }

  /** In the order of the file. */
  listVerdicts(input: {
    importId: string;
    verdict: string | undefined;
    afterLine: number;
    limit: number;
  }): readonly DirectoryVerdict[] {
    const { importId, verdict, afterLine, limit } = input;
    const only = verdict === undefined ? '' : 'AND verdict = ?';
    const tail = `WHERE importId = ? AND line > ? ${only} ORDER BY line LIMIT ?`;
    const params = [importId, afterLine, ...(verdict === undefined ? [] : [verdict]), limit];
    return this.store.rows(table.directoryVerdicts, tail, ...params);
  }
}
