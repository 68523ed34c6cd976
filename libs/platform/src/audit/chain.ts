import { createHash, hash } from 'node:crypto';
import type { Day } from '@app/kernel';

/** Where a chain begins: its own place, so that no day's records pass for another's. */
export const logSeed = (day: Day): string => `carnet/audit/v1/log/${day}`;
export const refusalsSeed = (day: Day): string => `carnet/audit/v1/refusals/${day}`;

/**
 * h₀ = SHA-256(seed), hₙ = SHA-256(hₙ₋₁ ‖ recordₙ): bytes of the hash before, then the record's
 * canonical JSON in UTF-8. Whoever changes, drops or swaps a record changes every later hash.
 */
export class Chain {
  #head: string;
  #count = 0;

  constructor(seed: string) {
    this.#head = hash('sha256', seed, 'hex');
  }

  /** Hex, of the last record; of the seed where there is none. */
  get head(): string {
    return this.#head;
  }

  get count(): number {
    return this.#count;
  }

  /** @param text The record's canonical JSON. */
  add(text: string | Uint8Array): string {
    this.#count += 1;
    const before = Buffer.from(this.#head, 'hex');
    this.#head = createHash('sha256').update(before).update(text).digest('hex');
    return this.#head;
  }

  /** A record as files hold it: its hash, a space, its JSON. */
  line(text: string): string {
    return `${this.add(text)} ${text}\n`;
  }
}

const NEWLINE = 0x0a;
const HASH_CHARACTERS = 64;

/** Lines as bytes, without their end; what follows the last end is told apart, since it is cut. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Readonly<{ bytes: Buffer; whole: boolean }>> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield { bytes: Buffer.concat([...rest, chunk.subarray(from, at)]), whole: true };
      [rest, from] = [[], at + 1];
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), whole: false };
}

/** What a file of chained lines holds before the first that does not fit, and what that one is. */
export type Chained = Readonly<{ record: unknown } | { broken: string }>;

/** The records of a file, each held to the chain; ends at the first that is not of it. */
export async function* readChained(
  chunks: AsyncIterable<Buffer>,
  chain: Chain,
): AsyncGenerator<Chained> {
  for await (const { bytes, whole } of linesOf(chunks)) {
    const [at, text] = [chain.count + 1, bytes.subarray(HASH_CHARACTERS + 1)];
    if (!whole) {
      yield { broken: `record ${at} is cut` };
      return;
    }
    const told = bytes.subarray(0, HASH_CHARACTERS + 1).toString('latin1');
    if (told !== `${chain.add(text)} `) {
      yield { broken: `record ${at} does not follow from those before it` };
      return;
    }
    yield { record: JSON.parse(text.toString('utf8')) as unknown };
  }
}
