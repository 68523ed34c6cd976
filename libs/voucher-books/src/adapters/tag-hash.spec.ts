import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { BOOK_NUMBER_MAX } from '../domain/codes/code-layout';
import { TagHash, tagKeyOf } from './tag-hash';

describe('a tag', () => {
  it('is the first 40 bits of the HMAC that OpenSSL makes', () => {
    const hash = new TagHash();
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const anyBook = fc.integer({ min: 0, max: BOOK_NUMBER_MAX });
    fc.assert(
      fc.property(anyKey, anyBook, fc.integer({ min: 0, max: 31 }), (key, book, voucher) => {
        const name = Buffer.alloc(5);
        name.writeUInt32BE(book);
        name.writeUInt8(voucher, 4);
        const whole = createHmac('sha256', key).update('carnet/v1').update(name).digest();
        expect(hash.tagOf(tagKeyOf(key), { book, voucher })).toBe(whole.readUIntBE(0, 5));
      }),
    );
  });
});
