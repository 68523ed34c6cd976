import { resolve } from 'node:path';
import { ConfigError, keyRingPath, readConfig, SystemClock, SystemRandomness } from '@app/platform';
import { KeyRing, KeyRingError } from '@app/voucher-books';
import { parseArguments, type Upkeep } from './arguments';
import { backUp, restore } from './backup';
import { inherited } from './environment';
import { RefusedStart } from './refused-start';
import { runStandalone } from './standalone';

const KNOWN = [RefusedStart, ConfigError, KeyRingError];

/** What its user can put right is one line on stderr; anything else shows its stack. */
async function main(): Promise<void> {
  try {
    const wish = parseArguments(process.argv.slice(2));
    if (!('once' in wish)) return upkeep(wish);
    const well = await runStandalone(wish, (line) => console.log(line));
    if (well && wish.mode === 'demo') console.log('demo: ok');
    process.exitCode = well ? 0 : 1;
  } catch (error) {
    if (!KNOWN.some((known) => error instanceof known)) throw error;
    console.error(`standalone: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function upkeep(wish: Upkeep): void {
  const config = readConfig(['dataDir', 'keyRingFile'], inherited);
  const dataDir = resolve(config.dataDir);
  const say = (line: string): void => console.log(line);
  if (wish.mode === 'rotate-key') rotateKey(keyRingPath({ ...config, dataDir }), say);
  else if (wish.mode === 'backup') backUp(dataDir, resolve(wish.folder), say);
  else restore(resolve(wish.folder), dataDir, say);
}

/** For the orders issued from now on; what is out keeps the key it was made under. */
function rotateKey(file: string, say: (line: string) => void): void {
  const ports = { clock: new SystemClock(), randomness: new SystemRandomness() };
  const keyId = KeyRing.open({ file, ...ports }).rotate(ports);
  say(`orders issued from now on have codes under key ${keyId}; save ${file} again`);
}

void main();
