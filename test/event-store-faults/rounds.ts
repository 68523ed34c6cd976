import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { APPENDERS } from './appenders';
import { killRounds, type KillSummary } from './kill-rounds';

/**
 * `npm run faults:event-store -- --rounds 200 [--seed 1] [--writer http2]`: kill rounds for as long
 * as one likes. Prints a line of JSON; exits with 1 when a promise was broken.
 */
async function main(): Promise<void> {
  const options = {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    writer: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const rounds = positive(values.rounds ?? '200', '--rounds');
  const seed = positive(values.seed ?? String(Date.now() % 1_000_000), '--seed');
  const writer = writerOf(values.writer ?? 'vendor');
  process.stderr.write(`${rounds} kill rounds, seed ${seed}, writer ${writer}\n`);
  const summary = await killRounds({
    main: join(__dirname, '../../apps/event-store/src/main.js'),
    connect: APPENDERS[writer],
    rounds,
    seed,
    onRound: progress,
  });
  const { rounds: done, void: voided, lost, doubled, broken, ...more } = summary;
  const line = { rounds: done, void: voided, lost, doubled, broken, seed, writer, ...more };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exitCode = lost + doubled + broken > 0 ? 1 : 0;
}

function progress({ rounds, lost, doubled, broken, acknowledged }: KillSummary): void {
  if (rounds % 10 !== 0) return;
  const found = `${lost} lost, ${doubled} doubled, ${broken} broken`;
  process.stderr.write(`${rounds} rounds, ${acknowledged} appends acknowledged: ${found}\n`);
}

function writerOf(name: string): keyof typeof APPENDERS {
  if (Object.hasOwn(APPENDERS, name)) return name as keyof typeof APPENDERS;
  throw new Error(`--writer must be one of ${Object.keys(APPENDERS).join(', ')}, not '${name}'`);
}

function positive(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`${name} must be a whole number above 0, not '${text}'`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
