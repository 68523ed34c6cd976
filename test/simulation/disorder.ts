import type { Command } from '@nestjs/cqrs';
import { GetPaymentFile, RecordSubmission, type PaymentFileContent } from '@app/reimbursement';
import { approver } from './cast';
import type { Chance } from './chance';
import type { Wanted } from './desk';
import type { Scheduler } from './scheduler';
import { PROGRAMS, type Scheme } from './scheme';
import { NO_FAULTS, type Faults } from './simulated-store';
import type { Town } from './town';
import { wishOf } from './wishes';

/** Wishes under way at once, at most. */
const ASKING_MAX = 8;

/** How bad a seed's world is: each has troubles of its own, and some have none of a kind. */
type Weather = Readonly<{
  store: Faults;
  killed: number;
  paused: number;
  away: number;
  lost: number;
  /** Nights that pass. */
  nights: number;
}>;

/** People who want things, and everything that gets in their way, as the seed has it. */
export class Disorder {
  readonly #weather: Weather;
  #backAt = 0;
  #nightAt = 0;

  constructor(
    private readonly around: Readonly<{
      scheme: Scheme;
      scheduler: Scheduler;
      town: Town;
      chance: Chance;
    }>,
  ) {
    const { chance } = around;
    const often = (): number => chance.one([0, 50, 300, 1_000]);
    this.#weather = {
      store: {
        isAway: false,
        ...{ answerLost: often(), requestLost: often(), requestLate: often() },
        ...{ answerLate: chance.one([0, 2_000, 5_000]), followingBroken: often() },
      },
      killed: chance.one([0, 10, 40, 80]),
      paused: chance.one([0, 20, 60]),
      away: chance.one([0, 5, 20]),
      lost: chance.one([0, 1_000, 4_000]),
      nights: chance.one([30, 100, 300]),
    };
  }

  begin(): void {
    const { scheme, chance } = this.around;
    Object.assign(scheme.faults, this.#weather.store);
    scheme.doubled = chance.one([0, 500, 3_000]);
  }

  /** Before each step. */
  stir(): void {
    const { chance, scheme } = this.around;
    if (chance.falls(2_000)) this.#want();
    if (chance.falls(250)) scheme.sweep({ lost: this.#weather.lost });
    if (chance.falls(this.#weather.nights)) this.passNight();
    if (chance.falls(600)) void this.#submit();
    this.#trouble();
  }

  end(): void {
    const { scheme } = this.around;
    Object.assign(scheme.faults, NO_FAULTS);
    scheme.doubled = 0;
    scheme.endPauses();
  }

  /** In which nothing goes wrong any more, after all that did. */
  calmDays(): number {
    return this.around.chance.one([0, 4, 15]);
  }

  /** A day's wishes. */
  liveCalmly(): void {
    for (let wishes = ASKING_MAX; wishes > 0; wishes -= 1) this.#want();
    void this.#submit();
  }

  /** An api gives up, or is given up, in seconds: nothing is under way over more than one midnight. */
  passNight(): void {
    const { scheme, town, scheduler } = this.around;
    const underWay = [...town.desk.questionsSince, ...scheduler.messagesSince];
    if (underWay.some((since) => since <= this.#nightAt)) return;
    this.#nightAt = scheduler.step;
    town.bank.closeDay(scheme.clock.today());
    scheme.clock.sleep();
    scheduler.note(`it is ${scheme.clock.today()}`);
  }

  #want(): void {
    const { town } = this.around;
    if (town.desk.asking >= ASKING_MAX) return;
    const wanted = wishOf(town);
    if (wanted !== undefined) void this.#insist(wanted);
  }

  /** Some who were answered ask once more: they are told the same. */
  async #insist(wanted: Wanted): Promise<void> {
    const { town, chance } = this.around;
    const answer = await town.desk.ask(wanted);
    if (answer.is === 'refused' || !chance.falls(1_000)) return;
    await town.desk.ask(wanted);
    if (answer.is === 'acknowledged') await town.desk.askOtherwise(wanted);
  }

  #trouble(): void {
    const { scheme, scheduler, chance } = this.around;
    const { killed, paused, away } = this.#weather;
    const program = chance.one(PROGRAMS);
    if (chance.falls(killed)) scheme.kill(program);
    if (chance.falls(paused)) scheme.pause(program, chance.between(10, 300));
    if (chance.falls(150)) for (const each of PROGRAMS) scheme.start(each);
    if (scheme.faults.isAway) {
      if (scheduler.step >= this.#backAt) scheme.faults.isAway = false;
    } else if (scheme.faults.answerLost !== this.#weather.store.answerLost) {
      if (scheduler.step >= this.#backAt) Object.assign(scheme.faults, this.#weather.store);
    } else if (chance.falls(away)) {
      scheduler.note('the store is away');
      scheme.faults.isAway = true;
      this.#backAt = scheduler.step + chance.between(5, 80);
    } else if (chance.falls(away)) {
      scheduler.note('the store answers next to nobody');
      Object.assign(scheme.faults, { answerLost: 4_500, requestLost: 3_000, requestLate: 1_500 });
      this.#backAt = scheduler.step + chance.between(50, 200);
    }
  }

  /** A person takes an issued run's file to the bank, and says what became of it. */
  async #submit(): Promise<void> {
    const { town, scheme, chance } = this.around;
    const { desk, known, bank } = town;
    const run = chance.pick(
      [...known.runs.values()].filter(({ status }) => SUBMITTABLE.has(status)),
    );
    if (run === undefined) return;
    const { runId } = run;
    const say = (outcome: 'started' | 'submitted' | 'unclear') => {
      const evidence = run.status === 'unclear' ? { evidence: 'appel' } : {};
      return desk.ask(desk.want(approver, RecordSubmission, { runId, outcome, ...evidence }));
    };
    if (run.status === 'issued') return void (await say('started'));
    if (!bank.submitted.has(runId)) {
      const file = await this.#fetch<PaymentFileContent>(new GetPaymentFile(runId));
      if (file === undefined || bank.submitted.has(runId)) return;
      bank.receive(runId, file.content, scheme.clock.today());
    }
    await say(chance.falls(8_000) ? 'submitted' : 'unclear');
  }

  async #fetch<T>(question: Command<T>): Promise<T | undefined> {
    const counter = this.around.scheme.findCounter();
    if (counter === undefined) return undefined;
    const nothing = counter.life.ended.then(() => undefined);
    const asked = counter.commands.execute(question).catch(() => undefined);
    return Promise.race([asked, nothing]);
  }
}

const SUBMITTABLE = new Set(['issued', 'submitting', 'unclear']);
