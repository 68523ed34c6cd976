import { DomainError } from '@app/kernel';
import {
  hashOf,
  OutcomeUnknown,
  ReadModelBehind,
  requestCommandId,
  StoreUnavailable,
  WrongExpectedRevision,
  type CommandContext,
  type Handled,
  type Role,
  type Wish,
} from '@app/platform';
import type { CommandBus } from '@nestjs/cqrs';
import type { Chance } from './chance';
import type { Life, Scheduler } from './scheduler';

export type Person = Readonly<{ id: string; partyId: string; role: Role }>;

/** What somebody wants; asked again it is the same wish, with the same key. */
export type Wanted = Readonly<{
  who: Person;
  what: string;
  /** Tells this wish from another under the same key. */
  requestHash: string;
  key: string;
  wish: (context: CommandContext) => Wish<unknown, unknown>;
}>;

/** How one wish ended, as whoever asked was told. */
export type Answer = Readonly<
  | { is: 'acknowledged'; result: unknown }
  | { is: 'refused'; code: string }
  | { is: 'unknown'; why: string }
>;

/** A wish and all it was told: what the log is held to in the end. */
export type Told = {
  readonly commandId: string;
  readonly what: string;
  readonly answers: Answer[];
};

/** An api that lives, and how to end a question to it when it dies. */
export type Counter = Readonly<{ life: Life; commands: CommandBus }>;

class Killed extends Error {}

const TRIES_MAX = 4;

/** Everybody who asks the apis for something, with an idempotency key and some patience. */
export class Desk {
  readonly told = new Map<string, Told>();
  /** Errors no caller should ever meet: they would be a 500. */
  readonly failures: string[] = [];
  readonly #callers: Life;
  #asking = 0;
  /** Of every question that lies with an api: the step at which it was put. */
  readonly #put = new Map<symbol, number>();

  constructor(
    private readonly options: Readonly<{
      scheduler: Scheduler;
      chance: Chance;
      callers: Life;
      /** Any api that lives now. */
      findCounter: () => Counter | undefined;
    }>,
  ) {
    this.#callers = options.callers;
  }

  /** Questions that have had no answer yet. */
  get asking(): number {
    return this.#asking;
  }

  /** Steps since which apis have been busy with questions. */
  get questionsSince(): readonly number[] {
    return [...this.#put.values()];
  }

  want<Input>(
    who: Person,
    wish: new (input: Input, context: CommandContext) => Wish<Input, unknown>,
    input: Input,
  ): Wanted {
    return {
      ...{ who, what: wish.name, requestHash: hashOf([wish.name, input]) },
      key: this.options.chance.uuid(),
      wish: (context) => new wish(input, context),
    };
  }

  /** Asks until somebody says yes or no, or patience ends. */
  async ask(wanted: Wanted): Promise<Answer> {
    this.#asking += 1;
    try {
      let answer: Answer = { is: 'unknown', why: 'nobody was there' };
      for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
        await this.options.scheduler.turn(this.#callers, `${wanted.what} is asked`);
        answer = await this.#askOnce(wanted);
        if (answer.is !== 'unknown') break;
      }
      return answer;
    } finally {
      this.#asking -= 1;
    }
  }

  /** Until an api is up. */
  async waitForCounter(): Promise<void> {
    while (this.options.findCounter() === undefined) await this.wait();
  }

  /** A while: other things happen meanwhile. */
  wait(): Promise<void> {
    return this.options.scheduler.turn(this.#callers, 'waits');
  }

  /** Something else under the key of a wish that was granted: it is refused. */
  async askOtherwise(wanted: Wanted): Promise<void> {
    const otherwise = { ...wanted, requestHash: hashOf([wanted.requestHash, 'otherwise']) };
    const answer = await this.ask(otherwise);
    if (answer.is === 'acknowledged' && (eventsIn(answer.result)?.length ?? 1) > 0) {
      this.failures.push(`${wanted.what}: one key was good for two wishes`);
    }
  }

  async #askOnce({ who, what, requestHash, key, wish }: Wanted): Promise<Answer> {
    const counter = this.options.findCounter();
    if (counter === undefined) return { is: 'unknown', why: 'nobody is there' };
    const { partyId } = who;
    const commandId = requestCommandId({ partyId, route: what, idempotencyKey: key });
    const told = this.told.get(commandId) ?? { commandId, what, answers: [] };
    this.told.set(commandId, told);
    const context = { commandId, requestHash, actor: who };
    const command = wish({ ...context, correlationId: commandId, causationId: commandId });
    const died = counter.life.ended.then(() => Promise.reject(new Killed('killed')));
    died.catch(() => undefined);
    let answer: Answer;
    const question = Symbol(what);
    this.#put.set(question, this.options.scheduler.step);
    try {
      const result: unknown = await Promise.race([counter.commands.execute(command), died]);
      answer = { is: 'acknowledged', result };
    } catch (error) {
      answer = this.#answerOf(error, what);
    } finally {
      this.#put.delete(question);
    }
    told.answers.push(answer);
    this.options.scheduler.note(`${what}: ${answer.is === 'refused' ? answer.code : answer.is}`);
    return answer;
  }

  #answerOf(error: unknown, what: string): Answer {
    if (error instanceof DomainError) return { is: 'refused', code: error.code };
    if (PASSING.some((passing) => error instanceof passing)) {
      return { is: 'unknown', why: (error as Error).name };
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.failures.push(`${what}: ${text}`);
    return { is: 'unknown', why: 'error' };
  }
}

const PASSING = [
  ...[Killed, OutcomeUnknown, StoreUnavailable, ReadModelBehind, WrongExpectedRevision],
];

/** The events of an answer that lists them. */
export const eventsIn = (result: unknown): Handled['events'] | undefined =>
  (result as Partial<Handled> | undefined)?.events;
