import type { AgreementFact } from '@app/funding/contract';
import type { RecordedEvent } from '@app/platform';

/** An agreement's confirmed money, and what was activated on it. */
type Cover = { moneyCents: number; readonly activated: Map<string, number> };

/** An order activates only when confirmed deposits cover everything activated, and it. */
export class Covers {
  readonly #covers = new Map<string, Cover>();

  /** What this event breaks, if it does. */
  see({ type, data }: RecordedEvent): string | undefined {
    const fact = { type, data } as AgreementFact;
    switch (fact.type) {
      case 'FundsConfirmed':
      case 'CreditNoteIssued':
      case 'RefundFailed':
      case 'RefundReturned':
        this.#of(fact).moneyCents += fact.data.amountCents;
        return undefined;
      case 'RefundOrdered':
        this.#of(fact).moneyCents -= fact.data.amountCents;
        return undefined;
      case 'FundsRecalled': {
        const { wasConfirmed, amountCents, cancelledRefunds } = fact.data;
        const cover = this.#of(fact);
        if (wasConfirmed) cover.moneyCents -= amountCents;
        for (const refund of cancelledRefunds) cover.moneyCents += refund.amountCents;
        return undefined;
      }
      case 'ReservationReleased':
        this.#of(fact).activated.delete(fact.data.orderId);
        return undefined;
      case 'ActivationPermitted': {
        const { orderId, faceCents, feeCents, vatCents } = fact.data;
        const { activated, moneyCents } = this.#of(fact);
        activated.set(orderId, faceCents + feeCents + vatCents);
        const neededCents = [...activated.values()].reduce((sum, cents) => sum + cents, 0);
        if (neededCents <= moneyCents) return undefined;
        return `order ${orderId} is permitted: ${neededCents} cents on ${moneyCents} confirmed`;
      }
      default:
        return undefined;
    }
  }

  #of({ data: { agreementId } }: AgreementFact): Cover {
    const known = this.#covers.get(agreementId) ?? { moneyCents: 0, activated: new Map() };
    this.#covers.set(agreementId, known);
    return known;
  }
}
