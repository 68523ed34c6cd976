import { hash } from 'node:crypto';

/**
 * Name-based id of RFC 9562 § 5.5: the same namespace (a UUID) and name give the same id for ever.
 * A redemption derives several, so nothing is allocated but the strings.
 */
export function uuidV5(namespace: string, name: string): string {
  const length = 16 + Buffer.byteLength(name);
  const input = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  const written = input.write(namespace.replaceAll('-', ''), 0, 16, 'hex');
  if (written !== 16) throw new TypeError('the namespace of a UUIDv5 must be a UUID');
  input.write(name, 16);
  const hex = hash('sha1', input.subarray(0, length), 'hex');
  const variant = VARIANT[Number.parseInt(hex.charAt(16), 16) & 3];
  return dashed(`${hex.slice(0, 12)}5${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`);
}

/**
 * Time-ordered id of RFC 9562 § 5.7: 48 bits of Unix milliseconds, then 74 of the 80 random bits
 * given. Ids of one millisecond have no order among them.
 */
export function uuidV7(at: Date, random: Uint8Array): string {
  if (random.length !== 10) throw new TypeError('a UUIDv7 takes 10 random bytes');
  const hex = Buffer.from(random.buffer, random.byteOffset, random.byteLength).toString('hex');
  const variant = VARIANT[Number.parseInt(hex.charAt(4), 16) & 3];
  const time = at.getTime().toString(16).padStart(12, '0');
  return dashed(`${time}7${hex.slice(1, 4)}${variant}${hex.slice(5)}`);
}

/** The variant's two bits, 10, before the two low bits of a nibble. */
const VARIANT = ['8', '9', 'a', 'b'] as const;

const scratch = Buffer.alloc(512);

function dashed(hex: string): string {
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${groups.join('-')}-${hex.slice(20)}`;
}
