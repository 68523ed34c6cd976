import { isUtf8 } from 'node:buffer';
import { badRequest, Problem } from './problem';

const DEPTH_MAX = 20;
const ITEMS_MAX = 100_000;

/**
 * Parses a request's JSON and refuses what two readers could read differently: duplicate keys,
 * numbers that do not come back as they were written, text that is not Unicode. V8 parses; one pass
 * over the text checks, and relies on the text being JSON by then. Throws `Problem`.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw badRequest('body_required', 'The request needs a JSON body.');
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('json_malformed', 'The body is not JSON.');
  }
  checkText(text);
  return value;
}

function decode(bytes: Buffer): string {
  const first = bytes[0];
  const second = bytes[1];
  const utf16 = first === 0 || second === 0 || (first === 0xff && second === 0xfe);
  if (utf16 || (first === 0xfe && second === 0xff)) {
    throw new Problem({ status: 415, code: 'encoding', detail: 'JSON is sent as UTF-8.' });
  }
  if (first === 0xef && second === 0xbb) {
    throw badRequest('encoding', 'JSON starts without a byte order mark (RFC 8259 § 8.1).');
  }
  if (!isUtf8(bytes)) throw badRequest('encoding', 'The body is not valid UTF-8.');
  return bytes.toString('utf8');
}

/** An open object or array; an array has no keys. */
type Open = { keys: string[] | undefined; many: Set<string> | undefined; items: number };

function checkText(text: string): void {
  const open: Open[] = [];
  let inside: Open | undefined;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // a string, or a key when a colon follows
        at = checkString(text, at, inside);
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (open.length === DEPTH_MAX) {
          throw badRequest('too_deep', `The body is nested deeper than ${DEPTH_MAX} levels.`);
        }
        inside = { keys: text[at] === '{' ? [] : undefined, many: undefined, items: 1 };
        open.push(inside);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        inside = open.at(-1);
        break;
      case 0x2c: // ,
        if (inside && (inside.items += 1) > ITEMS_MAX) throw tooManyItems();
        break;
      case 0x2d: // a number: - and digits
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39:
        at = checkNumber(text, at);
        break;
    }
  }
}

/** Answers the place of the closing quote. */
function checkString(text: string, start: number, inside: Open | undefined): number {
  let end = start + 1;
  let escaped = false;
  for (let unit = text.charCodeAt(end); unit !== 0x22; unit = text.charCodeAt(end)) {
    if (unit === 0x5c) {
      escaped = true;
      end += 1;
    }
    end += 1;
  }
  let next = end + 1;
  while (isSpace(text.charCodeAt(next))) next += 1;
  const isKey = inside?.keys !== undefined && text.charCodeAt(next) === 0x3a;
  if (!isKey && !escaped) return end;
  const raw = text.slice(start + 1, end);
  const value = escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
  if (escaped) refuseBrokenText(value);
  if (isKey) checkKey(value, inside);
  return end;
}

/** Above this, a set finds a key sooner than a list does. */
const FEW_KEYS = 16;

function checkKey(key: string, object: Open): void {
  const keys = object.keys ?? [];
  if (keys.length > FEW_KEYS) object.many ??= new Set(keys);
  if (object.many?.has(key) ?? keys.includes(key)) {
    throw badRequest('json_duplicate_key', 'An object of the body names one key twice.');
  }
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    throw badRequest('unknown_property', 'The body has a property this route does not know.');
  }
  keys.push(key);
  object.many?.add(key);
}

/**
 * Refused: -0, exponents, whole numbers beyond 2^53 - 1, and fractions that are none (`1.0` would
 * pass for an integer). Answers the place of the last digit.
 */
function checkNumber(text: string, start: number): number {
  let end = start + 1;
  let plain = true;
  for (;;) {
    const unit = text.charCodeAt(end);
    if (unit === 0x2e || unit === 0x65 || unit === 0x45 || unit === 0x2b || unit === 0x2d) {
      plain = false;
    } else if (!(unit >= 0x30 && unit <= 0x39)) {
      break;
    }
    end += 1;
  }
  // A sign and up to 15 digits are exact whatever they are.
  const short = plain && end - start <= 15;
  if (short && !(text.charCodeAt(start) === 0x2d && end - start === 2)) return end - 1;
  const number = text.slice(start, end);
  if (!isCanonical(number)) {
    throw badRequest(
      'number_format',
      'A number is written in plain digits: no exponent, no -0, no empty fraction, at most 2^53 - 1.',
    );
  }
  return end - 1;
}

function isCanonical(number: string): boolean {
  if (number === '-0' || /[eE]/.test(number)) return false;
  const value = Number(number);
  return number.includes('.') ? !Number.isInteger(value) : Number.isSafeInteger(value);
}

/** Only an escape can bring these into JSON, and no text of ours has a use for them. */
function refuseBrokenText(text: string): void {
  if (text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) return;
  throw badRequest('encoding', 'A text of the body has a control character or half a surrogate.');
}

function tooManyItems(): Problem {
  const detail = `An object or array of the body has more than ${ITEMS_MAX} items.`;
  return new Problem({ status: 413, code: 'too_many_items', detail });
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
