import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { APPENDERS } from './appenders';
import { judge } from './ledger';
import { withServers } from './server-process';
import { readLog, startWriters } from './writers';

describe('an event store paused under 64 writers', () => {
  it('goes on where it was: nothing lost, nothing twice, no false refusal', () =>
    withServers(async ({ start }) => {
      const server = await start();
      const appender = APPENDERS.vendor(server.connectionString);
      const writers = startWriters(appender, { count: 64, name: 'paused' });
      for (let pause = 0; pause < 3; pause++) {
        await sleep(300);
        server.kill('SIGSTOP');
        while (!isStopped(server.pid)) await sleep(1);
        const answered = writers.attempts.length;
        await sleep(500);
        // What was on its way when it stopped may still arrive, nothing that was sent since.
        expect(writers.attempts.length - answered).toBeLessThanOrEqual(64);
        expect(writers.open()).toBeGreaterThan(0);
        server.kill('SIGCONT');
      }
      await sleep(300);
      await writers.stop();
      const { log } = await readLog(server.client, undefined);
      expect(judge(writers.attempts, log)).toMatchObject({ lost: 0, doubled: 0, broken: 0 });
      expect(writers.attempts.every(({ outcome }) => outcome === 'acknowledged')).toBe(true);
      await appender.close();
    }));
});

/** A signal is on its way for a moment: the kernel tells when the process has stopped. */
function isStopped(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') ?? false;
}
