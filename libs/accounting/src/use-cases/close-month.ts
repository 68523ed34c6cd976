import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PERIODS_ID, periods } from '../domain/periods';
import { BooksOfMonths } from '../ports/books-of-months';

/** `month`: `YYYY-MM`. Another person closes it. */
export class ProposeClosing extends Wish<{ month: string }> {}

@CommandHandler(ProposeClosing)
export class ProposeClosingHandler implements ICommandHandler<ProposeClosing> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { month }, context }: ProposeClosing): Promise<Handled> {
    const data = {
      ...{ month, today: this.clock.today(), proposedBy: context.actor.id },
      proposedAt: instantOf(this.clock.now()),
    };
    return this.aggregates.handle(periods, PERIODS_ID, { type: 'ProposeClosing', data }, context);
  }
}

/** `sha256`: of the postings, as they were shown to who closes. */
export class CloseMonth extends Wish<{ month: string; sha256: string }> {}

@CommandHandler(CloseMonth)
export class CloseMonthHandler implements ICommandHandler<CloseMonth> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly books: BooksOfMonths,
    private readonly clock: Clock,
  ) {}

  execute({ input: { month, sha256 }, context }: CloseMonth): Promise<Handled> {
    const figures = this.books.find(month);
    const data = {
      ...{ month, sha256, ...(figures && { figures }) },
      ...{ closedBy: context.actor.id, closedAt: instantOf(this.clock.now()) },
    };
    return this.aggregates.handle(periods, PERIODS_ID, { type: 'CloseMonth', data }, context);
  }
}
