import { crc32c } from './crc32c';

describe('CRC-32C', () => {
  it.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 times 255', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['nine digits', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s is that of RFC 3720', (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));

  it('goes on where it left off', () => {
    const bytes = Buffer.from('the same in two parts');
    for (let at = 0; at <= bytes.length; at++) {
      const first = crc32c(bytes, 0, at);
      expect(crc32c(bytes, at, bytes.length, first)).toBe(crc32c(bytes));
    }
  });
});
