import { resolve } from 'node:path';
import { ConfigError, keyRingPath, readConfig } from '@app/platform/config';
import { parseArguments, type Upkeep } from './arguments';
import { backUp, restore } from './backup';
import { inherited } from './environment';
import { copyKeys } from './key-copies';
import { RefusedStart } from './refused-start';
import { runStandalone } from './standalone';

const KNOWN = [RefusedStart, ConfigError];

/** What its user can put right is one line on stderr; anything else shows its stack. */
async function main(): Promise<void> {
  try {
    const wish = parseArguments(process.argv.slice(2));
    if (!('once' in wish)) return await upkeep(wish);
    const well = await runStandalone(wish, (line) => console.log(line));
    if (well && wish.mode === 'demo') console.log('demo: ok');
    process.exitCode = well ? 0 : 1;
  } catch (error) {
    if (!KNOWN.some((known) => error instanceof known)) throw error;
    console.error(`standalone: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

async function upkeep(wish: Upkeep): Promise<void> {
  const config = readConfig(['dataDir', 'keyRingFile'], inherited);
  const dataDir = resolve(config.dataDir);
  const say = (line: string): void => console.log(line);
  if (wish.mode === 'backup') backUp(dataDir, resolve(wish.folder), say);
  else if (wish.mode === 'backup-keys') {
    copyKeys({ dataDir, to: resolve(wish.folder), now: new Date(), say });
  } else if (wish.mode === 'restore') restore(resolve(wish.folder), dataDir, say);
  else {
    // Loaded only here: who keeps programs running needs nothing of theirs.
    const { rotateKey } = await import('./rotate-key');
    rotateKey(keyRingPath({ ...config, dataDir }), say);
  }
}

void main();
