import { hmac, type HMAC } from '@noble/hashes/hmac';
import { sha256, SHA256 } from '@noble/hashes/sha2';

/** A key that HMAC-SHA-256 has taken in already. */
export type TagKey = HMAC<SHA256>;

export const tagKeyOf = (key: Uint8Array): TagKey => hmac.create(sha256, key) as TagKey;

/**
 * First 40 bits of HMAC-SHA-256 (RFC 2104) over `carnet/v1 ‖ u32 book ‖ u8 voucher`, for every code that
 * is shown. Once the key is taken in, two blocks are left, of which only the names and the inner digest
 * differ: both are kept ready, and nothing is done but the library's own compression. Its HMAC as a
 * whole takes twice as long (bench/README.md).
 */
export class TagHash extends SHA256 {
  readonly #inner = lastBlock(PREFIX.length + NAME_BYTES);
  readonly #outer = lastBlock(DIGEST_BYTES);

  constructor() {
    super();
    for (const [at, byte] of PREFIX.entries()) this.#inner.setUint8(at, byte);
  }

  tagOf(key: TagKey, { book, voucher }: Readonly<{ book: number; voucher: number }>): number {
    this.#inner.setUint32(PREFIX.length, book);
    this.#inner.setUint8(PREFIX.length + 4, voucher);
    key.iHash._cloneInto(this);
    this.process(this.#inner, 0);
    let at = 0;
    for (const word of this.get()) {
      this.#outer.setInt32(at, word);
      at += 4;
    }
    key.oHash._cloneInto(this);
    this.process(this.#outer, 0);
    return (this.A >>> 0) * 256 + (this.B >>> 24);
  }
}

const PREFIX = Buffer.from('carnet/v1');
const NAME_BYTES = 5;
const DIGEST_BYTES = 32;
const BLOCK_BYTES = 64;

/** The second and last block of a message, for so many bytes: a bit, zeros, the bits of both blocks. */
function lastBlock(bytes: number): DataView {
  const block = new DataView(new ArrayBuffer(BLOCK_BYTES));
  block.setUint8(bytes, 0x80);
  block.setUint32(BLOCK_BYTES - 4, 8 * (BLOCK_BYTES + bytes));
  return block;
}
