import { agreement, headroomCents } from '@app/funding';
import { AggregateStore } from '@app/platform';
import { Agreements, type AgreementOfOrders } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';

/** What orders and books have to know of an agreement, from its stream. */
@Injectable()
export class AgreementsOfOrders extends Agreements {
  constructor(private readonly aggregates: AggregateStore) {
    super();
  }

  async find(agreementId: string): Promise<AgreementOfOrders | undefined> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown') return undefined;
    const { funderId, faceValueCents, booksOf, feeBasisPoints, vatBasisPoints } = state.terms;
    const { restrictions, singleHandOut, allowPrescribingPlace } = state.terms;
    const isShort = state.shortfallCents > 0;
    return {
      ...{ agreementId, funderId, faceValueCents, booksOf, feeBasisPoints, vatBasisPoints },
      status: state.status,
      headroomCents: headroomCents(state),
      ofBook: { restrictions, singleHandOut, allowPrescribingPlace, isShort },
    };
  }
}
