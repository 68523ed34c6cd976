import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * A file encrypted piece by piece, so that it is written and read as a stream and nothing is given out
 * that was not authenticated: AES-256-GCM over pieces of 64 KiB, each bound to its place and the last
 * one to being the last. (The STREAM construction of Hoang, Reyhanitabar, Rogaway and
 * Vizár, 2015.)
 *
 * ```
 * file   = header ‖ piece…            at least one piece, which may be empty
 * header = "CARNETP1" ‖ u8 length ‖ key id (UTF-8) ‖ salt (32 bytes)
 * piece  = ciphertext (65,536 bytes; the last one 0 to 65,536) ‖ tag (16 bytes)
 * key    = HKDF-SHA-256(master key of the key id, salt, info: purpose ‖ name of the file, 32 bytes)
 * nonce  = u88 number of the piece, from 0 ‖ u8 1 for the last piece, else 0
 * ```
 *
 * The salt is drawn anew for every file, so no key ever seals two of them; and whatever is changed in
 * a header makes another key of it, or no header.
 */
export type Seal = Readonly<{ key: Buffer; header: Buffer }>;

const MAGIC = Buffer.from('CARNETP1');
export const SALT_BYTES = 32;
const PIECE_BYTES = 65_536;
const TAG_BYTES = 16;
/** The longest header: a key id has at most 255 bytes. */
export const HEADER_BYTES_MAX = MAGIC.length + 1 + 255 + SALT_BYTES;

export function sealOf(input: {
  masterKey: KeyObject;
  keyId: string;
  salt: Uint8Array;
  /** What the files are for, such as `carnet/print/v1`: files of one purpose open no other's. */
  purpose: string;
  name: string;
}): Seal {
  const { masterKey, keyId, salt, purpose, name } = input;
  const id = Buffer.from(keyId);
  const key = Buffer.from(hkdfSync('sha256', masterKey, salt, `${purpose}${name}`, 32));
  return { key, header: Buffer.concat([MAGIC, Buffer.of(id.length), id, salt]) };
}

/** Undefined where the bytes begin no such file. */
export function readHeader(
  start: Buffer,
): Readonly<{ keyId: string; salt: Buffer; bytes: number }> | undefined {
  const idBytes = start[MAGIC.length] ?? 0;
  const saltAt = MAGIC.length + 1 + idBytes;
  const bytes = saltAt + SALT_BYTES;
  if (!start.subarray(0, MAGIC.length).equals(MAGIC) || start.length < bytes) return undefined;
  const keyId = start.toString('utf8', MAGIC.length + 1, saltAt);
  return { keyId, salt: start.subarray(saltAt, bytes), bytes };
}

/** The file's bytes, header first. */
export async function* sealed(
  { key, header }: Seal,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  yield header;
  let number = 0;
  for await (const { bytes, isLast } of piecesOf(plain, PIECE_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/** @throws SealBroken when a piece is changed, missing, or out of its place. */
export async function* unsealed(
  { key }: Pick<Seal, 'key'>,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let number = 0;
  for await (const { bytes, isLast } of piecesOf(pieces, PIECE_BYTES + TAG_BYTES)) {
    if (bytes.length < TAG_BYTES) throw new SealBroken();
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const plain = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new SealBroken();
    }
    yield plain;
    number += 1;
  }
}

export class SealBroken extends Error {
  constructor() {
    super('an encrypted file is not as it was written');
    this.name = 'SealBroken';
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** A piece is known to be the last one only when nothing comes after it. */
async function* piecesOf(
  chunks: AsyncIterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Readonly<{ bytes: Buffer; isLast: boolean }>> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes <= pieceBytes) continue;
    let rest = Buffer.concat(held);
    for (; rest.length > pieceBytes; rest = rest.subarray(pieceBytes)) {
      yield { bytes: rest.subarray(0, pieceBytes), isLast: false };
    }
    [held, heldBytes] = [[rest], rest.length];
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
