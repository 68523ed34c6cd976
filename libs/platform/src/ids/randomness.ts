import { randomBytes } from 'node:crypto';

/** The only source of chance, so that a simulation can repeat it from a seed. */
export abstract class Randomness {
  /** Bytes nobody can predict. */
  abstract bytes(length: number): Uint8Array;
}

export class SystemRandomness extends Randomness {
  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }
}
