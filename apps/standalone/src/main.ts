import { resolve } from 'node:path';
import { ConfigError, readConfig } from '@app/platform';
import { parseArguments, type Upkeep } from './arguments';
import { backUp, restore } from './backup';
import { inherited } from './environment';
import { RefusedStart } from './refused-start';
import { runStandalone } from './standalone';

/** What its user can put right is one line on stderr; anything else shows its stack. */
async function main(): Promise<void> {
  try {
    const wish = parseArguments(process.argv.slice(2));
    if ('folder' in wish) return upkeep(wish);
    const well = await runStandalone(wish, (line) => console.log(line));
    if (well && wish.mode === 'demo') console.log('demo: ok');
    process.exitCode = well ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RefusedStart || error instanceof ConfigError)) throw error;
    console.error(`standalone: ${error.message}`);
    process.exitCode = 1;
  }
}

function upkeep({ mode, folder }: Upkeep): void {
  const { dataDir } = readConfig(['dataDir'], inherited);
  const say = (line: string): void => console.log(line);
  if (mode === 'backup') backUp(resolve(dataDir), resolve(folder), say);
  else restore(resolve(folder), resolve(dataDir), say);
}

void main();
