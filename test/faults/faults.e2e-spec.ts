import { join } from 'node:path';
import { built } from '../support/built';
import { runRounds } from './rounds';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(900_000);

describe('the scheme, while its programs are killed, stopped and cut off', () => {
  it('loses nothing it acknowledged, does nothing twice, and agrees with itself', async () => {
    const chooser = join(await built(), 'apps/standalone/src/programs.js');
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const summary = await runRounds({ rounds: 2, seed: 2, chooser, say });
    const found = { ...summary, said: said.filter((line) => !line.startsWith('  ')) };
    expect(found).toMatchObject({ rounds: 2, lost: 0, doubled: 0, broken: 0, findings: [] });
    // Rounds whose faults hit nothing would show nothing.
    expect(summary.void).toBe(0);
    expect(summary.acknowledged).toBeGreaterThan(0);
  });
});
