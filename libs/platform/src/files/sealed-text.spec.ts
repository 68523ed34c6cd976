import { createSecretKey } from 'node:crypto';
import { SealBroken } from './sealed-bytes';
import { sealText, unsealText } from './sealed-text';

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const KEY = keyOf(1);

describe('a sealed text', () => {
  it.each(['', 'a', 'Paierie départementale', 'x'.repeat(10_000)])('is read back: %#', (text) =>
    expect(unsealText(KEY, 'e/0', sealText(KEY, 'e/0', text))).toBe(text),
  );

  it('is the same bytes in the same place, and others in another or under another key', () => {
    const sealed = sealText(KEY, 'e/0', 'text');
    expect(sealText(KEY, 'e/0', 'text')).toBe(sealed);
    const others = [
      ...[sealText(KEY, 'e/1', 'text'), sealText(keyOf(2), 'e/0', 'text')],
      ...[sealText(KEY, 'e/0', 'texu'), sealText(KEY, 'e/0', 'text ')],
    ];
    expect(new Set([sealed, ...others].map((each) => each.slice(0, 16))).size).toBe(5);
  });

  it('is of the published form', () => expect(sealText(KEY, 'carnet', 'Zoé')).toBe(KNOWN));

  it('is broken when moved, cut, changed anywhere, or asked under another key', () => {
    const sealed = sealText(KEY, 'e/0', 'text');
    const bytes = Buffer.from(sealed, 'base64url');
    const changed = Array.from(bytes, (_, at) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy.toString('base64url');
    });
    for (const each of [...changed, '', sealed.slice(0, 20), sealed.slice(0, -2)]) {
      expect(() => unsealText(KEY, 'e/0', each)).toThrow(SealBroken);
    }
    expect(() => unsealText(KEY, 'e/1', sealed)).toThrow(SealBroken);
    expect(() => unsealText(keyOf(2), 'e/0', sealed)).toThrow(SealBroken);
  });
});

/** Computed apart, with Python's `cryptography`, from the form that the function's comment gives. */
const KNOWN = 'dP35Lx8mEAi4N4TqpUWLRO_LbxhdNVcxy5VoZaEESQs';
