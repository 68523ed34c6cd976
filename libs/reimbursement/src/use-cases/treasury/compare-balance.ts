import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ComparedBalance } from '../../contract';
import { solvency } from '../../domain/solvency/solvency';

/** The figures of one booked day, as the views have them: what changed since is told as an event. */
export class CompareBalance extends Wish<Omit<ComparedBalance, 'comparedAt'>> {}

@CommandHandler(CompareBalance)
export class CompareBalanceHandler implements ICommandHandler<CompareBalance> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: CompareBalance): Promise<Handled> {
    const data = { ...input, comparedAt: instantOf(this.clock.now()) };
    return this.aggregates.handle(solvency, input.on, { type: 'CompareBalance', data }, context);
  }
}
