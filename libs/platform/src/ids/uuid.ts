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
  return dashed(hex.slice(0, 12), '5', hex.slice(13, 16), hex.slice(16));
}

/**
 * Time-ordered id of RFC 9562 § 5.7: 48 bits of Unix milliseconds, then 74 of the 80 random bits
 * given. Ids of one millisecond have no order among them.
 */
export function uuidV7(at: Date, random: Uint8Array): string {
  if (random.length !== 10) throw new TypeError('a UUIDv7 takes 10 random bytes');
  const hex = Buffer.from(random.buffer, random.byteOffset, random.byteLength).toString('hex');
  const time = at.getTime().toString(16).padStart(12, '0');
  return dashed(time, '7', hex.slice(1, 4), hex.slice(4));
}

/** Of 122 bits and a version; the variant's two bits, 10, take the place of the first of `tail`. */
function dashed(head: string, version: string, middle: string, tail: string): string {
  const variant = VARIANT[Number.parseInt(tail.charAt(0), 16) & 3];
  return (
    `${head.slice(0, 8)}-${head.slice(8)}-${version}${middle}-` +
    `${variant}${tail.slice(1, 4)}-${tail.slice(4, 16)}`
  );
}

const VARIANT = ['8', '9', 'a', 'b'] as const;

/** Room for an event of a redemption. */
const scratch = Buffer.alloc(2_048);
