import { parseArgs } from 'node:util';
import { fuzz, type FuzzResult } from './fuzz';

const USAGE = 'npm run fuzz -- [--requests N] [--seed S]';

/** Exits with 1 where something was found. The last line is what to look at. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { requests: { type: 'string' }, seed: { type: 'string' } },
  });
  const requests = Number(values.requests ?? 10_000);
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  if (!(Number.isSafeInteger(requests) && requests > 0 && Number.isSafeInteger(seed))) {
    throw new Error(USAGE);
  }
  const report = await fuzz({ requests, seed, onProgress: (line) => print(line) });
  print(report);
  const last: FuzzResult = {
    ...{ requests: report.requests, '5xx': report['5xx'] },
    eventsFromRefused: report.eventsFromRefused,
  };
  print(last);
  if (last['5xx'] + last.eventsFromRefused > 0) process.exitCode = 1;
}

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
});
