import { hash } from 'node:crypto';

/**
 * Name-based id of RFC 9562 § 5.5: the same namespace (a UUID) and name give the same id for ever.
 * A redemption derives several, so nothing is allocated but the strings.
 */
export function uuidV5(namespace: string, name: string): string {
  const fits = 16 + name.length * UTF8_BYTES_MAX <= scratch.length;
  const input = fits ? scratch : Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  if (!writeUuid(namespace, input)) {
    throw new TypeError('the namespace of a UUIDv5 must be a UUID');
  }
  const length = 16 + input.write(name, 16);
  // One character for each byte: what is made of a string makes no buffer.
  const digest = hash('sha1', input.subarray(0, length), 'binary');
  for (let at = 0; at < 16; at += 1) made[at] = digest.charCodeAt(at);
  return textOf(5);
}

/**
 * Time-ordered id of RFC 9562 § 5.7: 48 bits of Unix milliseconds, then 74 of the 80 random bits
 * given. Ids of one millisecond have no order among them.
 */
export function uuidV7(at: Date, random: Uint8Array): string {
  if (random.length !== 10) throw new TypeError('a UUIDv7 takes 10 random bytes');
  const ms = at.getTime();
  made.writeUIntBE(ms, 0, 6);
  made.set(random, 6);
  return textOf(7);
}

/** The text of what was made, once it names its version, and the variant of RFC 9562. */
function textOf(version: number): string {
  made[6] = (version << 4) | ((made[6] ?? 0) & 0x0f);
  made[8] = 0x80 | ((made[8] ?? 0) & 0x3f);
  // All at once: a loop, or a buffer turned into text, takes twice as long.
  // prettier-ignore
  return String.fromCharCode(
    high(0), low(0), high(1), low(1), high(2), low(2), high(3), low(3), DASH,
    high(4), low(4), high(5), low(5), DASH,
    high(6), low(6), high(7), low(7), DASH,
    high(8), low(8), high(9), low(9), DASH,
    high(10), low(10), high(11), low(11), high(12), low(12),
    high(13), low(13), high(14), low(14), high(15), low(15),
  );
}

const high = (at: number): number => DIGITS.charCodeAt((made[at] ?? 0) >> 4);
const low = (at: number): number => DIGITS.charCodeAt((made[at] ?? 0) & 15);

/** The 16 bytes of a UUID's text, in either case. False where it is none. */
function writeUuid(uuid: string, bytes: Uint8Array): boolean {
  if (uuid.length !== 36) return false;
  for (const dash of DASHES) if (uuid.charCodeAt(dash) !== DASH) return false;
  let isHex = true;
  for (let at = 0; at < 16; at += 1) {
    const place = PLACES[at] ?? 0;
    const byte = (valueOf(uuid, place) << 4) | valueOf(uuid, place + 1);
    isHex &&= byte >= 0;
    bytes[at] = byte;
  }
  return isHex;
}

/** Of a hexadecimal digit; −1 of any other character. */
const valueOf = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? -1;

const DIGITS = '0123456789abcdef';
const DASH = 0x2d;
const DASHES = [8, 13, 18, 23] as const;

/** By their character. */
const VALUES = Int8Array.from({ length: 128 }, (_, unit) =>
  DIGITS.indexOf(String.fromCharCode(unit).toLowerCase()),
);

/** Where each byte's two digits stand in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Reused, as nothing waits between filling and reading them. */
const made = Buffer.alloc(16);
/** Room for an event of a redemption. */
const scratch = Buffer.alloc(4_096);

/** Of one unit of a string. */
const UTF8_BYTES_MAX = 3;
