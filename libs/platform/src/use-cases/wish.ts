import { Injectable } from '@nestjs/common';
import { Command, CommandBus } from '@nestjs/cqrs';
import type { CommandContext, Handled } from '../event-store/aggregate-store';
import { CommandSender } from '../event-store/process-runner';

/** A wish on the command bus: what is asked, and who asks and why. One class per use case. */
export abstract class Wish<Input, Result = Handled> extends Command<Result> {
  constructor(
    readonly input: Input,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** A wish that does not know yet who asks: a process decides it, its runner adds the context. */
export type Asked<Input> = Readonly<{
  /** The wish's name, for incidents. */
  type: string;
  wish: new (input: Input, context: CommandContext) => Wish<Input, unknown>;
  input: Input;
}>;

/** `send(asks(ReceiveFunds, { … }))` in a process. */
export const asks = <Input>(wish: Asked<Input>['wish'], input: Input): Asked<Input> => ({
  type: wish.name,
  wish,
  input,
});

/** Puts the wishes of processes on the command bus. */
@Injectable()
export class BusSender extends CommandSender {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  async send(command: object, context: CommandContext): Promise<unknown> {
    const { wish, input } = command as Asked<unknown>;
    return this.commands.execute(new wish(input, context));
  }
}
