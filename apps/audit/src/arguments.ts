import { isDay } from '@app/kernel';
import { parseArgs } from 'node:util';

export type Wanted =
  | Readonly<{ verb: 'export'; to: string }>
  | Readonly<{ verb: 'rotate' }>
  | Readonly<{
      verb: 'verify';
      /** The log and the files under DATA_DIR. */
      store: boolean;
      /** An export. */
      dir: string | undefined;
      /** The first key to trust. */
      key: string | undefined;
      /** Roots known from elsewhere. */
      roots: ReadonlyMap<string, string>;
    }>;

export const USAGE = `usage:
  npm run audit -- verify [--store] [--dir EXPORT] [--key KEY] [--root DAY=ROOT]...
  npm run audit -- export DIR
  npm run audit -- rotate`;

/** @throws an `Error` whose message says what is wrong. */
export function wantedBy(args: readonly string[]): Wanted {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      store: { type: 'boolean', default: false },
      dir: { type: 'string' },
      key: { type: 'string' },
      root: { type: 'string', multiple: true, default: [] },
    },
  });
  const [verb, to, ...more] = positionals;
  const { store, dir, key, root } = values;
  const isBare = !store && [dir, key].every((each) => each === undefined) && root.length === 0;
  if (verb === 'export' && to !== undefined && more.length === 0 && isBare) return { verb, to };
  if (verb === 'rotate' && to === undefined && isBare) return { verb };
  if (verb !== 'verify' || to !== undefined) throw new Error(USAGE);
  if (key !== undefined && !HASH.test(key)) throw new Error('--key takes 64 hexadecimal digits');
  const roots = new Map(root.map(rootOf));
  return { verb, store: store || dir === undefined, dir, key, roots };
}

const HASH = /^[0-9a-f]{64}$/;

function rootOf(text: string): [string, string] {
  const [day = '', root = '', ...more] = text.split('=');
  if (isDay(day) && HASH.test(root) && more.length === 0) return [day, root];
  throw new Error('--root takes a day and its root: 2026-03-02=3f0c…');
}
