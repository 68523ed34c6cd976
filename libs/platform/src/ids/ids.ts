import type { Clock } from '../clock/clock';
import type { Randomness } from './randomness';
import { uuidV7 } from './uuid';

/**
 * Fresh ids for what has no cause to derive one from: traces, processes, uploads. What a command or a
 * process makes is named with `uuidV5` of its cause instead, so that a repeat finds it again.
 */
export abstract class Ids {
  /** A new UUIDv7. */
  abstract next(): string;
}

export class SystemIds extends Ids {
  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {
    super();
  }

  next(): string {
    return uuidV7(this.clock.now(), this.randomness.bytes(10));
  }
}
