import { parseArgs } from 'node:util';
import { ROLES, type Role } from '@app/platform';
import { reachOf } from '../../apps/api/src/access/rights-page';
import { AccessApp, type Asked, type Which } from './access-app';

const USAGE = 'npm run timing -- [--rounds N]';

/** How far the medians of what is foreign and what is missing may be apart. */
const DIFFERENCE_MS_MAX = 5;

/**
 * Whether what is foreign is told as fast as what is missing, on every route and for every role that has
 * its own: a measure, by hand, since a test of times fails on a busy machine. Exits with 1 where it is not.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
  const rounds = Number(values.rounds ?? 1_000);
  if (!(Number.isSafeInteger(rounds) && rounds > 0)) throw new Error(USAGE);
  const app = await AccessApp.start();
  try {
    const compared: Readonly<{ what: string; ms: number }>[] = [];
    for (const asked of app.asks.filter(({ ask }) => ask.names === 'object')) {
      for (const role of ROLES.filter((each) => reachOf(asked.rights, each) === 'own')) {
        if (asked.ask.nobodysFor === role) continue;
        const ms = await differenceOf(app, { asked, role, rounds });
        compared.push({ what: `${asked.route} as ${role}`, ms: Math.round(ms * 1_000) / 1_000 });
      }
    }
    compared.sort((one, other) => Math.abs(other.ms) - Math.abs(one.ms));
    for (const each of compared.slice(0, 5)) print(each);
    const largestMs = Math.abs(compared[0]?.ms ?? Infinity);
    print({ compared: compared.length, rounds, largestMs });
    if (largestMs >= DIFFERENCE_MS_MAX) process.exitCode = 1;
  } finally {
    await app.stop();
  }
}

/** How much longer a foreign one takes, in milliseconds; a busy machine moves both medians alike. */
async function differenceOf(
  app: AccessApp,
  { asked, role, rounds }: Readonly<{ asked: Asked; role: Role; rounds: number }>,
): Promise<number> {
  const token = await app.callers.good(role);
  const took = { foreign: [] as number[], missing: [] as number[] };
  const inTurns = (round: number): readonly Exclude<Which, 'own'>[] =>
    round % 2 === 0 ? ['foreign', 'missing'] : ['missing', 'foreign'];
  for (let round = 0; round < rounds; round += 1) {
    for (const which of inTurns(round)) {
      const before = performance.now();
      await app.send(asked, which, token);
      took[which].push(performance.now() - before);
    }
  }
  return medianOf(took.foreign) - medianOf(took.missing);
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
});
