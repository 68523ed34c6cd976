import { MalformedMessage, ProtoReader } from './protobuf';

/** An event id or correlation id, 16 bytes, from a `UUID` message: text (2) or two halves (1). */
export function readUuid(message: ProtoReader): Buffer {
  let id: Buffer | undefined;
  while (message.next()) {
    if (message.field === 2) id = parseUuid(message.view());
    else if (message.field === 1) id = readStructured(message.message());
    else message.skip();
  }
  if (!id) throw new MalformedMessage('a UUID without a value');
  return id;
}

/** The text of an id, as ASCII. */
export function uuidText(id: Uint8Array): Buffer {
  const text = Buffer.allocUnsafe(36);
  let at = 0;
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text[at++] = DASH;
    const value = id[byte]!;
    text[at++] = HEX[value >>> 4]!;
    text[at++] = HEX[value & 15]!;
  }
  return text;
}

export function parseUuid(text: Buffer): Buffer {
  const id = Buffer.allocUnsafe(16);
  let at = 0;
  for (let byte = 0; byte < 16; byte++) {
    if (text[at] === DASH) at++;
    const value = (NIBBLES[text[at] ?? 0]! << 4) | NIBBLES[text[at + 1] ?? 0]!;
    if (value < 0) throw new InvalidUuid(text.toString('latin1', 0, 64));
    id[byte] = value;
    at += 2;
  }
  if (at !== text.length) throw new InvalidUuid(text.toString('latin1', 0, 64));
  return id;
}

export class InvalidUuid extends Error {
  constructor(text: string) {
    super(`not a UUID: ${text}`);
    this.name = 'InvalidUuid';
  }
}

const DASH = 0x2d;
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** The value of a hexadecimal digit by its character code, -1 for what is none. */
const NIBBLES = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  NIBBLES[HEX[value]!] = value;
  NIBBLES[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

function readStructured(halves: ProtoReader): Buffer {
  const id = Buffer.alloc(16);
  while (halves.next()) {
    if (halves.field === 1) halves.bits64().copy(id, 0);
    else if (halves.field === 2) halves.bits64().copy(id, 8);
    else halves.skip();
  }
  return id;
}
