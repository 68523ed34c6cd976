import { join } from 'node:path';
import { SealedFiles, type Randomness } from '@app/platform';
import type { KeyRing } from '../key-ring';

/** Printed books, which hold codes: each under the id of its print, in a folder under `dataDir`. */
export class PrintFiles extends SealedFiles {
  constructor(options: {
    dataDir: string;
    keyRing: Pick<KeyRing, 'currentKeyId' | 'masterKeyOf'>;
    randomness: Randomness;
  }) {
    const { dataDir, keyRing, randomness } = options;
    const folder = join(dataDir, 'prints');
    super({ folder, purpose: 'carnet/print/v1', keys: keyRing, randomness });
  }
}
