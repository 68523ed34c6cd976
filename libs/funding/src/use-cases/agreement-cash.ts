import { AggregateStore, ReadModelBehind } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { agreement } from '../domain/agreement';
import { AgreementFigures } from '../ports/agreement-figures';

/** How often the figures are asked for again because something came into the agreement's stream. */
const ASKED_MAX = 5;

/** An agreement and its cash, both as they were at one moment of its stream. */
@Injectable()
export class AgreementCash {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: AgreementFigures,
  ) {}

  /** @throws ReadModelBehind where the views do not get there in 2 s, or the stream never rests. */
  async ask(agreementId: string) {
    let before = await this.aggregates.load(agreement, agreementId);
    for (let asked = 1; asked <= ASKED_MAX; asked += 1) {
      const { cashCents } = await this.figures.getFigures(agreementId);
      const after = await this.aggregates.load(agreement, agreementId);
      const { state } = after;
      if (after.revision === before.revision) {
        const refundedCents = state.status === 'unknown' ? 0 : state.refundedCents;
        return { state, cashCents, refundedCents };
      }
      before = after;
    }
    throw new ReadModelBehind('the agreement changes faster than its cash is read');
  }
}
