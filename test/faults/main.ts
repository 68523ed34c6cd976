import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runRounds } from './rounds';

const USAGE = 'npm run faults -- [--rounds N] [--seed S]';
/** Others may want the machine too: programs that are started inherit it. */
const NICE = 5;

/** Exits with 1 where a promise was broken. The last line is what to look at. */
async function main(): Promise<void> {
  const wish = wishOf(process.argv.slice(2));
  if (wish === undefined) {
    process.stderr.write(`say ${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  setPriority(NICE);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const chooser = join(__dirname, '../../apps/standalone/src/programs.js');
  const summary = await runRounds({ ...wish, chooser, say });
  const { rounds: done, void: voided, lost, doubled, broken, findings, kept, ...more } = summary;
  print({ seed: wish.seed, ...more, findings, kept });
  print({ rounds: done, void: voided, lost, doubled, broken });
  process.exitCode = lost + doubled + broken > 0 ? 1 : 0;
}

function wishOf(args: string[]): Readonly<{ rounds: number; seed: number }> | undefined {
  const options = { rounds: { type: 'string' }, seed: { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    const rounds = Number(values.rounds ?? 20);
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    const isWish = Number.isSafeInteger(rounds) && rounds > 0 && Number.isSafeInteger(seed);
    return isWish ? { rounds, seed } : undefined;
  } catch {
    return undefined;
  }
}

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 2;
});
