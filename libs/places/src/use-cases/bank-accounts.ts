import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { organisation } from '../domain/organisation';

type Declared = { organisationId: string; iban: string; bic?: string; holderName: string };
type OfAccount = { organisationId: string; bankAccountId: string };
type Verified = OfAccount & { outcome: 'match' | 'close' | 'no-match' };

/** The account's id is the command's. IBAN and BIC come in electronic form, checked. */
export class DeclareBankAccount extends Wish<Declared> {}

@CommandHandler(DeclareBankAccount)
export class DeclareBankAccountHandler implements ICommandHandler<DeclareBankAccount> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: DeclareBankAccount): Promise<Handled> {
    const { organisationId, ...account } = input;
    const data = {
      bankAccountId: context.commandId,
      ...account,
      declaredBy: context.actor.id,
      declaredAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'DeclareBankAccount', data } as const;
    return this.aggregates.handle(organisation, organisationId, wish, context);
  }
}

/** By another person than the one who declared it, else `same_person`. */
export class VerifyBankAccount extends Wish<Verified> {}

@CommandHandler(VerifyBankAccount)
export class VerifyBankAccountHandler implements ICommandHandler<VerifyBankAccount> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: VerifyBankAccount): Promise<Handled> {
    const { organisationId, ...verification } = input;
    const data = {
      ...verification,
      verifiedBy: context.actor.id,
      verifiedAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'VerifyBankAccount', data } as const;
    return this.aggregates.handle(organisation, organisationId, wish, context);
  }
}

export class RevokeBankAccount extends Wish<OfAccount & { reason: string }> {}

@CommandHandler(RevokeBankAccount)
export class RevokeBankAccountHandler implements ICommandHandler<RevokeBankAccount> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: RevokeBankAccount): Promise<Handled> {
    const { organisationId, ...revocation } = input;
    const data = {
      ...revocation,
      revokedBy: context.actor.id,
      revokedAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'RevokeBankAccount', data } as const;
    return this.aggregates.handle(organisation, organisationId, wish, context);
  }
}
