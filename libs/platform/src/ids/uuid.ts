import { hash } from 'node:crypto';

/**
 * Name-based id of RFC 9562 § 5.5: the same namespace (a UUID) and name give the same id for ever.
 * A redemption derives several, so nothing is allocated but the strings.
 */
export function uuidV5(namespace: string, name: string): string {
  const length = 16 + Buffer.byteLength(name);
  const input = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  if (!writeUuid(namespace, input)) {
    throw new TypeError('the namespace of a UUIDv5 must be a UUID');
  }
  input.write(name, 16);
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
  for (let at = 0; at < 16; at += 1) {
    const byte = made[at] ?? 0;
    const place = PLACES[at] ?? 0;
    text[place] = DIGITS.charCodeAt(byte >> 4);
    text[place + 1] = DIGITS.charCodeAt(byte & 15);
  }
  return text.toString('latin1');
}

/** The 16 bytes of a UUID's text, in either case. False where it is none. */
function writeUuid(uuid: string, bytes: Uint8Array): boolean {
  if (uuid.length !== 36) return false;
  for (const dash of [8, 13, 18, 23]) if (uuid.charCodeAt(dash) !== DASH) return false;
  for (let at = 0; at < 16; at += 1) {
    const place = PLACES[at] ?? 0;
    const high = valueOf(uuid.charCodeAt(place));
    const low = valueOf(uuid.charCodeAt(place + 1));
    if (high < 0 || low < 0) return false;
    bytes[at] = (high << 4) | low;
  }
  return true;
}

/** Of a hexadecimal digit; −1 of any other character. */
function valueOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const DIGITS = '0123456789abcdef';
const DASH = 0x2d;

/** Where each byte's two digits stand in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Reused, as nothing waits between filling and reading them. */
const made = Buffer.alloc(16);
const text = Buffer.alloc(36, '-');
/** Room for an event of a redemption. */
const scratch = Buffer.alloc(2_048);
