import { SystemClock, SystemRandomness } from '@app/platform';
import { KeyRing, KeyRingError } from '@app/voucher-books';
import { RefusedStart } from './refused-start';

/**
 * A new master key, for the orders issued from now on; what is out keeps the key it was made under.
 * Throws `RefusedStart` where the file is not a key ring, or another rotation is under way.
 */
export function rotateKey(file: string, say: (line: string) => void): void {
  const ports = { clock: new SystemClock(), randomness: new SystemRandomness() };
  try {
    const keyId = KeyRing.open({ file, ...ports }).rotate(ports);
    say(`orders issued from now on have codes under key ${keyId}; save ${file} again`);
  } catch (error) {
    throw error instanceof KeyRingError ? new RefusedStart(error.message) : error;
  }
}
