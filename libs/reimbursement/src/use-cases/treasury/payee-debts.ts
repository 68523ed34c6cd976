import { AggregateStore, ReadModelBehind } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { payee, type Debts } from '../../domain/payee/payee';
import { TreasuryFigures } from '../../ports/treasury-figures';

/** How often the figures are asked for again because a repayment came in between. */
const ASKED_MAX = 5;

/** An organisation's debts, and what of them its stream had seen repaid when the figures were made. */
@Injectable()
export class PayeeDebts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: TreasuryFigures,
  ) {}

  /** @throws ReadModelBehind where the views do not get there in 2 s, or repayments never cease. */
  async ask(organisationId: string): Promise<Debts> {
    let before = await this.aggregates.load(payee, organisationId);
    for (let asked = 1; asked <= ASKED_MAX; asked += 1) {
      const owed = await this.figures.listOwed(organisationId);
      const after = await this.aggregates.load(payee, organisationId);
      if (after.revision === before.revision) return { owed, repaid: after.state.repaid };
      before = after;
    }
    throw new ReadModelBehind('the debts change faster than they are read');
  }
}
