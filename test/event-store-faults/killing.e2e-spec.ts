import { vendorAppender } from './appenders';
import { killRounds } from './kill-rounds';
import { eventStoreMain } from './server-process';

describe('an event store killed under 64 writers', () => {
  it('has every acknowledged event once, and unknown ones whole or not at all', async () => {
    const main = await eventStoreMain();
    const summary = await killRounds({ main, connect: vendorAppender, rounds: 4, seed: 3 });
    expect(summary).toMatchObject({ rounds: 4, lost: 0, doubled: 0, broken: 0, why: [] });
    expect(summary.acknowledged).toBeGreaterThan(0);
  });
});
