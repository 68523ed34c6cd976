import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyRing } from './key-ring';

/**
 * A prescriber's own reference for a person ("DOSSIER 1234"), as the events may know it: HMAC under
 * a key of that prescriber, so that it says nothing to anyone else and the same reference given to
 * two prescribers is two people. The prescriber's key is HKDF-SHA-256 of the key ring's beneficiary
 * key, no salt, info `carnet/beneficiary/v1 ‖ prescriber id`, 32 bytes.
 */
export class BeneficiaryReferences {
  constructor(private readonly keyRing: Pick<KeyRing, 'beneficiaryKey'>) {}

  /** 43 symbols of base64url. Surrounding spaces and Unicode's ways to write é do not matter. */
  pseudonymOf({ prescriberId, reference }: { prescriberId: string; reference: string }): string {
    const info = `carnet/beneficiary/v1${prescriberId.toLowerCase()}`;
    const key = hkdfSync('sha256', this.keyRing.beneficiaryKey, '', info, 32);
    return createHmac('sha256', createSecretKey(Buffer.from(key)))
      .update(reference.trim().normalize('NFC'))
      .digest('base64url');
  }
}
