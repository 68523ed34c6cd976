import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { funder } from '../domain/funder';
import type {
  DeclareFunderBankAccount as Declaration,
  VerifyFunderBankAccount as Verification,
} from '../domain/funder.messages';

type Declared = { funderId: string } & Omit<Declaration['data'], 'bankAccountId' | 'declaredBy'>;
type Verified = { funderId: string } & Omit<Verification['data'], 'verifiedBy'>;
type Revoked = { funderId: string; bankAccountId: string; reason: string };

/** The account's id is the command's. Refunds go there once another person has verified it. */
export class DeclareFunderBankAccount extends Wish<Declared> {}

@CommandHandler(DeclareFunderBankAccount)
export class DeclareFunderBankAccountHandler implements ICommandHandler<DeclareFunderBankAccount> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: DeclareFunderBankAccount): Promise<Handled> {
    const { funderId, ...account } = input;
    const declaredBy = context.actor.id;
    const data = { bankAccountId: context.commandId, ...account, declaredBy };
    const wish = { type: 'DeclareFunderBankAccount', data } as const;
    return this.aggregates.handle(funder, funderId, wish, context);
  }
}

export class VerifyFunderBankAccount extends Wish<Verified> {}

@CommandHandler(VerifyFunderBankAccount)
export class VerifyFunderBankAccountHandler implements ICommandHandler<VerifyFunderBankAccount> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: VerifyFunderBankAccount): Promise<Handled> {
    const { funderId, ...verification } = input;
    const data = { ...verification, verifiedBy: context.actor.id };
    const wish = { type: 'VerifyFunderBankAccount', data } as const;
    return this.aggregates.handle(funder, funderId, wish, context);
  }
}

export class RevokeFunderBankAccount extends Wish<Revoked> {}

@CommandHandler(RevokeFunderBankAccount)
export class RevokeFunderBankAccountHandler implements ICommandHandler<RevokeFunderBankAccount> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RevokeFunderBankAccount): Promise<Handled> {
    const { funderId, ...data } = input;
    const wish = { type: 'RevokeFunderBankAccount', data } as const;
    return this.aggregates.handle(funder, funderId, wish, context);
  }
}
