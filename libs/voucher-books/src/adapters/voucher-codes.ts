import { hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type CodeParts, formatCode } from '../domain/codes/code-layout';
import type { KeyRing } from './key-ring';
import { TagHash, type TagKey, tagKeyOf } from './tag-hash';

/** Under what the codes of a book are derived. */
export type CodeOrigin = Readonly<{ orderId: string; keyId: string }>;

/** A voucher of a book, or the book itself as voucher 0. */
export type VoucherName = Readonly<{ book: number; voucher: number }>;

/**
 * Derives codes to print them and recomputes them to verify what is presented; none is ever stored.
 * An order's key is HKDF-SHA-256 (RFC 5869) of the master key, no salt, info
 * `carnet/order/v1 ‖ order id` as UTF-8 with the UUID in lower case, 32 bytes.
 * A tag is the first 40 bits of HMAC-SHA-256 under it over `carnet/v1 ‖ u32 book ‖ u8 voucher`.
 */
export class VoucherCodes {
  /** By order: it is derived under another master key only where that one was revoked. */
  readonly #orderKeys = new Map<string, Readonly<{ keyId: string; key: TagKey }>>();

  constructor(private readonly keyRing: Pick<KeyRing, 'masterKeyOf'>) {}

  /** `XXXX-XXXX-XXXX-XXXX`. @throws KeyRingError when the key is missing. */
  codeOf(origin: CodeOrigin, { book, voucher }: VoucherName): string {
    const tag = hash.tagOf(this.#orderKeyOf(origin), { book, voucher });
    return formatCode({ book, voucher, tag });
  }

  /**
   * Whether the parsed code is genuine, in a time that does not tell how much of the tag was right.
   * @param origin of the book's range; undefined for a number nobody was given, which costs the same.
   * @throws KeyRingError when the key is missing: that is no answer about the voucher.
   */
  isGenuine(origin: CodeOrigin | undefined, { book, voucher, tag }: CodeParts): boolean {
    const key = origin ? this.#orderKeyOf(origin) : NOBODYS_KEY;
    expected.writeUIntBE(hash.tagOf(key, { book, voucher }), 0, TAG_BYTES);
    presented.writeUIntBE(tag, 0, TAG_BYTES);
    return timingSafeEqual(expected, presented) && origin !== undefined;
  }

  #orderKeyOf({ orderId, keyId }: CodeOrigin): TagKey {
    const known = this.#orderKeys.get(orderId);
    if (known?.keyId === keyId) return known.key;
    const key = orderKeyOf(this.keyRing.masterKeyOf(keyId), orderId);
    if (this.#orderKeys.size >= ORDER_KEYS_MAX) this.#forgetOldest();
    this.#orderKeys.set(orderId, { keyId, key });
    return key;
  }

  // Deriving again costs microseconds, so the cache needs no finer idea of what is in use.
  #forgetOldest(): void {
    for (const orderId of this.#orderKeys.keys()) {
      this.#orderKeys.delete(orderId);
      return;
    }
  }
}

const ORDER_KEYS_MAX = 10_000;
const TAG_BYTES = 5;
const NOBODYS_KEY = tagKeyOf(new Uint8Array(32));

/** Reused: nothing waits between filling them and reading them. */
const hash = new TagHash();
const expected = Buffer.alloc(TAG_BYTES);
const presented = Buffer.alloc(TAG_BYTES);

function orderKeyOf(masterKey: KeyObject, orderId: string): TagKey {
  const info = `carnet/order/v1${orderId.toLowerCase()}`;
  return tagKeyOf(new Uint8Array(hkdfSync('sha256', masterKey, '', info, 32)));
}
