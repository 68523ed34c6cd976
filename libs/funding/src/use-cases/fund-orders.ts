import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import type {
  EnqueueOrder as Enqueueing,
  IssueCreditNote as Credit,
} from '../domain/agreement.messages';

type OfOrder = { agreementId: string; orderId: string };

/** The agreement learns what an order's stream decided; a second copy changes nothing. */
export class EnqueueOrder extends Wish<{ agreementId: string } & Enqueueing['data']> {}
export class ReleaseOrder extends Wish<OfOrder> {}
export class RequestActivation extends Wish<OfOrder> {}
export class IssueCreditNote extends Wish<{ agreementId: string } & Credit['data']> {}

@CommandHandler(EnqueueOrder)
export class EnqueueOrderHandler implements ICommandHandler<EnqueueOrder> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: EnqueueOrder): Promise<Handled> {
    const wish = { type: 'EnqueueOrder', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

@CommandHandler(ReleaseOrder)
export class ReleaseOrderHandler implements ICommandHandler<ReleaseOrder> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: ReleaseOrder): Promise<Handled> {
    const wish = { type: 'ReleaseOrder', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

@CommandHandler(RequestActivation)
export class RequestActivationHandler implements ICommandHandler<RequestActivation> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: RequestActivation): Promise<Handled> {
    const wish = { type: 'RequestActivation', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

@CommandHandler(IssueCreditNote)
export class IssueCreditNoteHandler implements ICommandHandler<IssueCreditNote> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: IssueCreditNote): Promise<Handled> {
    const wish = { type: 'IssueCreditNote', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}
