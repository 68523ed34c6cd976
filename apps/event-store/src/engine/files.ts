import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All the log asks of a disk. The durable form, the in-memory form and the fault specs differ in
 * this and in nothing else. Errors are those of `node:fs`, with `code`.
 */
export interface LogFiles {
  names(): string[];
  open(name: string): LogFile;
  /** The whole file, undefined when there is none. */
  read(name: string): Buffer | undefined;
  /** Puts a file in place of another at once: after a crash it is the old one or the new one. */
  replace(name: string, parts: readonly Uint8Array[]): Promise<void>;
  remove(name: string): void;
  /** Makes created and removed names durable. */
  syncNames(): void;
}

export interface LogFile {
  size(): number;
  /** Reads at most `length` bytes to the start of `target`; returns how many there were. */
  read(target: Buffer, position: number, length: number): number;
  /** Writes everything or throws; a part may then be in the file. */
  write(bytes: Uint8Array, position: number): void;
  /**
   * Writes zeros, so that what is written there later needs no new blocks and no new length: its
   * sync then costs a third less. Throws when there is no room for them; a part may be written.
   */
  reserve(position: number, length: number): void;
  truncate(length: number): void;
  /** After it resolves, what was written is on disk. After it rejects, nobody knows. */
  sync(): Promise<void>;
  /** The same, waiting for it: at the start, when nobody is served yet. */
  syncNow(): void;
  close(): void;
}

export class DiskFiles implements LogFiles {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  names(): string[] {
    return readdirSync(this.directory);
  }

  open(name: string): LogFile {
    const path = this.path(name);
    return new DiskFile(openSync(path, existsSync(path) ? 'r+' : 'wx+', 0o600));
  }

  read(name: string): Buffer | undefined {
    try {
      return readFileSync(this.path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async replace(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const path = this.path(name);
    const draft = `${path}.new`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        for (const part of parts) await file.writeFile(part);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    this.syncNames();
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  syncNames(): void {
    const directory = openSync(this.directory, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  }

  private path(name: string): string {
    return join(this.directory, name);
  }
}

/** A disk that takes longer than this must not stop the thread that serves everybody. */
const FAST_SYNC_MS = 5;

class DiskFile implements LogFile {
  private syncMs = 0;

  constructor(private readonly descriptor: number) {}

  size(): number {
    return fstatSync(this.descriptor).size;
  }

  read(target: Buffer, position: number, length: number): number {
    let done = 0;
    while (done < length) {
      const read = readSync(this.descriptor, target, done, length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  write(bytes: Uint8Array, position: number): void {
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
    }
  }

  reserve(position: number, length: number): void {
    this.write(Buffer.alloc(length), position);
  }

  truncate(length: number): void {
    ftruncateSync(this.descriptor, length);
  }

  /**
   * Waking another thread and being woken by it takes as long as a fast disk does: while the disk
   * is fast, it is waited for right here.
   */
  async sync(): Promise<void> {
    const start = performance.now();
    try {
      if (this.syncMs < FAST_SYNC_MS) fdatasyncSync(this.descriptor);
      else await this.syncElsewhere();
    } finally {
      const tookMs = performance.now() - start;
      // One slow sync counts for the next hundreds, many fast ones make up for it.
      this.syncMs = Math.max(tookMs, this.syncMs * 0.99);
    }
  }

  syncNow(): void {
    fdatasyncSync(this.descriptor);
  }

  private syncElsewhere(): Promise<void> {
    return new Promise((resolve, reject) =>
      fdatasync(this.descriptor, (error) => (error ? reject(error) : resolve())),
    );
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Forgets everything when it is dropped: for tests and trials. */
export class MemoryFiles implements LogFiles {
  private readonly files = new Map<string, MemoryFile>();

  names(): string[] {
    return [...this.files.keys()];
  }

  open(name: string): LogFile {
    let file = this.files.get(name);
    if (!file) this.files.set(name, (file = new MemoryFile()));
    return file;
  }

  read(name: string): Buffer | undefined {
    return this.files.get(name)?.bytes();
  }

  replace(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const file = new MemoryFile();
    file.write(Buffer.concat(parts), 0);
    this.files.set(name, file);
    return Promise.resolve();
  }

  remove(name: string): void {
    this.files.delete(name);
  }

  syncNames(): void {}
}

class MemoryFile implements LogFile {
  private buffer = Buffer.alloc(0);
  private length = 0;

  size(): number {
    return this.length;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  read(target: Buffer, position: number, length: number): number {
    return this.buffer.copy(target, 0, position, Math.min(position + length, this.length));
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.buffer.length, 1 << 16));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    this.buffer.set(bytes, position);
    this.length = Math.max(this.length, end);
  }

  reserve(): void {}

  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  syncNow(): void {}

  close(): void {}
}
