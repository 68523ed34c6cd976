import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payment } from '../../domain/payment/payment';

type Input = Readonly<{
  claimId: string;
  /** Names the attempt that failed, and what shows that another may succeed. */
  evidence: Readonly<{ endToEndId: string; reference: string }>;
}>;

/** The next run pays the claim again, as its next attempt. */
export class RepresentPayment extends Wish<Input> {}

@CommandHandler(RepresentPayment)
export class RepresentPaymentHandler implements ICommandHandler<RepresentPayment> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { claimId, evidence }, context }: RepresentPayment): Promise<Handled> {
    const { id: grantedBy, role } = context.actor;
    const grantedAt = instantOf(this.clock.now());
    const data = { evidence, grantedBy, isMachine: role === 'system', grantedAt };
    const wish = { type: 'RepresentPayment', data } as const;
    return this.aggregates.handle(payment, claimId, wish, context);
  }
}
