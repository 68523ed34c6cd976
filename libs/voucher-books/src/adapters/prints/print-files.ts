import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Randomness } from '@app/platform';
import type { KeyRing } from '../key-ring';
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

/** Of the plain bytes. */
export type KeptPrint = Readonly<{ sha256: string; bytes: number }>;

/**
 * Printed books, which hold codes: encrypted on disk, each under the id of its print. All programs of
 * a deployment see the same folder.
 */
export class PrintFiles {
  readonly #folder: string;
  readonly #keyRing: Pick<KeyRing, 'currentKeyId' | 'masterKeyOf'>;
  readonly #randomness: Randomness;

  /** In a folder of their own under `dataDir`. */
  constructor(options: {
    dataDir: string;
    keyRing: Pick<KeyRing, 'currentKeyId' | 'masterKeyOf'>;
    randomness: Randomness;
  }) {
    this.#folder = join(options.dataDir, 'prints');
    this.#keyRing = options.keyRing;
    this.#randomness = options.randomness;
  }

  /** On disk when it answers, in place of what was there; a half is never under its name. */
  async keep(printId: string, plain: AsyncIterable<Uint8Array>): Promise<KeptPrint> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#pathOf(printId);
    const draft = `${path}.${randomUUID()}`;
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = (async function* () {
      for await (const chunk of plain) {
        digest.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    })();
    const file = await open(draft, 'wx', 0o600);
    try {
      for await (const chunk of sealed(this.#newSeal(printId), counted)) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await this.#syncFolder();
    return { sha256: digest.digest('hex'), bytes };
  }

  async examine(printId: string, sha256: string): Promise<'whole' | 'missing' | 'damaged'> {
    const digest = createHash('sha256');
    try {
      for await (const chunk of this.read(printId)) digest.update(chunk);
    } catch (error) {
      if (isMissing(error)) return 'missing';
      if (error instanceof SealBroken) return 'damaged';
      throw error;
    }
    return digest.digest('hex') === sha256 ? 'whole' : 'damaged';
  }

  /** The plain bytes. @throws SealBroken, KeyRingError. */
  async *read(printId: string): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(printId);
    const { seal, headerBytes } = await this.#readSeal(printId, path);
    yield* unsealed(seal, createReadStream(path, { start: headerBytes }) as AsyncIterable<Buffer>);
  }

  /** With all its drafts; fine where there is none. */
  async erase(printId: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.dropDrafts(printId);
    await rm(this.#pathOf(printId), { force: true });
    await this.#syncFolder();
  }

  /** What killed workers left; another one that is still writing finds its work done already. */
  async dropDrafts(printId: string): Promise<void> {
    const start = `${printId}.print.`;
    const names = await readdir(this.#folder).catch(() => []);
    const drafts = names.filter((name) => name.startsWith(start));
    await Promise.all(drafts.map((name) => rm(join(this.#folder, name), { force: true })));
  }

  #newSeal(printId: string): Seal {
    const keyId = this.#keyRing.currentKeyId;
    const salt = this.#randomness.bytes(SALT_BYTES);
    return sealOf({ masterKey: this.#keyRing.masterKeyOf(keyId), keyId, salt, printId });
  }

  async #readSeal(printId: string, path: string): Promise<{ seal: Seal; headerBytes: number }> {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES_MAX));
      const header = readHeader(buffer.subarray(0, bytesRead));
      if (header === undefined) throw new SealBroken();
      const { keyId, salt, bytes } = header;
      const masterKey = this.#keyRing.masterKeyOf(keyId);
      return { seal: sealOf({ masterKey, keyId, salt, printId }), headerBytes: bytes };
    } finally {
      await file.close();
    }
  }

  #pathOf(printId: string): string {
    if (!/^[0-9a-f-]{36}$/.test(printId)) throw new TypeError('a print is named by its id');
    return join(this.#folder, `${printId}.print`);
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

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
