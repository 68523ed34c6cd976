import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import type { SignAgreement as Decision } from '../domain/agreement.messages';
import { funder } from '../domain/funder';
import { refuse } from '../domain/refuse';

type Input = Omit<Decision['data'], 'agreementId' | 'funderName'>;

/** The agreement's id is the command's. The funder's own name is one of the co-funders'. */
export class SignAgreement extends Wish<Input> {}

@CommandHandler(SignAgreement)
export class SignAgreementHandler implements ICommandHandler<SignAgreement> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input, context }: SignAgreement): Promise<Handled> {
    const { state } = await this.aggregates.load(funder, input.funderId);
    if (state.status === 'unknown') return refuse('funder_unknown');
    const agreementId = context.commandId;
    const data = { agreementId, funderName: state.details.name, ...input };
    return this.aggregates.handle(agreement, agreementId, { type: 'SignAgreement', data }, context);
  }
}
