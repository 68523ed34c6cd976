import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connectEventStore, OutcomeUnknown, type AppendInput } from '@app/platform';
import { withServers } from './server-process';

/** Every write of that process to a file is refused from the next byte on; `unlimited` ends it. */
const limitFiles = (pid: number, bytes: string): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

/** prlimit(1) is util-linux's. */
const canLimit = process.platform === 'linux';

const appendOf = (expectedRevision: AppendInput['expectedRevision']): AppendInput => ({
  streamName: 'full-1',
  expectedRevision,
  events: [
    {
      ...{ id: randomUUID(), type: 'Happened', data: {} },
      metadata: {
        ...{ commandId: randomUUID(), requestHash: '', correlationId: '', causationId: '' },
        actor: { id: '', partyId: '', role: 'system' },
      },
    },
  ],
});

(canLimit ? describe : describe.skip)('an append while the store has no room', () => {
  it.each(['client', 'http2'] as const)(
    'is not refused for good: it may be asked again, and is written then (%s)',
    (appendWriter) =>
      withServers(async ({ start }) => {
        const { connectionString, pid } = await start();
        const store = connectEventStore({
          connectionString,
          appendWriter,
          appendDeadlineMs: 10_000,
        });
        try {
          await store.append(appendOf('no-stream'));
          const next = appendOf(0);
          limitFiles(pid, '1');
          await expect(store.append(next)).rejects.toBeInstanceOf(OutcomeUnknown);
          limitFiles(pid, 'unlimited');
          expect(await store.append(next)).toMatchObject({ revision: 1 });
        } finally {
          await store.close();
        }
      }),
  );
});
