import { APPENDERS } from './appenders';
import { killRounds } from './kill-rounds';
import { eventStoreMain } from './server-process';

describe('an event store killed under 64 writers', () => {
  it.each(['vendor', 'http2'] as const)(
    'has what it acknowledged once, the rest whole or not at all (writers: %s)',
    async (writer) => {
      const main = await eventStoreMain();
      const connect = APPENDERS[writer];
      const summary = await killRounds({ main, connect, rounds: 3, seed: 3 });
      expect(summary).toMatchObject({ rounds: 3, lost: 0, doubled: 0, broken: 0, why: [] });
      expect(summary.acknowledged).toBeGreaterThan(0);
    },
  );
});
