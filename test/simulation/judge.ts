import type { Day } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import { Audit } from '../../apps/verify/src/audit';
import { Covers } from './cover';
import { eventsIn, type Told } from './desk';
import { Joints } from './joints';

/** Reads the log along, and says what in it must not be. */
export class Judge {
  readonly violations: string[] = [];
  readonly #audit = new Audit(({ invariant, what, streamName, position }) => {
    this.violations.push(`${invariant}: ${what} (${streamName} at ${position ?? 'the end'})`);
  });
  readonly #byCommand = new Map<string, RecordedEvent[]>();
  readonly #ids = new Map<string, number>();
  readonly #joints = new Joints();
  readonly #covers = new Covers();
  readonly types = new Map<string, number>();

  see(event: RecordedEvent): void {
    this.#audit.see(event);
    this.#joints.see(event);
    const uncovered = this.#covers.see(event);
    if (uncovered !== undefined) this.violations.push(`activation: ${uncovered}`);
    if (event.type === 'FactParked') {
      this.violations.push(`a fact was set aside: ${JSON.stringify(event.data)}`);
    }
    if (event.type === 'CommandRefused') {
      const { command, code } = event.data as CommandRefusal;
      if (!REFUSABLE.has(`${command} ${code}`)) {
        this.violations.push(`a process was refused: ${command} ${code}`);
      }
    }
    this.types.set(event.type, (this.types.get(event.type) ?? 0) + 1);
    this.#ids.set(event.id, (this.#ids.get(event.id) ?? 0) + 1);
    const { commandId } = event.metadata;
    const known = this.#byCommand.get(commandId);
    if (known) known.push(event);
    else this.#byCommand.set(commandId, [event]);
  }

  /** Of the whole log, once nothing is under way any more. */
  end(told: Iterable<Told>, today: Day): void {
    this.#audit.end();
    for (const what of this.#joints.end(today)) this.violations.push(`I-18: ${what}`);
    for (const each of told) this.#holdToItsWord(each);
    for (const [id, times] of this.#ids) {
      if (times > 1) this.violations.push(`event ${id} is in the log ${times} times`);
    }
  }

  /** I-5: what was acknowledged is in the log exactly once, what was only ever refused is not. */
  #holdToItsWord({ commandId, what, answers }: Told): void {
    const written = this.#byCommand.get(commandId) ?? [];
    const broken = (why: string): void => void this.violations.push(`I-5: ${what} ${why}`);
    const streams = new Set(written.map(({ streamName }) => streamName));
    if (streams.size > 1) broken(`wrote to ${[...streams].join(' and ')}`);
    const [first] = written;
    if (written.some(({ revision }, at) => revision !== (first?.revision ?? 0) + at)) {
      broken(`was done twice (${commandId})`);
    }
    if (written.length > 0 && answers.every(({ is }) => is === 'refused')) {
      broken(`was refused, and ${written.length} events are there`);
    }
    for (const answer of answers) {
      if (answer.is !== 'acknowledged') continue;
      const events = eventsIn(answer.result);
      if (events === undefined) {
        if (written.length === 0) broken(`was acknowledged and is lost (${commandId})`);
        continue;
      }
      const ids = written.map(({ id }) => id).join();
      if (events.map(({ id }) => id).join() !== ids) {
        broken(
          `was acknowledged otherwise than the log has it (${commandId}): ${ids || 'nothing'}`,
        );
      }
    }
  }
}

type CommandRefusal = Readonly<{ command: string; code: string }>;

/** What a process may be told without anybody's fault: the book was found, or its order ended meanwhile. */
const REFUSABLE = new Set(['ReplaceBook book_not_blocked', 'ReplaceBook validity_ended']);
