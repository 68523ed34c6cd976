import type { AgreementFact, AgreementSigned, OrderNeed } from '../contract';

export type QueuedOrder = OrderNeed &
  Readonly<{
    orderId: string;
    status: 'waiting' | 'funded' | 'activation-requested' | 'permitted' | 'withdrawn';
  }>;

export type Refund = Readonly<{
  amountCents: number;
  bankAccountId: string;
  proposedBy: string;
  status: 'proposed' | 'ordered' | 'sent' | 'booked' | 'failed' | 'returned' | 'cancelled';
  /** Of the last bank fact, so that its second copy is known. */
  statementReference?: string;
}>;

export type SignedAgreement = Readonly<{
  status: 'signed' | 'closed';
  terms: AgreementSigned['data'];
  /** Received less recalled; all other figures of the agreement are parts of it and the shortfall. */
  depositedCents: number;
  availableCents: number;
  shortfallCents: number;
  confirmedCents: number;
  /** Refunds ordered and not undone: they leave with confirmed money. */
  refundedCents: number;
  creditedCents: number;
  /** In the order of enqueueing, oldest first. */
  orders: readonly QueuedOrder[];
  turnedAway: readonly string[];
  deposits: Readonly<Record<string, 'received' | 'confirmed' | 'recalled'>>;
  creditNotes: readonly string[];
  refunds: Readonly<Record<string, Refund>>;
}>;

export type Agreement = { status: 'unknown' } | SignedAgreement;

export const needCents = ({ faceCents, feeCents, vatCents }: OrderNeed): number =>
  faceCents + feeCents + vatCents;

/** What uncancelled orders leave of the agreement's ceiling. */
export const headroomCents = ({ terms, orders }: SignedAgreement): number =>
  orders.reduce(
    (left, order) => (order.status === 'withdrawn' ? left : left - needCents(order)),
    terms.ceilingCents,
  );

/** Folds one fact; `agreement.ts` states the rules by which facts come about. */
export const evolveAgreement = (state: Agreement, fact: AgreementFact): Agreement => {
  if (fact.type === 'AgreementSigned') return signed(fact.data);
  if (state.status === 'unknown') return state;
  return evolveMoney(evolveParts(state, fact), fact);
};

const signed = (terms: AgreementSigned['data']): SignedAgreement => ({
  status: 'signed',
  terms,
  depositedCents: 0,
  availableCents: 0,
  shortfallCents: 0,
  confirmedCents: 0,
  refundedCents: 0,
  creditedCents: 0,
  orders: [],
  turnedAway: [],
  deposits: {},
  creditNotes: [],
  refunds: {},
});

/** The sums. Whatever enters available has repaid a shortfall first, as its event says. */
const evolveMoney = (state: SignedAgreement, fact: AgreementFact): SignedAgreement => {
  const enter = (cents: number, repaidCents: number): SignedAgreement => ({
    ...state,
    availableCents: state.availableCents + cents - repaidCents,
    shortfallCents: state.shortfallCents - repaidCents,
  });
  switch (fact.type) {
    case 'FundsReceived':
      return {
        ...enter(fact.data.amountCents, fact.data.shortfallRepaidCents),
        depositedCents: state.depositedCents + fact.data.amountCents,
      };
    case 'ReservationReleased':
      return enter(fact.data.amountCents, fact.data.shortfallRepaidCents);
    case 'CreditNoteIssued':
      return {
        ...enter(fact.data.amountCents, fact.data.shortfallRepaidCents),
        creditedCents: state.creditedCents + fact.data.amountCents,
      };
    case 'RefundFailed':
    case 'RefundReturned':
      return {
        ...enter(fact.data.amountCents, fact.data.shortfallRepaidCents),
        refundedCents: state.refundedCents - fact.data.amountCents,
      };
    case 'FundsConfirmed':
      return { ...state, confirmedCents: state.confirmedCents + fact.data.amountCents };
    case 'FundsRecalled':
      return recalled(state, fact.data);
    case 'OrderFunded':
      return { ...state, availableCents: state.availableCents - needCents(fact.data) };
    case 'RefundOrdered':
      return {
        ...state,
        availableCents: state.availableCents - fact.data.amountCents,
        refundedCents: state.refundedCents + fact.data.amountCents,
      };
    case 'AgreementSigned':
    case 'OrderEnqueued':
    case 'OrderTurnedAway':
    case 'OrderWithdrawn':
    case 'ActivationRequested':
    case 'ActivationPermitted':
    case 'RefundProposed':
    case 'RefundSent':
    case 'RefundBooked':
    case 'AgreementClosed':
      return state;
  }
};

const recalled = (
  state: SignedAgreement,
  data: Extract<AgreementFact, { type: 'FundsRecalled' }>['data'],
): SignedAgreement => {
  const cancelledCents = data.cancelledRefunds.reduce((sum, refund) => sum + refund.amountCents, 0);
  return {
    ...state,
    depositedCents: state.depositedCents - data.amountCents,
    availableCents: state.availableCents + cancelledCents - data.fromAvailableCents,
    shortfallCents: state.shortfallCents + data.shortfallCents,
    confirmedCents: state.confirmedCents - (data.wasConfirmed ? data.amountCents : 0),
    refundedCents: state.refundedCents - cancelledCents,
  };
};

/** The parts: what became of each deposit, order, credit note and refund. */
const evolveParts = (state: SignedAgreement, { type, data }: AgreementFact): SignedAgreement => {
  switch (type) {
    case 'FundsReceived':
      return withDeposit(state, data.depositId, 'received');
    case 'FundsConfirmed':
      return withDeposit(state, data.depositId, 'confirmed');
    case 'FundsRecalled':
      return data.cancelledRefunds.reduce(
        (after, { refundId }) => withRefund(after, refundId, { status: 'cancelled' }),
        withDeposit(state, data.depositId, 'recalled'),
      );
    case 'OrderEnqueued': {
      const { orderId, faceCents, feeCents, vatCents } = data;
      const order = { orderId, faceCents, feeCents, vatCents, status: 'waiting' } as const;
      return { ...state, orders: [...state.orders, order] };
    }
    case 'OrderTurnedAway':
      return { ...state, turnedAway: [...state.turnedAway, data.orderId] };
    case 'OrderFunded':
      return withOrder(state, data.orderId, 'funded');
    case 'OrderWithdrawn':
    case 'ReservationReleased':
      return withOrder(state, data.orderId, 'withdrawn');
    case 'ActivationRequested':
      return withOrder(state, data.orderId, 'activation-requested');
    case 'ActivationPermitted':
      return withOrder(state, data.orderId, 'permitted');
    case 'CreditNoteIssued':
      return { ...state, creditNotes: [...state.creditNotes, data.creditNoteId] };
    case 'RefundProposed': {
      const { refundId, agreementId: _, ...refund } = data;
      return {
        ...state,
        refunds: { ...state.refunds, [refundId]: { ...refund, status: 'proposed' } },
      };
    }
    case 'RefundOrdered':
      return withRefund(state, data.refundId, { status: 'ordered' });
    case 'RefundSent':
      return withRefund(state, data.refundId, { status: 'sent' });
    case 'RefundBooked': {
      const { refundId, statementReference } = data;
      return withRefund(state, refundId, { status: 'booked', statementReference });
    }
    case 'RefundFailed':
      return withRefund(state, data.refundId, { status: 'failed' });
    case 'RefundReturned': {
      const { refundId, statementReference } = data;
      return withRefund(state, refundId, { status: 'returned', statementReference });
    }
    case 'AgreementClosed':
      return { ...state, status: 'closed' };
    case 'AgreementSigned':
      return state;
  }
};

const withDeposit = (
  state: SignedAgreement,
  depositId: string,
  status: 'received' | 'confirmed' | 'recalled',
): SignedAgreement => ({ ...state, deposits: { ...state.deposits, [depositId]: status } });

const withOrder = (
  state: SignedAgreement,
  orderId: string,
  status: QueuedOrder['status'],
): SignedAgreement => ({
  ...state,
  orders: state.orders.map((order) => (order.orderId === orderId ? { ...order, status } : order)),
});

const withRefund = (
  state: SignedAgreement,
  refundId: string,
  change: Partial<Refund>,
): SignedAgreement => {
  const refund = state.refunds[refundId];
  return refund
    ? { ...state, refunds: { ...state.refunds, [refundId]: { ...refund, ...change } } }
    : state;
};
