import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup as backupLog } from '../../event-store/src/tools/backup';
import { inspect } from '../../event-store/src/tools/inspect';
import { lockFolder } from './folder-lock';
import { RefusedStart } from './refused-start';

/** Files that events name: stored before the event that names them. Audit roots name refusals. */
const FOLDERS = [
  ...(['uploads', 'payment-files', 'bank-reports'] as const),
  ...(['audit/refusals', 'audit/roots', 'audit/records'] as const),
] as const;

/**
 * Saves what cannot be made again: the log, and the files its events name. The log comes first, so
 * that every file it names is there by then; a system that runs goes on meanwhile. Queues and views
 * are left out, prints too; the key ring is, on purpose, none of this: it belongs elsewhere. Nor are
 * contacts, their keys and those of the bank's reports: a backup that lasts would give back who was
 * erased. `copyKeys` saves those, for as long as that may be.
 */
export function backUp(dataDir: string, to: string, say: (line: string) => void): void {
  const from = join(dataDir, 'events');
  if (!existsSync(from)) throw new RefusedStart(`${from} is no log of the embedded event store`);
  if (existsSync(to) && readdirSync(to).length > 0) throw new RefusedStart(`${to} is not empty`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const { events, logBytes } = backupLog(from, join(to, 'events'));
  say(`${events} events, ${logBytes} bytes of log`);
  say(`${copyFiles(dataDir, to)} files that events name`);
  say('key ring and audit keys are not in it: save those files apart, as the operations page says');
  say("nor is what can be erased: `npm run backup-keys -- TO` copies contacts and reports' keys");
}

/**
 * Puts a backup where a system is to work on it, and reads the log back. Views are made anew by the
 * next start. The folder must hold no log and be nobody's; the key ring is put there by hand.
 */
export function restore(from: string, dataDir: string, say: (line: string) => void): void {
  const log = join(from, 'events');
  if (!existsSync(log)) throw new RefusedStart(`${from} is no backup`);
  const letGo = lockFolder(dataDir);
  try {
    for (const left of ['events', 'read-models.sqlite']) {
      const path = join(dataDir, left);
      if (existsSync(path)) throw new RefusedStart(`${path} exists: move it away first`);
    }
    const whole = inspect(log);
    cpSync(log, join(dataDir, 'events'), { recursive: true });
    const { events, logBytes } = inspect(join(dataDir, 'events'));
    if (logBytes !== whole.logBytes)
      throw new RefusedStart('the copy is not the backup: disk full?');
    say(`${events} events, ${logBytes} bytes of log`);
    say(`${copyFiles(from, dataDir)} files that events name`);
    if (!existsSync(join(dataDir, 'key-ring.json'))) {
      say(`put the key ring at ${join(dataDir, 'key-ring.json')} before you start`);
    }
  } finally {
    letGo();
  }
}

function copyFiles(from: string, to: string): number {
  let files = 0;
  for (const folder of FOLDERS) {
    const source = join(from, folder);
    if (!existsSync(source)) continue;
    // A draft that is being written beside has another name by the time an event names it.
    cpSync(source, join(to, folder), { recursive: true, errorOnExist: true, force: false });
    files += readdirSync(source).length;
  }
  return files;
}
