import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../../domain/payee/payee';

type Input = Readonly<{ organisationId: string; reason: string }>;

/** Nothing is paid to the organisation from the next preparation on; what it is owed stays owed. */
export class PlaceFraudHold extends Wish<Input> {}

@CommandHandler(PlaceFraudHold)
export class PlaceFraudHoldHandler implements ICommandHandler<PlaceFraudHold> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: PlaceFraudHold): Promise<Handled> {
    const { id: placedBy } = context.actor;
    const data = { ...input, placedBy, placedAt: instantOf(this.clock.now()) };
    const wish = { type: 'PlaceFraudHold', data } as const;
    return this.aggregates.handle(payee, input.organisationId, wish, context);
  }
}

/** By another person than who placed it. */
export class LiftFraudHold extends Wish<Input> {}

@CommandHandler(LiftFraudHold)
export class LiftFraudHoldHandler implements ICommandHandler<LiftFraudHold> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: LiftFraudHold): Promise<Handled> {
    const { id: liftedBy } = context.actor;
    const data = { ...input, liftedBy, liftedAt: instantOf(this.clock.now()) };
    const wish = { type: 'LiftFraudHold', data } as const;
    return this.aggregates.handle(payee, input.organisationId, wish, context);
  }
}
