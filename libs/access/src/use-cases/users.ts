import { DomainError } from '@app/kernel';
import { AggregateStore, Wish, type CommandContext, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { operators, OPERATORS_ID } from '../domain/operators';
import { user } from '../domain/user';
import type {
  GiveRole as Gift,
  OperatorsWish,
  RegisterUser as Registration,
  WithdrawRole as Withdrawal,
} from '../domain/user.messages';

export class RegisterUser extends Wish<Registration['data']> {}

@CommandHandler(RegisterUser)
export class RegisterUserHandler implements ICommandHandler<RegisterUser> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RegisterUser): Promise<Handled> {
    const wish = { type: 'RegisterUser', data: input } as const;
    return this.aggregates.handle(user, input.userId, wish, context);
  }
}

/** A role of a party to a registered user. */
export class GiveRole extends Wish<Gift['data']> {}

@CommandHandler(GiveRole)
export class GiveRoleHandler implements ICommandHandler<GiveRole> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input, context }: GiveRole): Promise<Handled> {
    return handleMembership(this.aggregates, { type: 'GiveRole', data: input }, context);
  }
}

export class WithdrawRole extends Wish<Withdrawal['data']> {}

@CommandHandler(WithdrawRole)
export class WithdrawRoleHandler implements ICommandHandler<WithdrawRole> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input, context }: WithdrawRole): Promise<Handled> {
    return handleMembership(this.aggregates, { type: 'WithdrawRole', data: input }, context);
  }
}

/** Every role is of its user's stream, but who operates is of one stream for all. */
async function handleMembership(
  aggregates: AggregateStore,
  wish: OperatorsWish,
  context: CommandContext,
): Promise<Handled> {
  const { userId, role } = wish.data;
  if (role !== 'operator') return aggregates.handle(user, userId, wish, context);
  // Who is registered stays so: this cannot be overtaken.
  const { state } = await aggregates.load(user, userId);
  if (state.status === 'unknown') throw new DomainError('user_unknown');
  return aggregates.handle(operators, OPERATORS_ID, wish, context);
}
