import { hash } from 'node:crypto';
import type { Randomness } from '@app/platform';
import { isUuid } from '@app/kernel';

/** `ck_…` of a machine's key, `ci_…` of an invitation: a scanner of leaked secrets knows them. */
export type SecretPrefix = 'ck_' | 'ci_';

/** As it is kept: whoever reads the log cannot use it. */
export type KnownSecret = Readonly<{ id: string; hash: string }>;

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/**
 * A secret of 256 bits behind the id it is found by: prefix, then both in base64url. It can be shown
 * once, since only its hash is kept; a fast hash does for what nobody can guess.
 */
export function makeSecret(
  prefix: SecretPrefix,
  id: string,
  randomness: Randomness,
): KnownSecret & Readonly<{ text: string; lastFour: string }> {
  const bytes = Buffer.concat([
    Buffer.from(id.replaceAll('-', ''), 'hex'),
    randomness.bytes(SECRET_BYTES),
  ]);
  const text = `${prefix}${bytes.toString('base64url')}`;
  return { id, text, hash: hashOfSecret(text), lastFour: text.slice(-4) };
}

/** Undefined for a text that no such secret has. */
export function readSecret(prefix: SecretPrefix, text: string): KnownSecret | undefined {
  if (!text.startsWith(prefix) || !/^[\w-]{64}$/.test(text.slice(prefix.length))) return undefined;
  const hex = Buffer.from(text.slice(prefix.length), 'base64url').toString('hex', 0, ID_BYTES);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(id) ? { id, hash: hashOfSecret(text) } : undefined;
}

const hashOfSecret = (text: string): string => hash('sha256', text, 'hex');
