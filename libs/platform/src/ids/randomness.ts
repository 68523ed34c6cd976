import { randomBytes } from 'node:crypto';

/** The only source of chance, so that a simulation can repeat it from a seed. */
export abstract class Randomness {
  /** Bytes nobody can predict. */
  abstract bytes(length: number): Uint8Array;
}

/** Asking the system costs more than the bytes: few are cut from a block, and never given twice. */
const BLOCK_BYTES = 4_096;
const FEW_BYTES = 16;

export class SystemRandomness extends Randomness {
  #block = Buffer.alloc(0);
  #given = 0;

  bytes(length: number): Uint8Array {
    if (length > FEW_BYTES) return randomBytes(length);
    if (this.#given + length > this.#block.length) {
      this.#block = randomBytes(BLOCK_BYTES);
      this.#given = 0;
    }
    this.#given += length;
    return this.#block.subarray(this.#given - length, this.#given);
  }
}
