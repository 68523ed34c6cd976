import { AggregateStore, uuidV5, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { INVOICE_REGISTER_ID, invoiceRegister } from '../domain/invoice-register';
import { refuse } from '../domain/refuse';
import { TermsOfAgreements } from '../ports/invoiced-terms';
import { OperatorIdentity } from '../ports/operator';

type Activated = Readonly<{
  orderId: string;
  agreementId: string;
  funderId: string;
  activatedOn: string;
  faceCents: number;
  feeCents: number;
  vatCents: number;
}>;

/** The operator's fee on an order that became active. */
export class IssueInvoice extends Wish<Activated> {}

@CommandHandler(IssueInvoice)
export class IssueInvoiceHandler implements ICommandHandler<IssueInvoice> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly terms: TermsOfAgreements,
    private readonly operator: OperatorIdentity,
  ) {}

  async execute({ input, context }: IssueInvoice): Promise<Handled> {
    const { agreementId, funderId, orderId } = input;
    const terms = await this.terms.find(agreementId, funderId);
    if (terms === undefined) return refuse('agreement_unknown');
    const invoiceId = uuidV5(orderId, 'fee-invoice');
    const data = { ...input, ...terms, invoiceId, seller: this.operator.seller };
    const wish = { type: 'IssueInvoice', data } as const;
    return this.aggregates.handle(invoiceRegister, INVOICE_REGISTER_ID, wish, context);
  }
}
