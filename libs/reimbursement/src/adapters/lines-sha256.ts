import { hash } from 'node:crypto';
import type { RunLine } from '../contract';
import { canonicalLines } from '../domain/run/canonical-lines';

/** What approvers approve: the SHA-256, in hex, of a version's canonical lines. */
export const linesSha256 = (
  version: Readonly<{ runId: string; version: number }>,
  lines: readonly RunLine[],
): string => hash('sha256', canonicalLines(version, lines), 'hex');
