import { documents, maybe, oneOf } from '@app/platform';
import { IDS } from '../common/examples';

const JOB = {
  jobId: `directory-import.${IDS.import}`,
  state: oneOf('done', 'waiting', 'running', 'failed'),
  progress: { done: 697, total: 697 },
  resultUrl: maybe(`/v1/places/imports/${IDS.import}/verdicts`),
  reason: maybe('file_missing'),
  ...{ dryRun: maybe(false), standard: maybe('1.0') },
  verdicts: maybe({ created: 600, updated: 50, unchanged: 40, refused: 7 }),
};

export const JOBS = documents('jobs', {
  getJob: {
    does: 'Tells how far a job is; each kind of job adds what only it knows.',
    answers: JOB,
  },
  followJob: {
    does: 'Follows a job by server-sent events, now and whenever it changes, until it ends.',
    files: { 'text/event-stream': 'data: {"jobId":"print.…","state":"running",…}\n\n' },
    refuses: ['too_many_streams', 'overloaded'],
  },
});
