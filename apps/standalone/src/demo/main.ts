import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { SystemClock } from '@app/platform';
import { createDemoIssuer } from '../demo-issuer';
import { check } from './check';
import { gatherFiles } from './gather';
import { makeHistory } from './history';
import { ownPlaces } from './places-file';
import { handlesOf, summaryOf } from './summary';

const OPTIONS = {
  'data-dir': { type: 'string' },
  out: { type: 'string' },
  places: { type: 'string' },
  scale: { type: 'string', default: '1' },
} as const;

/**
 * Makes a demo's history on its folder and ends: what it took of memory is given back before the
 * programs serve. Prints progress and a summary; writes who can log in into the folder.
 * Exit code 1 when an invariant is broken.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const dataDir = values['data-dir'];
  const out = values.out;
  if (dataDir === undefined || out === undefined)
    throw new Error('--data-dir and --out are needed');
  mkdirSync(dataDir, { recursive: true });
  const issuer = await createDemoIssuer(dataDir);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const places = values.places === undefined ? ownPlaces() : readFileSync(values.places);
  const env = { ...inheritedEnv(), ...issuer.env };
  const { scheme, world, bank, year } = await makeHistory({
    ...{ dataDir, env, issuer, places, say },
    ...{ iban: issuer.env['CARNET_RING_FENCED_IBAN'] ?? '', scale: Number(values.scale) },
    today: new SystemClock().today(),
  });
  const files = await gatherFiles(out, { world, bank });
  const checked = await check(scheme, world);
  for (const line of await summaryOf({ world, bank, year, checked, files })) say(line);
  writeFileSync(join(dataDir, 'handles.json'), JSON.stringify(handlesOf(world, year)));
  await scheme.stop();
  process.exit(checked.broken.length > 0 ? 1 : 0);
}

/** Without the addresses of a system that runs: the history has its own. */
function inheritedEnv(): NodeJS.ProcessEnv {
  return { CARNET_LOG_LEVEL: 'error' };
}

main().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
