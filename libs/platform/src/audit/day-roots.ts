import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import type { Day } from '@app/kernel';
import { canonicalJson } from '../event-store/command-ids';

/** What one day's root stands for. */
export type DayStatement = Readonly<{
  format: 'carnet-audit/1';
  /** Of Europe/Paris. */
  day: Day;
  /** Of the day before; null on the first. */
  previousRoot: string | null;
  log: Readonly<{
    count: number;
    head: string;
    /** The last event that this day or an earlier one covers. */
    through: Through | null;
  }>;
  refusals: Readonly<{ count: number; head: string }>;
  /** The public key it is signed for: 32 bytes, hex. */
  key: string;
}>;

/** A place in the log by what does not change when the log is moved. */
export type Through = Readonly<{ streamName: string; revision: number; id: string }>;

export type DayRoot = Readonly<{
  statement: DayStatement;
  /** SHA-256, hex, of the statement's canonical JSON. */
  root: string;
  /** Ed25519 of the same bytes, hex. */
  signature: string;
}>;

/** Whatever is signed: its canonical JSON, and whose key it is. */
export type Signed = Readonly<{ key: string }>;

export const rootOf = (statement: object): string =>
  hash('sha256', canonicalJson(statement), 'hex');

/** Hex in lower case alone: another spelling of the same bytes would be another file. */
export function isSignedBy(signed: Signed, signature: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(signature) || !/^[0-9a-f]{64}$/.test(signed.key)) return false;
  const bytes = Buffer.from(canonicalJson(signed));
  return verify(null, bytes, publicKeyOf(signed.key), Buffer.from(signature, 'hex'));
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 public key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyOf(key: string): KeyObject {
  const der = Buffer.concat([SPKI, Buffer.from(key, 'hex')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** As files hold it. */
export const fileTextOf = (value: unknown): string => `${canonicalJson(value)}\n`;
