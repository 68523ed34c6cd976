import type { Position } from '../event-store/event-store';

/** The remedy of all of them: the log is the truth, a read model only costs a replay. */
const REBUILD = 'Run `npm run projector -- --rebuild`: the views are made again from the log.';

/** The view is not there yet, or has not passed the position asked for: ask again soon. */
export class ReadModelBehind extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ReadModelBehind';
  }
}

/** The file cannot be read as a database, or not by this version of the program. */
export class ReadModelDamaged extends Error {
  constructor(path: string, cause: unknown) {
    const why = messageOf(cause);
    super(`${path} is damaged (${why}). ${REBUILD}`, { cause });
    this.name = 'ReadModelDamaged';
  }
}

/** The view has seen events the log does not have: an older backup, or another store. */
export class ProjectionAheadOfLog extends Error {
  constructor(names: readonly string[], position: Position, head: Position | undefined) {
    super(
      `${names.join(', ')}: stands at position ${position}, but the log ends at ` +
        `${head ?? 'its start'}. The log was restored from an older backup, or EVENTSTORE_URL ` +
        `names another store. If this is the right log: ${REBUILD}`,
    );
    this.name = 'ProjectionAheadOfLog';
  }
}

/** The log at our position is not the log that was projected. */
export class LogIsAnother extends Error {
  constructor(position: Position, eventId: string) {
    super(
      `The views were made from a log whose event at position ${position} is ${eventId}; this log ` +
        `has another one. Check EVENTSTORE_URL. If this is the right log: ${REBUILD}`,
    );
    this.name = 'LogIsAnother';
  }
}

export class ProjectionChanged extends Error {
  constructor(name: string) {
    super(`${name}: its tables changed but its version did not. Raise the version.`);
    this.name = 'ProjectionChanged';
  }
}

export class AnotherProjector extends Error {
  constructor(name: string) {
    super(`${name}: its position moved under us. Another projector writes this file; end one.`);
    this.name = 'AnotherProjector';
  }
}

export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** Primary result code of SQLite, undefined for an error that is not SQLite's. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export const SQLITE = {
  ERROR: 1,
  BUSY: 5,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const;

export function isDamage(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === SQLITE.CORRUPT || code === SQLITE.NOTADB;
}
