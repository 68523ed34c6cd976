import { createHash } from 'node:crypto';
import { Randomness } from '../ids/randomness';

/** Looks random and is the same for one seed: what it gives can be repeated, never guessed right. */
export class FakeRandomness extends Randomness {
  #drawn = 0;

  constructor(private readonly seed = 'carnet') {
    super();
  }

  bytes(length: number): Uint8Array {
    const drawn = createHash('shake256', { outputLength: length });
    return drawn.update(`${this.seed}/${this.#drawn++}`).digest();
  }
}
