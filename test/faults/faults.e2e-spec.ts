import { join } from 'node:path';
import { built } from '../support/built';
import { runRounds } from './rounds';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(900_000);

/** Draws a store killed twice, everything killed at once, and a worker killed three times. */
const SEED = 416;
const ROUNDS = 2;

describe('the scheme, while its programs are killed and cut off', () => {
  it('loses nothing it acknowledged, does nothing twice, and agrees with itself', async () => {
    const chooser = join(await built(), 'apps/standalone/src/programs.js');
    const say = (): void => undefined;
    const summary = await runRounds({ rounds: ROUNDS, seed: SEED, chooser, say });
    const nothing = { lost: 0, doubled: 0, broken: 0, findings: [] };
    expect(summary).toMatchObject({ rounds: ROUNDS, ...nothing });
    // Rounds whose faults hit nothing show nothing.
    expect(summary.void).toBeLessThan(ROUNDS);
    expect(summary.acknowledged).toBeGreaterThan(100);
  });
});
