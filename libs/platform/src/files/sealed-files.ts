import { createHash, randomUUID, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Randomness } from '../ids/randomness';
import {
  HEADER_BYTES_MAX,
  readHeader,
  SALT_BYTES,
  SealBroken,
  sealed,
  sealOf,
  unsealed,
  type Seal,
} from './sealed-bytes';

/** Master keys of 32 bytes, by id; one of them seals what is written now. */
export type SealKeys = Readonly<{
  currentKeyId: string;
  /** Throws where it has no such key. */
  masterKeyOf: (keyId: string) => KeyObject;
}>;

export type SealedFilesOptions = Readonly<{
  /** A folder for these files alone; made when the first is kept. */
  folder: string;
  /** Bound into every key: `carnet/<what>/v1`. */
  purpose: string;
  keys: SealKeys;
  randomness: Randomness;
}>;

type FileSeal = Readonly<{ seal: Seal; headerBytes: number }>;

/** Of the plain bytes. */
export type KeptFile = Readonly<{ sha256: string; bytes: number }>;

/**
 * Files that nobody but Carnet may read or change: encrypted on disk, each under its name. All programs
 * of a deployment see the same folder.
 */
export class SealedFiles {
  readonly #options: SealedFilesOptions;
  readonly #folder: string;

  constructor(options: SealedFilesOptions) {
    this.#options = options;
    this.#folder = options.folder;
  }

  /**
   * On disk when it answers, in place of what was there; a half is never under its name.
   * @param name 1 to 100 of `a-z 0-9 -`.
   */
  async keep(name: string, plain: Uint8Array | AsyncIterable<Uint8Array>): Promise<KeptFile> {
    const { draft, kept } = await this.#write(name, plain);
    await rename(draft, this.#pathOf(name));
    await this.#syncFolder();
    return kept;
  }

  /** On disk when it answers, unless another was there first: that one stays. */
  async keepFirst(name: string, plain: Uint8Array): Promise<void> {
    const { draft } = await this.#write(name, plain);
    try {
      await link(draft, this.#pathOf(name));
    } catch (error) {
      if (!isError(error, 'EEXIST')) throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await this.#syncFolder();
  }

  async #write(
    name: string,
    plain: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<Readonly<{ draft: string; kept: KeptFile }>> {
    const draft = `${this.#pathOf(name)}.${randomUUID()}`;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = (async function* () {
      for await (const chunk of plain instanceof Uint8Array ? [plain] : plain) {
        digest.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    })();
    const file = await open(draft, 'wx', 0o600);
    try {
      for await (const chunk of sealed(this.#newSeal(name), counted)) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    return { draft, kept: { sha256: digest.digest('hex'), bytes } };
  }

  /** Whether the file is there, and is what that SHA-256 (hex, of the plain bytes) says. */
  async examine(name: string, sha256: string): Promise<'whole' | 'missing' | 'damaged'> {
    const digest = createHash('sha256');
    try {
      for await (const chunk of this.read(name)) digest.update(chunk);
    } catch (error) {
      if (isError(error, 'ENOENT')) return 'missing';
      if (error instanceof SealBroken) return 'damaged';
      throw error;
    }
    return digest.digest('hex') === sha256 ? 'whole' : 'damaged';
  }

  /** The plain bytes. @throws SealBroken; ENOENT where there is no such file. */
  async *read(name: string): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(name);
    const { seal, headerBytes } = await this.#readSeal(name, path);
    yield* unsealed(seal, createReadStream(path, { start: headerBytes }) as AsyncIterable<Buffer>);
  }

  /** The plain bytes of a file that memory holds, read at once. @throws as `read`. */
  async readWhole(name: string): Promise<Buffer> {
    const bytes = await readFile(this.#pathOf(name));
    const { seal, headerBytes } = this.#sealIn(bytes.subarray(0, HEADER_BYTES_MAX), name);
    const pieces = (async function* () {
      yield bytes.subarray(headerBytes);
    })();
    return Buffer.concat(await Array.fromAsync(unsealed(seal, pieces)));
  }

  /** With all its drafts; fine where there is none. */
  async erase(name: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.dropDrafts(name);
    await rm(this.#pathOf(name), { force: true });
    await this.#syncFolder();
  }

  /** What killed writers left; another one that is still writing finds its work done already. */
  async dropDrafts(name: string): Promise<void> {
    const start = `${name}.sealed.`;
    const names = await readdir(this.#folder).catch(() => []);
    const drafts = names.filter((each) => each.startsWith(start));
    await Promise.all(drafts.map((each) => rm(join(this.#folder, each), { force: true })));
  }

  #newSeal(name: string): Seal {
    const { keys, randomness, purpose } = this.#options;
    const keyId = keys.currentKeyId;
    const salt = randomness.bytes(SALT_BYTES);
    return sealOf({ masterKey: keys.masterKeyOf(keyId), keyId, salt, purpose, name });
  }

  async #readSeal(name: string, path: string): Promise<FileSeal> {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES_MAX));
      return this.#sealIn(buffer.subarray(0, bytesRead), name);
    } finally {
      await file.close();
    }
  }

  #sealIn(start: Buffer, name: string): FileSeal {
    const { keys, purpose } = this.#options;
    const header = readHeader(start);
    if (header === undefined) throw new SealBroken();
    const { keyId, salt, bytes: headerBytes } = header;
    const masterKey = keys.masterKeyOf(keyId);
    return { seal: sealOf({ masterKey, keyId, salt, purpose, name }), headerBytes };
  }

  #pathOf(name: string): string {
    if (!/^[0-9a-z-]{1,100}$/.test(name)) throw new TypeError('no name of a sealed file');
    return join(this.#folder, `${name}.sealed`);
  }

  /** Names, and their absence, are on disk too. */
  async #syncFolder(): Promise<void> {
    const handle = await open(this.#folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

const isError = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
