import { parseArgs } from 'node:util';
import { RefusedStart } from './refused-start';

const USAGE = 'say demo, demo --once, or start';

/** What is asked of the supervisor. `once`: start, show the health of everything, stop. */
export type Wish = Readonly<{ mode: 'demo' | 'start'; once: boolean }>;

/** Throws `RefusedStart` for anything but `demo`, `start`, `--once`. */
export function parseArguments(args: readonly string[]): Wish {
  const { positionals, values } = parse(args);
  const [mode, ...others] = positionals;
  if ((mode !== 'demo' && mode !== 'start') || others.length > 0) throw new RefusedStart(USAGE);
  return { mode, once: values.once };
}

function parse(args: readonly string[]) {
  try {
    const options = { once: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Its message names the option it does not know.
    throw new RefusedStart(`${(error as Error).message.split('\n')[0]} (${USAGE})`);
  }
}
