import { Ids } from '../ids/ids';

/** `00000000-0000-7000-8000-000000000001`, then …2, …3: a failing spec shows which one it was. */
export class FakeIds extends Ids {
  #last = 0;

  next(): string {
    return `00000000-0000-7000-8000-${String(++this.#last).padStart(12, '0')}`;
  }
}
