import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RefusedStart } from './refused-start';

/**
 * Makes sure that one supervisor works on a folder. The lock is SQLite's, that is the kernel's: it ends
 * with the process however that ends, so nothing stale can stand in the way of the next start.
 * Answers how to let go. Throws `RefusedStart`.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, 'standalone.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw error;
    throw new RefusedStart(`${folder} is in use by another standalone`);
  }
  return () => lock.close();
}

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
