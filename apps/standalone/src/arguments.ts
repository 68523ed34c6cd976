import { parseArgs } from 'node:util';
import { RefusedStart } from './refused-start';

const USAGE =
  'say demo [--once] [--places FILE] [--scale 1|10|100] [--out DIR], start [--once], ' +
  'rotate-key, backup TO, backup-keys TO, or restore FROM';

/** What a demo's history is made of. */
export type Making = Readonly<{
  /** A file of the national standard; without one the demo has places of its own. */
  places: string | undefined;
  /** 1 is 5,000 vouchers. */
  scale: number;
  /** Where the files go that a printer, a bank or an accountant would get. */
  out: string;
}>;

/** What is asked of the supervisor. `once`: show how everything is, and stop. */
export type Wish = Readonly<{ once: boolean } & ({ mode: 'start' } | ({ mode: 'demo' } & Making))>;

const WITH_FOLDER = ['backup', 'backup-keys', 'restore'] as const;

/** Done without starting anything. */
export type Upkeep =
  | Readonly<{ mode: (typeof WITH_FOLDER)[number]; folder: string }>
  | Readonly<{ mode: 'rotate-key' }>;

const OPTIONS = {
  once: { type: 'boolean', default: false },
  places: { type: 'string' },
  scale: { type: 'string', default: '1' },
  out: { type: 'string', default: 'demo-files' },
} as const;

/** Throws `RefusedStart` for anything else than what `USAGE` says. */
export function parseArguments(args: readonly string[]): Wish | Upkeep {
  const { positionals, values } = parse(args);
  const [mode, ...others] = positionals;
  const [folder] = others;
  const withFolder = WITH_FOLDER.find((each) => each === mode);
  if (withFolder && folder !== undefined && args.length === 2) return { mode: withFolder, folder };
  if (others.length > 0) throw new RefusedStart(USAGE);
  if (mode === 'rotate-key' && args.length === 1) return { mode };
  const { once, places, scale, out } = values;
  if (mode === 'start') return { mode, once };
  if (mode !== 'demo' || !/^(1|10|100)$/.test(scale)) throw new RefusedStart(USAGE);
  return { mode, once, places, scale: Number(scale), out };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Its message names the option it does not know.
    throw new RefusedStart(`${(error as Error).message.split('\n')[0]} (${USAGE})`);
  }
}
