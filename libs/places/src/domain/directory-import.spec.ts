import { given } from '@app/platform/testing/given';
import type { DirectoryImportFact, LineVerdict } from '../contract';
import { directoryImport, type DirectoryImportWish } from './directory-import';

const importId = 'i';
const data = { importId, sha256: 's', standard: '1.0', lines: 2, dryRun: false } as const;
const request: DirectoryImportWish = { type: 'RequestDirectoryImport', data };
const requested: DirectoryImportFact = { type: 'DirectoryImportRequested', data };
const verdict = (line: number, change: Partial<LineVerdict> = {}): LineVerdict => ({
  ...{ line, verdict: 'created', directoryId: `d${line}`, placeId: `p${line}` },
  ...change,
});
const refused = verdict(3, { verdict: 'refused', reason: 'siret_invalid' });
const judge = (after: number, ...verdicts: LineVerdict[]): DirectoryImportWish => ({
  type: 'JudgeLines',
  data: { after, verdicts },
});
const judged = (...verdicts: LineVerdict[]): DirectoryImportFact => ({
  type: 'DirectoryLinesJudged',
  data: { importId, verdicts },
});
const counts = (change: Partial<Record<LineVerdict['verdict'], number>>): DirectoryImportFact => ({
  type: 'DirectoryImportCompleted',
  data: { importId, created: 0, updated: 0, unchanged: 0, refused: 0, ...change },
});
const abandon: DirectoryImportWish = {
  type: 'AbandonDirectoryImport',
  data: { reason: 'upload_missing' },
};
const abandoned: DirectoryImportFact = {
  type: 'DirectoryImportAbandoned',
  data: { importId, reason: 'upload_missing' },
};

describe('an import of the directory', () => {
  it('is requested once', () => {
    given(directoryImport).when(request).then(requested);
    given(directoryImport, requested).when(request).thenNothing();
  });

  it('without a line is complete', () => {
    const empty = { ...data, lines: 0 };
    given(directoryImport)
      .when({ type: 'RequestDirectoryImport', data: empty })
      .then({ type: 'DirectoryImportRequested', data: empty }, counts({}));
  });

  it('is complete with its last verdict, which counts them all', () => {
    given(directoryImport, requested)
      .when(judge(0, verdict(2)))
      .then(judged(verdict(2)));
    given(directoryImport, requested, judged(verdict(2)))
      .when(judge(1, refused))
      .then(judged(refused), counts({ created: 1, refused: 1 }));
    given(directoryImport, requested)
      .when(judge(0, verdict(2), refused))
      .then(judged(verdict(2), refused), counts({ created: 1, refused: 1 }));
  });

  it('takes no verdict twice, none out of its turn and none after its end', () => {
    given(directoryImport, requested, judged(verdict(2)))
      .when(judge(0, verdict(2)))
      .thenNothing();
    given(directoryImport, requested).when(judge(1, refused)).thenNothing();
    given(directoryImport, requested).when(judge(0)).thenNothing();
    given(directoryImport)
      .when(judge(0, verdict(2)))
      .thenNothing();
    given(directoryImport, requested, abandoned)
      .when(judge(0, verdict(2)))
      .thenNothing();
  });

  it('is abandoned while it runs', () => {
    given(directoryImport, requested).when(abandon).then(abandoned);
    given(directoryImport, requested, abandoned).when(abandon).thenNothing();
    given(directoryImport, requested, judged(verdict(2), refused), counts({}))
      .when(abandon)
      .thenNothing();
  });
});
