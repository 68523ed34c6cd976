import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import type {
  ConfirmFunds as Confirmation,
  RecallFunds as Recall,
} from '../domain/agreement.messages';

type Copied<Data> = { agreementId: string } & Data;

/** The agreement learns what a deposit's stream decided; a second copy changes nothing. */
export class ReceiveFunds extends Wish<Copied<Confirmation['data']>> {}
export class ConfirmFunds extends Wish<Copied<Confirmation['data']>> {}
export class RecallFunds extends Wish<Copied<Recall['data']>> {}

@CommandHandler(ReceiveFunds)
export class ReceiveFundsHandler implements ICommandHandler<ReceiveFunds> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: ReceiveFunds): Promise<Handled> {
    const wish = { type: 'ReceiveFunds', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

@CommandHandler(ConfirmFunds)
export class ConfirmFundsHandler implements ICommandHandler<ConfirmFunds> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: ConfirmFunds): Promise<Handled> {
    const wish = { type: 'ConfirmFunds', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

@CommandHandler(RecallFunds)
export class RecallFundsHandler implements ICommandHandler<RecallFunds> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: RecallFunds): Promise<Handled> {
    const wish = { type: 'RecallFunds', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}
