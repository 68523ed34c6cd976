import type { RecordedEvent } from '@app/platform';
import { type Broken, Invariant } from '../invariant';
import { MACHINES, type Machine } from './machines';

/** I-17: the types of a stream's events are a word of its state machine's language. */
export class LegalTransitions extends Invariant {
  readonly id = 'I-17';
  readonly says = 'every stream goes the ways its state machine has, revision after revision';

  readonly #states = new Map<string, string>();
  readonly #revisions = new Map<string, number>();

  see(event: RecordedEvent, broken: Broken): void {
    const { streamName, revision } = event;
    const expected = (this.#revisions.get(streamName) ?? -1) + 1;
    if (revision !== expected) broken(`revision ${revision} where ${expected} was next`);
    this.#revisions.set(streamName, revision);
    for (const machine of MACHINES) {
      if (streamName.startsWith(machine.streams)) this.#step(machine, event, broken);
    }
  }

  #step(machine: Machine, { streamName, type, data }: RecordedEvent, broken: Broken): void {
    const ways = machine.ways[type];
    if (ways === undefined) {
      if (machine.isWhole) broken(`${type} is no event of ${machine.streams}…`);
      return;
    }
    const part = machine.partOf?.(data) ?? '';
    const key = `${streamName} ${part}`;
    const before = this.#states.get(key) ?? '';
    const after = ways[before] ?? ways['*'];
    if (after === undefined) {
      return broken(`${type}${part && ` of ${part}`} in state '${before || 'none'}'`);
    }
    this.#states.set(key, after === '=' ? before : after);
  }
}
