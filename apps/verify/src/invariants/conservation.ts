import type { AgreementFact, DepositFact } from '@app/funding/contract';
import type { RecordedEvent } from '@app/platform';
import type { Component, PayeeFact, PaymentFact, RunFact } from '@app/reimbursement/contract';
import type { BookFact, OrderFact } from '@app/voucher-books/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

type Fact = AgreementFact | BookFact | DepositFact | OrderFact | PayeeFact | PaymentFact | RunFact;

type Order = {
  readonly agreementId: string;
  readonly faceValueCents: number;
  readonly faceCents: number;
  /** What the agreement has set aside for it. */
  reservedCents: number;
  isActive: boolean;
  hasEnded: boolean;
  /** In face values; what is neither is active, or expired once the validity has ended. */
  distributed: number;
  redeemed: number;
  creditedCents: number;
};

type Agreement = {
  readonly faceValueCents: number;
  readonly orders: Order[];
  depositedCents: number;
  shortfallCents: number;
  availableCents: number;
  reservedCents: number;
  owedCents: number;
  inRunCents: number;
  paidCents: number;
  returnedCents: number;
  feesCents: number;
};

const NEVER_NEGATIVE = [
  ...(['depositedCents', 'shortfallCents', 'availableCents', 'reservedCents'] as const),
  ...(['returnedCents', 'feesCents'] as const),
];

/**
 * I-1: each cent is in exactly one bucket. Money is summed from the amounts that events carry, value
 * in circulation counted by vouchers: the equation holds only where both agree.
 */
export class Conservation extends Invariant {
  readonly id = 'I-1';
  readonly says =
    'deposited + shortfall = available + reserved + active + distributed + owed + inRun + paid + expired + returned + fees, and no bucket is below zero';

  readonly #agreements = new Map<string, Agreement>();
  readonly #orders = new Map<string, Order>();
  /** Agreements the event at hand has touched. */
  readonly #touched = new Set<string>();

  see(event: RecordedEvent, broken: Broken): void {
    this.#touched.clear();
    handle<Fact>(this.#handlers, event);
    for (const agreementId of this.#touched) {
      const agreement = this.#agreements.get(agreementId);
      if (agreement) assertBalanced(agreementId, agreement, broken);
    }
  }

  #of(agreementId: string): Agreement {
    this.#touched.add(agreementId);
    const known = this.#agreements.get(agreementId);
    if (known) return known;
    throw new Error(`agreement ${agreementId} moves before it is signed`);
  }

  #order(orderId: string): Order {
    const order = this.#orders.get(orderId);
    if (order === undefined) throw new Error(`order ${orderId} moves before it is ordered`);
    this.#touched.add(order.agreementId);
    return order;
  }

  #move(
    components: readonly Component[],
    from: 'owedCents' | 'inRunCents' | 'paidCents',
    to: 'owedCents' | 'inRunCents' | 'paidCents',
  ): void {
    for (const { agreementId, cents } of components) {
      const agreement = this.#of(agreementId);
      agreement[from] -= cents;
      agreement[to] += cents;
    }
  }

  readonly #handlers: Handlers<Fact> = {
    AgreementSigned: ({ agreementId, faceValueCents }) => {
      this.#agreements.set(agreementId, {
        ...{ faceValueCents, orders: [], depositedCents: 0, shortfallCents: 0 },
        ...{ availableCents: 0, reservedCents: 0, owedCents: 0, inRunCents: 0, paidCents: 0 },
        ...{ returnedCents: 0, feesCents: 0 },
      });
    },
    DepositAssigned: ({ agreementId, amountCents }) => {
      const agreement = this.#of(agreementId);
      agreement.depositedCents += amountCents;
      agreement.availableCents += amountCents;
    },
    FundsReceived: ({ agreementId, shortfallRepaidCents }) => {
      repay(this.#of(agreementId), shortfallRepaidCents);
    },
    FundsRecalled: ({ agreementId, amountCents, cancelledRefunds, ...rest }) => {
      const agreement = this.#of(agreementId);
      agreement.depositedCents -= amountCents;
      agreement.shortfallCents += rest.shortfallCents;
      agreement.availableCents -= rest.fromAvailableCents;
      for (const refund of cancelledRefunds) {
        agreement.reservedCents -= refund.amountCents;
        agreement.availableCents += refund.amountCents;
      }
    },
    OrderFunded: ({ agreementId, orderId, faceCents, feeCents, vatCents }) => {
      const agreement = this.#of(agreementId);
      this.#order(orderId).reservedCents += faceCents + feeCents + vatCents;
      agreement.availableCents -= faceCents + feeCents + vatCents;
      agreement.reservedCents += faceCents + feeCents + vatCents;
    },
    ReservationReleased: ({ agreementId, orderId, amountCents, shortfallRepaidCents }) => {
      const agreement = this.#of(agreementId);
      this.#order(orderId).reservedCents -= amountCents;
      agreement.reservedCents -= amountCents;
      agreement.availableCents += amountCents;
      repay(agreement, shortfallRepaidCents);
    },
    CreditNoteIssued: ({ agreementId, orderId, amountCents, shortfallRepaidCents }) => {
      const agreement = this.#of(agreementId);
      this.#order(orderId).creditedCents += amountCents;
      agreement.availableCents += amountCents;
      repay(agreement, shortfallRepaidCents);
    },
    RefundOrdered: ({ agreementId, amountCents }) => {
      const agreement = this.#of(agreementId);
      agreement.availableCents -= amountCents;
      agreement.reservedCents += amountCents;
    },
    RefundBooked: ({ agreementId, amountCents }) => {
      const agreement = this.#of(agreementId);
      agreement.reservedCents -= amountCents;
      agreement.returnedCents += amountCents;
    },
    RefundFailed: ({ agreementId, amountCents, shortfallRepaidCents }) => {
      const agreement = this.#of(agreementId);
      agreement.reservedCents -= amountCents;
      agreement.availableCents += amountCents;
      repay(agreement, shortfallRepaidCents);
    },
    RefundReturned: ({ agreementId, amountCents, shortfallRepaidCents }) => {
      const agreement = this.#of(agreementId);
      agreement.returnedCents -= amountCents;
      agreement.availableCents += amountCents;
      repay(agreement, shortfallRepaidCents);
    },

    BooksOrdered: ({ orderId, agreementId, faceValueCents, faceCents }) => {
      const order: Order = {
        ...{ agreementId, faceValueCents, faceCents, isActive: false, hasEnded: false },
        ...{ reservedCents: 0, distributed: 0, redeemed: 0, creditedCents: 0 },
      };
      this.#orders.set(orderId, order);
      this.#of(agreementId).orders.push(order);
    },
    OrderActivated: ({ orderId, agreementId, faceCents, feeCents, vatCents }) => {
      const agreement = this.#of(agreementId);
      const order = this.#order(orderId);
      order.isActive = true;
      order.reservedCents -= faceCents + feeCents + vatCents;
      agreement.reservedCents -= faceCents + feeCents + vatCents;
      agreement.feesCents += feeCents + vatCents;
    },
    ValidityEnded: ({ orderId }) => {
      this.#order(orderId).hasEnded = true;
    },
    BookDistributed: ({ orderId, vouchers }) => {
      this.#order(orderId).distributed += vouchers.length;
    },
    BookReplaced: ({ orderId, movedCents }) => {
      const order = this.#order(orderId);
      order.distributed -= movedCents / order.faceValueCents;
    },
    VouchersRedeemed: ({ orderId, agreementId, vouchers, coveredCents }) => {
      const order = this.#order(orderId);
      order.distributed -= vouchers.length;
      order.redeemed += vouchers.length;
      this.#of(agreementId).owedCents += coveredCents;
    },
    RedemptionCancelled: ({ orderId, agreementId, vouchers, coveredCents }) => {
      const order = this.#order(orderId);
      order.distributed += vouchers.length;
      order.redeemed -= vouchers.length;
      this.#of(agreementId).owedCents -= coveredCents;
    },

    LinesFrozen: ({ lines }) => {
      for (const line of lines) this.#move(line.components, 'owedCents', 'inRunCents');
    },
    LinesReleased: ({ lines }) => {
      for (const line of lines) this.#move(line.components, 'inRunCents', 'owedCents');
    },
    PaymentSettled: ({ components, from }) => {
      this.#move(components, `${from}Cents`, 'paidCents');
    },
    PaymentRejected: ({ components }) => {
      this.#move(components, 'inRunCents', 'owedCents');
    },
    PaymentReturned: ({ components }) => {
      this.#move(components, 'paidCents', 'owedCents');
    },
    DebtRepaid: ({ components }) => {
      this.#move(components, 'paidCents', 'owedCents');
    },
  };
}

const repay = (agreement: Agreement, cents: number): void => {
  agreement.availableCents -= cents;
  agreement.shortfallCents -= cents;
};

function assertBalanced(agreementId: string, agreement: Agreement, broken: Broken): void {
  const { orders, depositedCents, shortfallCents, ...buckets } = agreement;
  let valueCents = 0;
  for (const order of orders) {
    // Funded once and whole, then spent or released once and whole.
    const needsNothing = order.isActive || order.reservedCents <= 0;
    if (needsNothing && order.reservedCents !== 0) {
      broken(`an order of agreement ${agreementId} has ${order.reservedCents} cents reserved`);
    }
    const { distributed, redeemed, faceCents, faceValueCents, creditedCents, hasEnded } = order;
    if (!order.isActive) continue;
    const unusedCents = faceCents - redeemed * faceValueCents;
    const inStockCents = unusedCents - distributed * faceValueCents;
    if (distributed < 0 || redeemed < 0 || inStockCents < 0) {
      broken(`an order of agreement ${agreementId} has more vouchers out than it has`);
    }
    if (unusedCents - creditedCents < 0) {
      broken(`agreement ${agreementId} credited more than expired`);
    }
    if (creditedCents > 0 && !hasEnded) {
      broken(`agreement ${agreementId} has a credit note for an order that still runs`);
    }
    valueCents += unusedCents - creditedCents;
  }
  const { availableCents, reservedCents, owedCents, inRunCents, paidCents } = buckets;
  const heldCents =
    availableCents + reservedCents + valueCents + owedCents + inRunCents + paidCents;
  const sumCents = heldCents + buckets.returnedCents + buckets.feesCents;
  if (depositedCents + shortfallCents !== sumCents) {
    broken(
      `agreement ${agreementId}: deposited ${depositedCents} + shortfall ${shortfallCents} is not ${sumCents}`,
    );
  }
  for (const bucket of NEVER_NEGATIVE) {
    if (agreement[bucket] < 0) {
      broken(`agreement ${agreementId}: ${bucket} is ${agreement[bucket]}`);
    }
  }
}
