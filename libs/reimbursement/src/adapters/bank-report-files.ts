import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SealBroken, SealedFiles, type Randomness, type SealKeys } from '@app/platform';
import type { BankReportKeys } from './bank-texts';

type Report = Readonly<{
  reportId: string;
  /** Hex, of its bytes: its file's name. */
  sha256: string;
}>;

/** Reports of the bank as they came, each under a key of its own, so that it can be erased for good. */
export class BankReportFiles {
  readonly #folder: string;

  constructor(
    private readonly options: Readonly<{
      dataDir: string;
      /** Of files kept before reports had keys. */
      keys: SealKeys;
      reportKeys: BankReportKeys;
      randomness: Randomness;
    }>,
  ) {
    this.#folder = join(options.dataDir, 'bank-reports');
  }

  /** On disk when it answers; the same bytes are kept once. */
  async keep({ reportId, sha256 }: Report, bytes: Buffer): Promise<void> {
    const files = this.#filesOf(reportId, await this.options.reportKeys.findOrMake(reportId));
    if ((await files.examine(sha256, sha256)) === 'whole') return;
    await files.keep(sha256, bytes);
    await files.dropDrafts(sha256);
  }

  /** The plain bytes; undefined where they are not there, or not what their name says. */
  async find({ reportId, sha256 }: Report): Promise<Buffer | undefined> {
    const files = this.#filesOf(reportId, await this.options.reportKeys.find(reportId));
    const found = await files.examine(sha256, sha256);
    return found === 'whole' ? files.readWhole(sha256) : undefined;
  }

  /** The key first: what a crash leaves behind nobody can read. Fine where there is nothing. */
  async erase({ reportId, sha256 }: Report): Promise<void> {
    await this.options.reportKeys.erase(reportId);
    await this.#filesOf(reportId, undefined).erase(sha256);
  }

  #filesOf(reportId: string, key: KeyObject | undefined): SealedFiles {
    const { keys, randomness } = this.options;
    const masterKeyOf = (keyId: string): KeyObject => {
      if (keyId !== reportId) return keys.masterKeyOf(keyId);
      if (key === undefined) throw new SealBroken();
      return key;
    };
    return new SealedFiles({
      ...{ folder: this.#folder, purpose: 'carnet/bank-report/v1', randomness },
      keys: { currentKeyId: reportId, masterKeyOf },
    });
  }
}
