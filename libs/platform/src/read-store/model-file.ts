import { DatabaseSync } from 'node:sqlite';
import { isDamage, ReadModelDamaged } from './errors';

/**
 * Opens the file of all read models as its one writer does, with what every such file has. Throws
 * `ReadModelDamaged`.
 */
export function openToWrite(path: string, cacheMb = CACHE_MB): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // Without a sync per commit a power cut may take the last commits, rows and positions together:
    // they are projected again.
    db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = ${-1024 * cacheMb};
      PRAGMA temp_store = MEMORY; ${AUTOCHECKPOINT};
      PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};
      CREATE TABLE IF NOT EXISTS carnet_progress (
        name TEXT NOT NULL, version INTEGER NOT NULL, live INTEGER NOT NULL, position INTEGER,
        shape TEXT NOT NULL, tables TEXT NOT NULL, PRIMARY KEY (name, version)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS carnet_anchor (
        id INTEGER PRIMARY KEY, position INTEGER NOT NULL, streamName TEXT NOT NULL,
        revision INTEGER NOT NULL, eventId TEXT NOT NULL
      ) STRICT;`);
    const { user_version: format } = db.prepare('PRAGMA user_version').get() as FormatRow;
    if (format !== 0 && format !== FILE_FORMAT) {
      throw new ReadModelDamaged(path, `its format is ${format}, this program's ${FILE_FORMAT}`);
    }
    db.exec(`PRAGMA user_version = ${FILE_FORMAT}`);
    return db;
  } catch (error) {
    db.close();
    throw isDamage(error) ? new ReadModelDamaged(path, error) : error;
  }
}

type FormatRow = { user_version: number };

/** Raised when the tables of this file itself change: an older file is then made again. */
const FILE_FORMAT = 1;

/** In pages of 4 KiB: 64 MB. */
export const AUTOCHECKPOINT = 'PRAGMA wal_autocheckpoint = 16000';

/** A rebuild's log of the file is larger, and given back when it is over. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/** Of the file's pages, in memory: most of what a fold looks up was written lately. */
const CACHE_MB = 128;
