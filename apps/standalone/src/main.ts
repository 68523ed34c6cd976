import { ConfigError } from '@app/platform';
import { parseArguments } from './arguments';
import { RefusedStart } from './refused-start';
import { runStandalone } from './standalone';

/** What its user can put right is one line on stderr; anything else shows its stack. */
async function main(): Promise<void> {
  try {
    const wish = parseArguments(process.argv.slice(2));
    const well = await runStandalone(wish, (line) => console.log(line));
    if (well && wish.mode === 'demo') console.log('demo: ok');
    process.exitCode = well ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RefusedStart || error instanceof ConfigError)) throw error;
    console.error(`standalone: ${error.message}`);
    process.exitCode = 1;
  }
}

void main();
