import { createHash } from 'node:crypto';
import type { Chance } from './chance';
import { quiet, type VirtualTime } from './virtual-time';

/** One run of one program, from its start to its end or its kill. */
export class Life {
  #ended = Promise.withResolvers<void>();
  isOver = false;
  /** It gets nothing done before this step: a long collection of garbage, a machine that swaps. */
  pausedUntil = 0;

  constructor(readonly name: string) {}

  /** Resolves when it is over. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  end(): void {
    this.isOver = true;
    this.#ended.resolve();
  }
}

type Turn = Readonly<{ life: Life; what: string; since: number; go: () => void }>;

/** Timers fire this often while something else could go on: a slow answer, or a short pause. */
const TIMER_FIRST_BASIS_POINTS = 800;

/**
 * Decides what happens next. Whoever reaches a place at which the real system could lose time, its
 * process or an answer asks for a turn, and the seed gives them one by one; all code between two turns
 * runs alone. The turns of a life that is over never come.
 */
export class Scheduler {
  #turns: Turn[] = [];
  #step = 0;
  readonly #trace = createHash('sha256');
  /** How often each fault hit. */
  readonly hits = new Map<string, number>();
  /** Told of every step, for those who want to read along. */
  onStep: (step: number, what: string) => void = () => undefined;

  constructor(
    private readonly chance: Chance,
    private readonly time: VirtualTime,
  ) {}

  get step(): number {
    return this.#step;
  }

  /** SHA-256, hex, of every step so far. */
  digest(): string {
    return this.#trace.copy().digest('hex');
  }

  turn(life: Life, what: string): Promise<void> {
    const since = this.#step;
    return new Promise((go) => this.#turns.push({ life, what, since, go }));
  }

  /** Something that happens whoever lives: a message that is under way already. */
  later(what: string, happens: () => void): void {
    this.#turns.push({ life: EVERYBODY, what, since: this.#step, go: happens });
  }

  /** Steps since which messages have been under way. */
  get messagesSince(): readonly number[] {
    return this.#turns.flatMap(({ life, since }) => (life === EVERYBODY ? [since] : []));
  }

  /** One turn or one timer, and all that follows from it at once. */
  async next(): Promise<void> {
    this.#step += 1;
    this.time.beginStep(this.#step);
    const able = this.#able();
    const isTimers = able.length === 0 || this.chance.falls(TIMER_FIRST_BASIS_POINTS);
    const turn = isTimers && this.time.nextInMs !== undefined ? undefined : this.chance.pick(able);
    if (turn === undefined) {
      this.note(`timer ${this.time.nowMs}+${this.time.nextInMs ?? 0}`);
      this.time.fireNext();
    } else {
      this.note(`${turn.life.name}: ${turn.what}`);
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      turn.go();
    }
    await quiet();
  }

  /** A fault that really hit something; noted, and counted: one that never hits proves nothing. */
  hit(fault: string, what: string): void {
    this.hits.set(fault, (this.hits.get(fault) ?? 0) + 1);
    this.note(`${what}: ${fault}`);
  }

  /** Written into the trace: what was decided beside the turns. */
  note(what: string): void {
    this.#trace.update(`${this.#step} ${what}\n`);
    this.onStep(this.#step, what);
  }

  #able(): readonly Turn[] {
    this.#turns = this.#turns.filter(({ life }) => !life.isOver);
    return this.#turns.filter(({ life }) => life.pausedUntil <= this.#step);
  }
}

const EVERYBODY = new Life('network');
