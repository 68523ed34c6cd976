import { hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { hmac, type HMAC } from '@noble/hashes/hmac';
import { sha256, type SHA256 } from '@noble/hashes/sha2';
import { type CodeParts, formatCode } from '../domain/codes/code-layout';
import type { KeyRing } from './key-ring';

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
  readonly #orderKeys = new Map<string, Readonly<{ keyId: string; key: OrderKey }>>();

  constructor(private readonly keyRing: Pick<KeyRing, 'masterKeyOf'>) {}

  /** `XXXX-XXXX-XXXX-XXXX`. @throws KeyRingError when the key is missing. */
  codeOf(origin: CodeOrigin, { book, voucher }: VoucherName): string {
    const tag = tagOf(this.#orderKeyOf(origin), { book, voucher }).readUIntBE(0, TAG_BYTES);
    return formatCode({ book, voucher, tag });
  }

  /**
   * Whether the parsed code is genuine, in a time that does not tell how much of the tag was right.
   * @param origin of the book's range; undefined for a number nobody was given, which costs the same.
   * @throws KeyRingError when the key is missing: that is no answer about the voucher.
   */
  isGenuine(origin: CodeOrigin | undefined, { book, voucher, tag }: CodeParts): boolean {
    const expected = tagOf(origin ? this.#orderKeyOf(origin) : NOBODYS_KEY, { book, voucher });
    presented.writeUIntBE(tag, 0, TAG_BYTES);
    return timingSafeEqual(expected, presented) && origin !== undefined;
  }

  #orderKeyOf({ orderId, keyId }: CodeOrigin): OrderKey {
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

/**
 * HMAC-SHA-256 with the key already in it: what is left for a tag are two blocks. Node's own begins with
 * the key each time, and asks OpenSSL for its algorithms; that was twice as slow (bench/README.md).
 */
type OrderKey = HMAC<SHA256>;

const ORDER_KEYS_MAX = 10_000;
const TAG_BYTES = 5;
const NOBODYS_KEY = hmac.create(sha256, new Uint8Array(32)) as OrderKey;

const presented = Buffer.alloc(TAG_BYTES);
const PREFIX = Buffer.from('carnet/v1');
/** Reused: nothing waits between filling them and reading them. */
const message = Buffer.concat([PREFIX, Buffer.alloc(5)]);
const hashing: OrderKey = NOBODYS_KEY.clone();
const digest = Buffer.alloc(32);
const tagOfDigest = digest.subarray(0, TAG_BYTES);

function orderKeyOf(masterKey: KeyObject, orderId: string): OrderKey {
  const info = `carnet/order/v1${orderId.toLowerCase()}`;
  const key = new Uint8Array(hkdfSync('sha256', masterKey, '', info, 32));
  return hmac.create(sha256, key) as OrderKey;
}

/** Good until the next one is asked for. */
function tagOf(orderKey: OrderKey, { book, voucher }: VoucherName): Buffer {
  message.writeUInt32BE(book, PREFIX.length);
  message.writeUInt8(voucher, PREFIX.length + 4);
  orderKey._cloneInto(hashing).update(message).digestInto(digest);
  return tagOfDigest;
}
