import { TermsOfAgreements, type InvoicedTerms } from '@app/accounting';
import { agreement, funder } from '@app/funding';
import { AggregateStore } from '@app/platform';
import { Injectable } from '@nestjs/common';

/** What an invoice says of the agreement and its funder, from their streams. */
@Injectable()
export class TermsFromFunding extends TermsOfAgreements {
  constructor(private readonly aggregates: AggregateStore) {
    super();
  }

  async find(agreementId: string, funderId: string): Promise<InvoicedTerms | undefined> {
    const signed = await this.aggregates.load(agreement, agreementId);
    const buyer = await this.aggregates.load(funder, funderId);
    if (signed.state.status === 'unknown' || buyer.state.status === 'unknown') return undefined;
    const { reference, feeBasisPoints, vatBasisPoints } = signed.state.terms;
    const { name, siret, address } = buyer.state.details;
    return {
      ...{ agreementReference: reference, feeBasisPoints, vatBasisPoints },
      buyer: { name, siret, ...(address !== undefined && { address }) },
    };
  }
}
