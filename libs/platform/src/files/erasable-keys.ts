import { createSecretKey, type KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { SealedFiles, type SealedFilesOptions } from './sealed-files';

/**
 * One key for each person or thing, so that what is sealed under it can be erased for good, wherever
 * it was copied to: by deleting the key. Each is a file of its own, `{id}.sealed`, sealed by the key ring;
 * no backup that lasts holds it.
 */
export class ErasableKeys {
  readonly #files: SealedFiles;

  constructor(private readonly options: SealedFilesOptions) {
    this.#files = new SealedFiles(options);
  }

  /** Undefined where it was erased, or never made. */
  async find(id: string): Promise<KeyObject | undefined> {
    try {
      return createSecretKey(await this.#files.readWhole(id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Makes it where there is none; of several who make it at once all get the same. */
  async findOrMake(id: string): Promise<KeyObject> {
    const found = await this.find(id);
    if (found) return found;
    await this.#files.keepFirst(id, Buffer.from(this.options.randomness.bytes(32)));
    return createSecretKey(await this.#files.readWhole(id));
  }

  /** Fine where there is none. */
  async erase(id: string): Promise<void> {
    await this.#files.erase(id);
  }

  /** Ids of which there is a key. */
  async listHeld(): Promise<readonly string[]> {
    const names = await readdir(this.options.folder).catch(() => []);
    const ids = names.filter((name) => name.endsWith(SEALED));
    return ids.map((name) => name.slice(0, -SEALED.length));
  }
}

const SEALED = '.sealed';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
