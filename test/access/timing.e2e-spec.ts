import { ROLES, type Role } from '@app/platform';
import { reachOf } from '../../apps/api/src/access/rights-page';
import { AccessApp, type Asked, type Which } from './access-app';

// Only a hang should end it on a busy machine.
jest.setTimeout(300_000);

const ROUNDS = 40;
/** Of the medians, which a busy machine moves alike: they are measured in turns. */
const DIFFERENCE_MS_MAX = 5;

let app: AccessApp;
beforeAll(async () => {
  app = await AccessApp.start();
});
afterAll(() => app.stop());

it('what is foreign is told as fast as what is missing', async () => {
  const differences: Readonly<{ what: string; ms: number }>[] = [];
  for (const asked of app.asks.filter(({ ask }) => ask.names === 'object')) {
    for (const role of ROLES.filter((each) => reachOf(asked.rights, each) === 'own')) {
      if (asked.ask.nobodysFor === role) continue;
      differences.push({ what: `${asked.route} as ${role}`, ms: await differenceOf(asked, role) });
    }
  }
  differences.sort((one, other) => Math.abs(other.ms) - Math.abs(one.ms));
  const [slowest] = differences;
  process.stdout.write(`${JSON.stringify({ compared: differences.length, slowest })}\n`);
  expect(differences.length).toBeGreaterThan(40);
  expect(Math.abs(slowest?.ms ?? Infinity)).toBeLessThan(DIFFERENCE_MS_MAX);
});

/** How much longer a foreign one takes, in milliseconds. */
async function differenceOf(asked: Asked, role: Role): Promise<number> {
  const token = await app.callers.good(role);
  const took = { foreign: [] as number[], missing: [] as number[] };
  const inTurns = (round: number): readonly Exclude<Which, 'own'>[] =>
    round % 2 === 0 ? ['foreign', 'missing'] : ['missing', 'foreign'];
  for (let round = 0; round < ROUNDS; round += 1) {
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
