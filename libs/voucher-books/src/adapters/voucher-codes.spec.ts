import { createHmac, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE32_SYMBOLS } from '@app/kernel';
import { parseCode } from '../domain/codes/code-layout';
import { VoucherCodes } from './voucher-codes';

type Vector = Readonly<{
  masterKeyHex: string;
  orderId: string;
  book: number;
  voucher: number;
  code: string;
}>;

const { vectors } = JSON.parse(
  readFileSync(join(__dirname, '../../codes-vectors.json'), 'utf8'),
) as { vectors: readonly Vector[] };

/** The key's id is the key itself, in hex. */
const codes = new VoucherCodes({ masterKeyOf: (hex) => createSecretKey(Buffer.from(hex, 'hex')) });
const origin = { orderId: '0d3e0000-0000-7000-8000-000000000001', keyId: '00'.repeat(32) };

describe('the published vectors', () => {
  it.each(vectors)('voucher $voucher of book $book is $code', (vector) => {
    const { masterKeyHex: keyId, orderId, book, voucher, code } = vector;
    expect(codes.codeOf({ orderId, keyId }, { book, voucher })).toBe(code);
    expect(codes.isGenuine({ orderId, keyId }, parseCode(code))).toBe(true);
  });
});

describe('a genuine code', () => {
  const parts = parseCode(codes.codeOf(origin, { book: 7, voucher: 3 }));

  it('is one of its own order and key only', () => {
    expect(codes.isGenuine(origin, parts)).toBe(true);
    expect(codes.isGenuine({ ...origin, orderId: 'another' }, parts)).toBe(false);
    expect(codes.isGenuine({ ...origin, keyId: '01'.repeat(32) }, parts)).toBe(false);
  });

  it('is one of its own book and voucher only', () => {
    expect(codes.isGenuine(origin, { ...parts, book: 8 })).toBe(false);
    expect(codes.isGenuine(origin, { ...parts, voucher: 4 })).toBe(false);
    expect(codes.isGenuine(origin, { ...parts, voucher: 0 })).toBe(false);
  });

  it('has no other tag, down to the last bit', () => {
    for (let bit = 0; bit < 40; bit += 1) {
      const flipped = Number(BigInt(parts.tag) ^ (1n << BigInt(bit)));
      expect(codes.isGenuine(origin, { ...parts, tag: flipped })).toBe(false);
    }
  });

  it('is none for a number nobody was given, not even with the tag of the key used in vain', () => {
    const message = Buffer.concat([Buffer.from('carnet/v1'), Buffer.from([0, 0, 0, 7, 3])]);
    const digest = createHmac('sha256', Buffer.alloc(32)).update(message).digest();
    const forged = { book: 7, voucher: 3, tag: digest.readUIntBE(0, 5) };
    expect(codes.isGenuine(undefined, forged)).toBe(false);
    expect(codes.isGenuine(undefined, parts)).toBe(false);
  });

  it('survives its order’s key being forgotten, which happens after 10,000 other orders', () => {
    let derivations = 0;
    const counted = new VoucherCodes({
      masterKeyOf: (hex) => {
        derivations += 1;
        return createSecretKey(Buffer.from(hex, 'hex'));
      },
    });
    expect(counted.isGenuine(origin, parts)).toBe(true);
    expect(counted.isGenuine(origin, parts)).toBe(true);
    expect(derivations).toBe(1);
    for (let i = 0; i < 10_000; i += 1) {
      counted.isGenuine({ ...origin, orderId: `order ${i}` }, parts);
    }
    expect(counted.isGenuine(origin, parts)).toBe(true);
    expect(derivations).toBe(10_002);
  });
});

describe('codes of many vouchers', () => {
  // CARNET_CODES raises it to the 10^6 of invariant I-20.
  const count = Number(process.env['CARNET_CODES'] ?? 30_000);
  const made: string[] = [];
  beforeAll(() => {
    for (let i = 0; i < count; i += 1) {
      const book = 1 + Math.floor(i / 10);
      made.push(codes.codeOf(origin, { book, voucher: 1 + (i % 10) }).replaceAll('-', ''));
    }
  });

  it('are pairwise different', () => expect(new Set(made).size).toBe(count));

  it('have tags that look like chance (χ² at p = 0.001, every symbol)', () => {
    // Critical value for 31 degrees of freedom at 0.001, divided among the 8 symbols: at 0.000125.
    const critical = 68.36;
    for (let place = 7; place < 15; place += 1) {
      const counts = new Map([...BASE32_SYMBOLS].map((symbol) => [symbol, 0]));
      for (const code of made) {
        const symbol = code.charAt(place);
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      }
      const expected = count / 32;
      const squares = [...counts.values()].map((seen) => (seen - expected) ** 2 / expected);
      expect(squares.reduce((sum, square) => sum + square, 0)).toBeLessThan(critical);
    }
  });
});
