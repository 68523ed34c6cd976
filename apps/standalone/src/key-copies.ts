import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedStart } from './refused-start';

/** What can be erased, and the keys that erase it: in no backup that lasts. */
const FOLDERS = ['contacts', 'contact-keys', 'bank-report-keys'] as const;

/** Who was erased is in a copy no longer than that. */
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

/** `2026-03-02T09-00-00Z`: when it was made. Nothing else in the folder is ever deleted. */
const COPY = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z$/;
const DRAFT = /^draft-\d+$/;

type Copies = Readonly<{ dataDir: string; to: string; now: Date; say: (line: string) => void }>;

/**
 * Copies the keys of contacts and of the bank's reports into a new folder below `to`, then deletes the
 * copies there that are older than 30 days. Run every day, also while the system runs, it keeps both
 * promises: a lost disk loses no name, and who was erased is in no copy for longer than that.
 * @throws RefusedStart where `to` is in the folder of data, or there is nothing to copy from.
 */
export function copyKeys({ dataDir, to, now, say }: Copies): void {
  if (!existsSync(dataDir)) throw new RefusedStart(`${dataDir} does not exist`);
  if (`${to}/`.startsWith(`${dataDir}/`)) throw new RefusedStart(`${to} is in DATA_DIR`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  if (existsSync(join(to, name))) throw new RefusedStart(`${join(to, name)} exists`);
  const draft = join(to, `draft-${process.pid}`);
  mkdirSync(draft, { mode: 0o700 });
  let files = 0;
  for (const folder of FOLDERS) {
    const source = join(dataDir, folder);
    if (!existsSync(source)) continue;
    copyFolder(source, join(draft, folder));
    files += readdirSync(join(draft, folder)).length;
  }
  renameSync(draft, join(to, name));
  say(`${files} keys and contacts, in ${join(to, name)}`);
  const old = readdirSync(to).filter((each) => isOld(each, now));
  for (const each of old) rmSync(join(to, each), { recursive: true, force: true });
  if (old.length > 0) say(`${old.length} copies older than ${KEEP_DAYS} days deleted`);
}

/** What is erased meanwhile is gone, and is no failure. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    try {
      if (entry.isDirectory()) copyFolder(source, target);
      else cpSync(source, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function isOld(name: string, now: Date): boolean {
  const [, day, hours, minutes, seconds] = COPY.exec(name) ?? [];
  if (day === undefined) return DRAFT.test(name);
  const madeMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return now.getTime() - madeMs > KEEP_DAYS * DAY_MS;
}
