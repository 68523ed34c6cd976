import { join } from 'node:path';
import { SealedFiles, type Randomness, type SealKeys } from '@app/platform';

/**
 * Payment files, each under the SHA-256 (hex) of its bytes: what two jobs write at once never stands
 * under one name, and a file is what its name says or it is damaged.
 */
export class PaymentFiles {
  readonly #files: SealedFiles;

  constructor(options: Readonly<{ dataDir: string; keys: SealKeys; randomness: Randomness }>) {
    const { dataDir, keys, randomness } = options;
    const folder = join(dataDir, 'payment-files');
    this.#files = new SealedFiles({ folder, purpose: 'carnet/payment-file/v1', keys, randomness });
  }

  /** On disk when it answers. */
  async keep(file: Readonly<{ sha256: string; content: Buffer }>): Promise<void> {
    await this.#files.keep(file.sha256, file.content);
    await this.#files.dropDrafts(file.sha256);
  }

  /** The plain bytes; undefined where they are not there, or not what their name says. */
  async find(sha256: string): Promise<Buffer | undefined> {
    const found = await this.#files.examine(sha256, sha256);
    return found === 'whole' ? this.#files.readWhole(sha256) : undefined;
  }
}
