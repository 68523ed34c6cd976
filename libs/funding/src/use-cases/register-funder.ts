import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { funder } from '../domain/funder';
import type { RegisterFunder as Decision } from '../domain/funder.messages';

type Input = Omit<Decision['data'], 'funderId'>;

/** The funder's id is the command's. */
export class RegisterFunder extends Wish<Input> {}

@CommandHandler(RegisterFunder)
export class RegisterFunderHandler implements ICommandHandler<RegisterFunder> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RegisterFunder): Promise<Handled> {
    const funderId = context.commandId;
    const data = { funderId, ...input };
    return this.aggregates.handle(funder, funderId, { type: 'RegisterFunder', data }, context);
  }
}
