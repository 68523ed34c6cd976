import { join } from 'node:path';
import { SealedFiles, type Randomness, type SealKeys } from '@app/platform';

/** Reports of the bank as they came, each under the SHA-256 (hex) of its bytes. */
export class BankReportFiles {
  readonly #files: SealedFiles;

  constructor(options: Readonly<{ dataDir: string; keys: SealKeys; randomness: Randomness }>) {
    const { dataDir, keys, randomness } = options;
    const folder = join(dataDir, 'bank-reports');
    this.#files = new SealedFiles({ folder, purpose: 'carnet/bank-report/v1', keys, randomness });
  }

  /** On disk when it answers; the same bytes are kept once. */
  async keep(sha256: string, bytes: Buffer): Promise<void> {
    if ((await this.#files.examine(sha256, sha256)) === 'whole') return;
    await this.#files.keep(sha256, bytes);
    await this.#files.dropDrafts(sha256);
  }

  /** The plain bytes; undefined where they are not there, or not what their name says. */
  async find(sha256: string): Promise<Buffer | undefined> {
    const found = await this.#files.examine(sha256, sha256);
    return found === 'whole' ? this.#files.readWhole(sha256) : undefined;
  }
}
