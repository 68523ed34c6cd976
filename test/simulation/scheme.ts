import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Clock,
  OutcomeUnknown,
  Randomness,
  ReadModelBehind,
  ReadStore,
  StoreUnavailable,
  ViewProgress,
  WrongExpectedRevision,
  type ProcessIncident,
} from '@app/platform';
import { PROCESSES } from '@app/processes';
import { PROJECTIONS } from '@app/read-models';
import { KeyRing } from '@app/voucher-books';
import type { Chance } from './chance';
import type { Counter } from './desk';
import {
  startApi,
  startProjector,
  startWorker,
  type Api,
  type HostParts,
  type TwiceOf,
  type Worker,
} from './programs';
import { Life, type Scheduler } from './scheduler';
import { GrowingLog, NO_FAULTS, SimulatedStore, type Faults } from './simulated-store';
import type { VirtualTime } from './virtual-time';

/** Monday morning. */
const BEGINS_AT = Date.parse('2027-03-01T08:00:00Z');

/** The day it is, beside the milliseconds that timers count: a night is slept through. */
export class SchemeClock extends Clock {
  #nights = 0;

  constructor(private readonly time: VirtualTime) {
    super();
  }

  now(): Date {
    return new Date(BEGINS_AT + this.#nights * DAY_MS + this.time.nowMs);
  }

  sleep(nights = 1): void {
    this.#nights += nights;
  }
}

const DAY_MS = 86_400_000;

class SeededRandomness extends Randomness {
  constructor(private readonly chance: Chance) {
    super();
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.chance.below(256));
  }
}

type Program = 'api-1' | 'api-2' | 'worker-1' | 'worker-2' | 'projector';
type Running = { readonly life: Life; api?: Api; worker?: Worker; close?: () => void };

/** Of each program, so that two of them stand beside each other while one is killed. */
export const PROGRAMS = ['api-1', 'api-2', 'worker-1', 'worker-2', 'projector'] as const;

/** All programs of the scheme on one host, on one log, in one process. */
export class Scheme {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carnet-simulation-'));
  readonly clock: SchemeClock;
  readonly log: GrowingLog;
  readonly faults: Faults = { ...NO_FAULTS };
  /** Commands of processes, and jobs, that arrive twice; basis points. */
  doubled = 0;
  readonly incidents: ProcessIncident[] = [];
  /** What broke that must not break. */
  readonly failures: string[] = [];
  readonly parts: HostParts;
  readonly readStore: ReadStore;
  readonly #progress: ViewProgress;
  readonly #running = new Map<Program, Running>();
  #starts = 0;
  #jobs = 0;

  constructor(
    private readonly around: Readonly<{
      scheduler: Scheduler;
      time: VirtualTime;
      chance: Chance;
      bytes: Chance;
    }>,
  ) {
    this.clock = new SchemeClock(around.time);
    this.log = new GrowingLog({ now: () => this.clock.now() });
    const randomness = new SeededRandomness(around.bytes);
    const { clock } = this;
    const file = join(this.#folder, 'key-ring.json');
    this.parts = {
      dataDir: this.#folder,
      viewsFile: join(this.#folder, 'read-models.sqlite'),
      ...{ clock, randomness, keyRing: KeyRing.open({ file, clock, randomness }) },
    };
    this.readStore = new ReadStore(this.parts.viewsFile);
    this.#progress = new ViewProgress(this.readStore);
  }

  isUp(program: Program): boolean {
    return this.#running.has(program);
  }

  /** Jobs under way. */
  get jobs(): number {
    return this.#jobs;
  }

  /** Begins anew with what files and log hold. */
  start(program: Program): void {
    if (this.#running.has(program)) return;
    const { scheduler, chance } = this.around;
    const life = new Life(`${program}.${++this.#starts}`);
    const running: Running = { life };
    this.#running.set(program, running);
    const { log, faults } = this;
    const repeats = program.startsWith('worker');
    const store = new SimulatedStore({ log, life, scheduler, chance, faults, repeats });
    this.#begin(program, store, running).catch((error: unknown) => {
      if (life.isOver) return;
      this.#tell(error, life.name);
      this.#end(program);
    });
  }

  async #begin(program: Program, store: SimulatedStore, running: Running): Promise<void> {
    const { life } = running;
    await this.around.scheduler.turn(life, 'starts');
    if (program === 'projector') {
      const { ended, close } = await startProjector(
        ...([store, this.parts] as const),
        ({ message, view, error }) => {
          if (error !== undefined && !life.isOver)
            this.#tell(error, `${view ?? 'views'} ${message}`);
        },
      );
      running.close = close;
      await ended;
    } else if (program.startsWith('api')) {
      running.api = await startApi(store, this.parts);
      running.close = running.api.close;
    } else {
      const { chance, scheduler } = this.around;
      const twiceOf: TwiceOf = (what) => {
        if (!chance.falls(this.doubled)) return 'never';
        scheduler.hit('command again', what);
        return chance.one(['afterwards', 'beside']);
      };
      const onIncident = (incident: ProcessIncident): void => {
        if (!life.isOver) this.incidents.push(incident);
      };
      running.worker = await startWorker(store, this.parts, { twiceOf, onIncident });
      running.close = running.worker.close;
      await running.worker.ended;
    }
  }

  /** As `end`, in the middle of what it does. */
  kill(program: Program): void {
    const { life } = this.#running.get(program) ?? {};
    if (life === undefined) return;
    this.around.scheduler.hit('killed', life.name);
    this.#end(program);
  }

  /** At once: what it was about to do it never does. */
  #end(program: Program): void {
    const running = this.#running.get(program);
    if (running === undefined) return;
    running.life.end();
    running.close?.();
    this.#running.delete(program);
  }

  /** Does nothing for so many steps. */
  pause(program: Program, steps: number): void {
    const { life } = this.#running.get(program) ?? {};
    if (life === undefined) return;
    this.around.scheduler.hit('paused', life.name);
    life.pausedUntil = this.around.scheduler.step + steps;
  }

  endPauses(): void {
    for (const { life } of this.#running.values()) life.pausedUntil = 0;
  }

  findCounter(): Counter | undefined {
    const up = [...this.#running.values()].flatMap(({ life, api }) => {
      return api ? [{ life, commands: api.commands }] : [];
    });
    return this.around.chance.pick(up);
  }

  /** What is due goes to the workers that are up: once, twice at once, or it is lost on its way. */
  sweep({ lost }: Readonly<{ lost: number }>): void {
    const { scheduler, chance } = this.around;
    for (const [program, { worker, life }] of this.#running) {
      if (worker === undefined || !program.startsWith('worker')) continue;
      this.#do(life, 'sweep', async () => {
        for (const { what, do: work } of await worker.findDue()) {
          if (chance.falls(lost)) {
            scheduler.hit('job lost', what);
            continue;
          }
          this.#do(life, what, work);
          if (!chance.falls(this.doubled)) continue;
          scheduler.hit('job again', what);
          this.#do(life, what, work);
        }
      });
    }
  }

  /** What is due as the views say now; undefined where nobody can say. */
  async findDue(): Promise<readonly string[] | undefined> {
    const worker = [...this.#running.values()].find((each) => each.worker)?.worker;
    return (await worker?.findDue())?.map(({ what }) => what);
  }

  /** Who has not seen the whole log yet. */
  async findBehind(): Promise<readonly string[]> {
    const head = (await this.log.fetchHead()) ?? 0n;
    const behind: string[] = [];
    if ((this.#progress.positionOf(PROJECTIONS) ?? 0n) < head) behind.push('views');
    for (const [program, { worker }] of this.#running) {
      for (const { name } of worker ? PROCESSES : []) {
        const position = worker?.runner.positionOf(name) ?? 0n;
        if (position < head) behind.push(`${name} of ${program}`);
      }
    }
    return behind;
  }

  get stopped(): readonly string[] {
    const runners = [...this.#running.values()].flatMap(({ worker }) => worker?.runner ?? []);
    return runners.flatMap((runner) => runner.stopped());
  }

  close(): void {
    for (const program of PROGRAMS) this.#end(program);
    this.readStore.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #do(life: Life, what: string, work: () => Promise<void>): void {
    this.#jobs += 1;
    const done = this.around.scheduler
      .turn(life, `${what} is begun`)
      .then(work)
      .catch((error: unknown) => {
        if (!life.isOver) this.#tell(error, what);
      });
    void Promise.race([done, life.ended]).then(() => (this.#jobs -= 1));
  }

  /** What passes is tried again by whoever finds the work still due. */
  #tell(error: unknown, what: string): void {
    const name = error instanceof Error ? error.name : String(error);
    this.around.scheduler.note(`${what}: ${name}`);
    if (PASSING.some((passing) => error instanceof passing)) return;
    if (name === 'UnrecoverableError' || name === 'PaymentNotOrdered') return;
    this.failures.push(`${what}: ${error instanceof Error ? error.stack : name}`);
  }
}

const PASSING = [OutcomeUnknown, StoreUnavailable, ReadModelBehind, WrongExpectedRevision];
