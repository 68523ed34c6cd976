import { DomainError } from './domain-error';

/** RFC 9562, lower case with hyphens. Generating them needs chance or a hash: platform's part. */
export type Uuid = string;

/** True for the canonical form only, which is the one streams and answers carry. */
export const isUuid = (value: unknown): value is Uuid =>
  typeof value === 'string' && CANONICAL_UUID.test(value);

/**
 * Answers the canonical form; upper case is read, as RFC 9562 asks. Braces, `urn:uuid:`, missing
 * hyphens, the nil and the max UUID are refused.
 * @throws DomainError `id_invalid`.
 */
export function parseUuid(text: string): Uuid {
  if (!ANY_CASE_UUID.test(text)) throw new DomainError('id_invalid');
  return text.toLowerCase();
}

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ANY_CASE_UUID =
  /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[1-8][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$/;
