import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { order } from '../domain/order/order';
import { refuse } from '../domain/refuse';
import { Agreements } from '../ports/agreements';

type Input = {
  agreementId: string;
  books: number;
  vouchersPerBook: number;
  validUntilOn: string;
  graceDays?: number;
  remittanceDays?: number;
};

/** The order's id is the command's. It keeps the terms it was made under. */
export class OrderBooks extends Wish<Input> {}

@CommandHandler(OrderBooks)
export class OrderBooksHandler implements ICommandHandler<OrderBooks> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly agreements: Agreements,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: OrderBooks): Promise<Handled> {
    const agreement = await this.agreements.find(input.agreementId);
    if (agreement === undefined) return refuse('agreement_unknown');
    if (agreement.status === 'closed') return refuse('agreement_closed');
    const { funderId, faceValueCents, booksOf, feeBasisPoints, vatBasisPoints } = agreement;
    const terms = { funderId, faceValueCents, booksOf, feeBasisPoints, vatBasisPoints };
    const { headroomCents } = agreement;
    const orderId = context.commandId;
    const data = { orderId, ...input, ...terms, headroomCents, today: this.clock.today() };
    return this.aggregates.handle(order, orderId, { type: 'OrderBooks', data }, context);
  }
}
