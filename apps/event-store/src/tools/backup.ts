import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { DirectoryInUse, lockDirectory } from '../engine/directory-lock';
import { DiskFiles } from '../engine/files';
import { readProgress } from '../engine/progress-mark';
import { baseOf, segmentNames } from '../engine/segment';
import { type Inspected, inspect } from './inspect';

const READS_MAX = 100;

/**
 * Copies a log to a directory that is new or empty, whether or not a server writes to it, and
 * reads the copy back. It holds a prefix of the log: everything acknowledged before the call.
 * The index is not copied: the first start on the copy builds it.
 */
export function backup(from: string, to: string): Inspected {
  if (!existsSync(from)) throw new Error(`${from} does not exist`);
  const end = acknowledgedEnd(from);
  if (existsSync(to) && readdirSync(to).length > 0) throw new Error(`${to} is not empty`);
  mkdirSync(to, { recursive: true });
  const files = new DiskFiles(to);
  for (const name of segmentNames(readdirSync(from))) {
    const length = end - baseOf(name);
    if (length <= 0) break;
    copy(join(from, name), join(to, name), length);
  }
  files.syncNames();
  const copied = inspect(to);
  if (copied.logBytes !== end || copied.tailBytes > 0) {
    throw new Error(`the copy ends at ${copied.logBytes}, not at ${end}: it is no backup`);
  }
  return copied;
}

/** Without a server every whole frame counts; beside one, what it has acknowledged. */
function acknowledgedEnd(directory: string): number {
  try {
    const lock = lockDirectory(directory);
    try {
      return inspect(directory).logBytes;
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error;
  }
  const files = new DiskFiles(directory);
  for (let read = 0; read < READS_MAX; read++) {
    const end = readProgress(files);
    if (end !== undefined) return end;
  }
  throw new Error(`${directory} does not say how far it is acknowledged`);
}

function copy(source: string, target: string, length: number): void {
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  const file = openSync(target, 'r+');
  try {
    // A sealed segment is shorter than the log goes on after it: it is never made longer.
    if (fstatSync(file).size > length) ftruncateSync(file, length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
