import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { SealBroken } from './sealed-bytes';

/**
 * A short text that may stand in an event, since only its key can open it: deleting the key erases it
 * wherever it was copied to. AES-256-GCM, bound to its place.
 *
 * ```
 * sealed = base64url( nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes) )
 * nonce  = first 12 bytes of HMAC-SHA-256(nonce key, place ‖ 0 ‖ text)
 * keys   = HKDF-SHA-256(key, info: carnet/text/v1/nonce and carnet/text/v1/seal, 32 bytes each)
 * ```
 *
 * The nonce follows from the text, so the same text in the same place is the same bytes: an append that is
 * repeated says what it said. (The idea of RFC 5297; two texts share a nonce with a chance of 2⁻⁹⁶.)
 *
 * @param place Where it stands and for what: opened anywhere else it is broken.
 */
export function sealText(key: KeyObject, place: string, text: string): string {
  const mac = createHmac('sha256', derived(key, 'nonce')).update(`${place}\0${text}`).digest();
  const nonce = mac.subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derived(key, 'seal'), nonce);
  cipher.setAAD(Buffer.from(place));
  const bytes = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(bytes).toString('base64url');
}

/** @throws SealBroken when it was changed, moved, or sealed under another key. */
export function unsealText(key: KeyObject, place: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken();
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', derived(key, 'seal'), nonce);
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    throw new SealBroken();
  }
  return plain.toString('utf8');
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const derived = (key: KeyObject, use: 'nonce' | 'seal'): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', `carnet/text/v1/${use}`, 32));
