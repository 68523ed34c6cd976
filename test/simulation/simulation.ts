import { createHash } from 'node:crypto';
import type { RecordedEvent } from '@app/platform';
import { VoucherCodes } from '@app/voucher-books';
import { Bank } from './bank';
import { found } from './cast';
import { Chance } from './chance';
import { compareViews } from './comparison';
import { Desk } from './desk';
import { Disorder } from './disorder';
import { Judge } from './judge';
import { Known } from './known';
import { Life, Scheduler } from './scheduler';
import { PROGRAMS, Scheme } from './scheme';
import { SteadyFiles } from './steady-files';
import { quiet, VirtualTime } from './virtual-time';
import type { Town } from './town';
import { bringMessage } from './finance-wishes';

export type SimulationOptions = Readonly<{
  seed: number;
  /** In which things go wrong; founding before and healing afterwards come on top. */
  steps: number;
  onStep?: (step: number, what: string) => void;
}>;

export type Outcome = Readonly<{
  seed: number;
  steps: number;
  events: number;
  /** SHA-256, hex, of every event as it was recorded, and of every step. */
  logSha256: string;
  traceSha256: string;
  /** Step and what was broken. */
  violations: readonly string[];
  /** How often each type of event, and each answer to a wish, came about. */
  types: ReadonlyMap<string, number>;
  answers: Readonly<Record<string, number>>;
  /** How often each fault hit something. */
  faults: ReadonlyMap<string, number>;
}>;

/** A scheme that does not come to rest in so many steps never will. */
const HEALING_STEPS_MAX = 60_000;
const FOUNDING_STEPS_MAX = 20_000;

/** One whole scheme, from its founding to its rest after so many steps of disorder. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { seed } = options;
  const time = new VirtualTime(seed);
  const files = new SteadyFiles();
  time.begin();
  files.begin();
  const simulation = new Simulation(options, time);
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
    files.end();
    time.end();
  }
}

class Simulation {
  readonly #scheduler: Scheduler;
  readonly #scheme: Scheme;
  readonly #desk: Desk;
  readonly #known = new Known();
  readonly #town: Town;
  readonly #disorder: Disorder;
  readonly #judge = new Judge();
  readonly #violations: string[] = [];
  readonly #logHash = createHash('sha256');
  #seen: RecordedEvent['position'] | undefined;
  #judged = 0;

  constructor(
    private readonly options: SimulationOptions,
    time: VirtualTime,
  ) {
    const { seed } = options;
    this.#scheduler = new Scheduler(new Chance(seed, 'turns'), time);
    if (options.onStep) this.#scheduler.onStep = options.onStep;
    const scheduler = this.#scheduler;
    const [chance, bytes] = [new Chance(seed, 'faults'), new Chance(seed, 'bytes')];
    this.#scheme = new Scheme({ scheduler, time, chance, bytes });
    this.#desk = new Desk({
      scheduler,
      chance: new Chance(seed, 'wishes'),
      callers: new Life('callers'),
      findCounter: () => this.#scheme.findCounter(),
    });
    this.#town = {
      ...{ known: this.#known, desk: this.#desk, clock: this.#scheme.clock },
      chance: new Chance(seed, 'wants'),
      bank: new Bank(seed, new Chance(seed, 'bank')),
      codes: new VoucherCodes(this.#scheme.parts.keyRing),
    };
    this.#disorder = new Disorder({ scheme: this.#scheme, scheduler, town: this.#town, chance });
  }

  async run(): Promise<Outcome> {
    for (const program of PROGRAMS) this.#scheme.start(program);
    await this.#until(found(this.#town), FOUNDING_STEPS_MAX, 'be founded');
    this.#disorder.begin();
    for (let left = this.options.steps; left > 0; left -= 1) {
      this.#disorder.stir();
      await this.#step();
    }
    this.#disorder.end();
    await this.#heal();
    // What was begun comes to its end at the bank, and orders to theirs.
    for (let days = this.#disorder.calmDays(); days > 0; days -= 1) {
      this.#disorder.liveCalmly();
      await this.#heal();
      this.#disorder.passNight();
    }
    await this.#heal();
    this.#judge.end(this.#desk.told.values(), this.#scheme.clock.today());
    await this.#compareViews();
    this.#gather();
    return {
      seed: this.options.seed,
      steps: this.#scheduler.step,
      events: Number(this.#seen ?? 0),
      logSha256: this.#logHash.digest('hex'),
      traceSha256: this.#scheduler.digest(),
      violations: this.#violations,
      types: this.#judge.types,
      answers: this.#countAnswers(),
      faults: this.#scheduler.hits,
    };
  }

  async close(): Promise<void> {
    this.#scheme.close();
    await quiet();
  }

  async #step(): Promise<void> {
    await this.#scheduler.next();
    const after = this.#seen === undefined ? {} : { after: this.#seen };
    for await (const event of this.#scheme.log.readAll(after)) {
      this.#seen = event.position;
      this.#known.see(event);
      this.#judge.see(event);
      this.#logHash.update(textOf(event));
    }
    this.#gather();
  }

  /** Each with the step at which it came out. */
  #gather(): void {
    const { violations } = this.#judge;
    const found = [...violations.slice(this.#judged), ...this.#scheme.failures.splice(0)];
    this.#judged = violations.length;
    for (const what of [...found, ...this.#desk.failures.splice(0)]) {
      this.#violations.push(`step ${this.#scheduler.step}: ${what}`);
    }
  }

  async #until(done: Promise<unknown>, stepsMax: number, what: string): Promise<void> {
    let isDone = false;
    let failure: unknown;
    done.then(
      () => (isDone = true),
      (error: unknown) => ([isDone, failure] = [true, error]),
    );
    for (let left = stepsMax; !isDone; left -= 1) {
      if (left === 0) throw new Error(`the scheme does not come to ${what}`);
      await this.#step();
    }
    if (failure !== undefined) throw failure as Error;
  }

  async #compareViews(): Promise<void> {
    const { log, parts, readStore } = this.#scheme;
    const { viewsFile } = parts;
    const chance = new Chance(this.options.seed, 'instants');
    for await (const what of compareViews({ log, viewsFile, readStore, chance })) {
      this.#violations.push(`step ${this.#scheduler.step}: ${what}`);
    }
  }

  /** Faults end; what was begun is finished; then nothing may be left to do. */
  async #heal(): Promise<void> {
    const scheme = this.#scheme;
    let due: readonly string[] | undefined;
    let behind: readonly string[] = [];
    for (let left = HEALING_STEPS_MAX; left > 0; left -= 1) {
      for (const program of PROGRAMS) scheme.start(program);
      await this.#step();
      if (left % 50 > 0) continue;
      this.#bringMessages();
      behind = await scheme.findBehind();
      if (this.#desk.asking > 0 || scheme.jobs > 0 || behind.length > 0) continue;
      due = await scheme.findDue();
      if (due?.length === 0) return;
      scheme.sweep({ lost: 0 });
    }
    this.#violations.push(
      `step ${this.#scheduler.step}: the scheme does not come to rest: ` +
        JSON.stringify({
          asking: this.#desk.asking,
          jobs: scheme.jobs,
          stopped: scheme.stopped,
          behind,
          due,
        }),
    );
  }

  #bringMessages(): void {
    for (;;) {
      const message = bringMessage(this.#town);
      if (message === undefined) return;
      void this.#desk.ask(message);
    }
  }

  #countAnswers(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { what, answers } of this.#desk.told.values()) {
      const last = answers.at(-1);
      const how = last === undefined ? 'unasked' : last.is === 'refused' ? last.code : last.is;
      counts[`${what} ${how}`] = (counts[`${what} ${how}`] ?? 0) + 1;
    }
    return counts;
  }
}

const textOf = ({ position, recordedAt, ...event }: RecordedEvent): string =>
  `${position} ${recordedAt.toISOString()} ${JSON.stringify(event)}\n`;
