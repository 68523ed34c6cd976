import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FunderDetails } from '../contract';
import { funder } from '../domain/funder';

/** All details as they are from now on: what invoices say, and nothing that was issued before. */
export class CorrectFunder extends Wish<{ funderId: string } & FunderDetails> {}

@CommandHandler(CorrectFunder)
export class CorrectFunderHandler implements ICommandHandler<CorrectFunder> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: CorrectFunder): Promise<Handled> {
    const { funderId, ...data } = input;
    return this.aggregates.handle(funder, funderId, { type: 'CorrectFunder', data }, context);
  }
}
