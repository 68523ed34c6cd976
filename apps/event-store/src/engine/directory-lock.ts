import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type DirectoryLock = Readonly<{ release: () => void }>;

/**
 * Makes this process the only one that may write to the directory. The lock is the kernel's
 * (an exclusive one on `lock`, taken by SQLite, since Node has no flock): it ends with the
 * process however that dies, so it is never stale and knows nothing of reused process ids.
 * `lock.pid` only names the holder. Throws when another holds it, in this process too.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const holder = join(directory, 'lock.pid');
  const database = new DatabaseSync(join(directory, 'lock'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw error;
    throw new DirectoryInUse(directory, readHolder(holder));
  }
  writeFileSync(holder, `${process.pid}\n`);
  return { release: () => database.close() };
}

export class DirectoryInUse extends Error {
  constructor(directory: string, holder: string) {
    super(`${directory} is in use by another event store (process ${holder})`);
    this.name = 'DirectoryInUse';
  }
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
