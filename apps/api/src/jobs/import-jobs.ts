import { directoryImport, directoryImportQueue } from '@app/places';
import { AggregateStore } from '@app/platform';
import { DirectoryImportQueries, type DirectoryImportView } from '@app/read-models';
import { Injectable } from '@nestjs/common';
import { Jobs, type JobAnswer } from './jobs';

/** Imports of the national directory: progress in lines that have their verdict. */
@Injectable()
export class ImportJobs extends Jobs {
  readonly queue = directoryImportQueue.name;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly views: DirectoryImportQueries,
  ) {
    super();
  }

  async find(importId: string): Promise<JobAnswer | undefined> {
    const found = this.views.find(importId) ?? (await this.#findJustRequested(importId));
    return found && answerOf(found);
  }

  async #findJustRequested(importId: string): Promise<DirectoryImportView | undefined> {
    const { state } = await this.aggregates.load(directoryImport, importId);
    if (state.status === 'unknown') return undefined;
    const { standard, lines, dryRun } = state;
    const none = { judged: 0, created: 0, updated: 0, unchanged: 0, refused: 0, reason: null };
    return { importId, standard, lines, dryRun, status: 'running', ...none };
  }
}

function answerOf(found: DirectoryImportView) {
  const { importId, judged, lines, status, dryRun, standard, reason } = found;
  const { created, updated, unchanged, refused } = found;
  const started = judged > 0 ? ('running' as const) : ('waiting' as const);
  const ended = status === 'completed' ? ('done' as const) : ('failed' as const);
  return {
    state: status === 'running' ? started : ended,
    progress: { done: judged, total: lines },
    ...{ dryRun, standard, verdicts: { created, updated, unchanged, refused } },
    ...(reason !== null && { reason }),
    ...(status !== 'running' && { resultUrl: `/v1/places/imports/${importId}/verdicts` }),
  };
}
