import type { Decider } from '@app/kernel';
import type { AgreementFact, OrderTurnedAway } from '../contract';
import type {
  AgreementWish,
  CloseAgreement,
  ConfirmFunds,
  EnqueueOrder,
  IssueCreditNote,
  RecallFunds,
  ReceiveFunds,
  ReleaseOrder,
  RequestActivation,
  SignAgreement,
} from './agreement.messages';
import { decideRefund, refundsToCancel } from './agreement-refunds';
import {
  evolveAgreement,
  headroomCents,
  needCents,
  type Agreement,
  type SignedAgreement,
} from './agreement.state';
import { refuse } from './refuse';

/**
 * Funder and rules, money and the funding queue. Whatever brings money or a place in the queue ends
 * alike, in the same append: the oldest waiting orders are funded while available covers them,
 * strictly in order, and waiting activations are permitted while confirmed deposits cover them.
 */
export const agreement: Decider<AgreementWish, Agreement, AgreementFact> = {
  name: 'agreement',
  initialState: { status: 'unknown' },
  evolve: evolveAgreement,

  decide: (wish, state) => {
    if (wish.type === 'SignAgreement') return sign(wish, state);
    if (state.status === 'unknown') return refuse('agreement_unknown');
    const facts = decideSigned(wish, state);
    return facts.length === 0 ? [] : [...facts, ...settleQueue(fold(state, facts))];
  },
};

const decideSigned = (
  wish: Exclude<AgreementWish, SignAgreement>,
  state: SignedAgreement,
): readonly AgreementFact[] => {
  switch (wish.type) {
    case 'ReceiveFunds':
      return receive(wish, state);
    case 'ConfirmFunds':
      return confirm(wish, state);
    case 'RecallFunds':
      return recall(wish, state);
    case 'EnqueueOrder':
      return enqueue(wish, state);
    case 'ReleaseOrder':
      return release(wish, state);
    case 'RequestActivation':
      return requestActivation(wish, state);
    case 'IssueCreditNote':
      return issueCreditNote(wish, state);
    case 'CloseAgreement':
      return close(wish, state);
    case 'ProposeRefund':
    case 'ApproveRefund':
    case 'SendRefund':
    case 'BookRefund':
    case 'FailRefund':
    case 'ReturnRefund':
      return decideRefund(wish, state);
  }
};

/** Funds and permits whatever the state now allows; `[]` with a shortfall (`agreement_short`). */
const settleQueue = (state: SignedAgreement): readonly AgreementFact[] => {
  if (state.shortfallCents > 0) return [];
  const { agreementId } = state.terms;
  const facts: AgreementFact[] = [];
  let availableCents = state.availableCents;
  for (const { status, orderId, faceCents, feeCents, vatCents } of state.orders) {
    if (status !== 'waiting') continue;
    const need = { faceCents, feeCents, vatCents };
    // A smaller younger order does not overtake: the first that is not covered ends the round.
    if (needCents(need) > availableCents) break;
    availableCents -= needCents(need);
    facts.push({ type: 'OrderFunded', data: { agreementId, orderId, ...need } });
  }
  let coveredCents = activatableCents(state);
  for (const { status, orderId, faceCents, feeCents, vatCents } of state.orders) {
    if (status !== 'activation-requested') continue;
    const need = { faceCents, feeCents, vatCents };
    if (needCents(need) > coveredCents) break;
    coveredCents -= needCents(need);
    facts.push({ type: 'ActivationPermitted', data: { agreementId, orderId, ...need } });
  }
  return facts;
};

/** Confirmed money not yet behind an activated order. */
const activatableCents = (state: SignedAgreement): number =>
  state.orders.reduce(
    (left, order) => (order.status === 'permitted' ? left - needCents(order) : left),
    state.confirmedCents + state.creditedCents - state.refundedCents,
  );

const sign = ({ data }: SignAgreement, state: Agreement): readonly AgreementFact[] => {
  if (state.status !== 'unknown') return refuse('already_so');
  const shares = data.coFunders.reduce((sum, { shareBasisPoints }) => sum + shareBasisPoints, 0);
  const names = new Set(data.coFunders.map(({ name }) => name));
  const distinct = names.size === data.coFunders.length;
  if (shares !== 10_000 || !distinct || !names.has(data.funderName)) {
    return refuse('co_funders_invalid');
  }
  return [{ type: 'AgreementSigned', data }];
};

const receive = ({ data }: ReceiveFunds, state: SignedAgreement): readonly AgreementFact[] => {
  if (state.deposits[data.depositId]) return [];
  const shortfallRepaidCents = repaid(state, data.amountCents);
  return [
    {
      type: 'FundsReceived',
      data: { agreementId: state.terms.agreementId, ...data, shortfallRepaidCents },
    },
  ];
};

const confirm = ({ data }: ConfirmFunds, state: SignedAgreement): readonly AgreementFact[] => {
  const known = state.deposits[data.depositId];
  if (known === 'confirmed' || known === 'recalled') return [];
  if (!known) return refuse('deposit_unknown');
  return [{ type: 'FundsConfirmed', data: { agreementId: state.terms.agreementId, ...data } }];
};

const recall = ({ data }: RecallFunds, state: SignedAgreement): readonly AgreementFact[] => {
  const known = state.deposits[data.depositId];
  if (known === 'recalled') return [];
  if (!known) return refuse('deposit_unknown');
  const cancelledRefunds = refundsToCancel(state, data.amountCents - state.availableCents);
  const availableCents = cancelledRefunds.reduce(
    (sum, refund) => sum + refund.amountCents,
    state.availableCents,
  );
  const fromAvailableCents = Math.min(availableCents, data.amountCents);
  return [
    {
      type: 'FundsRecalled',
      data: {
        agreementId: state.terms.agreementId,
        ...data,
        cancelledRefunds,
        fromAvailableCents,
        shortfallCents: data.amountCents - fromAvailableCents,
      },
    },
  ];
};

const enqueue = ({ data }: EnqueueOrder, state: SignedAgreement): readonly AgreementFact[] => {
  const { agreementId } = state.terms;
  const { orderId } = data;
  const known = state.orders.some((order) => order.orderId === orderId);
  if (known || state.turnedAway.includes(orderId)) return [];
  // A fact and no refusal: the order waits for an answer, and this stream is the one that gives it.
  const turnAway = (reason: OrderTurnedAway['data']['reason']): readonly AgreementFact[] => [
    { type: 'OrderTurnedAway', data: { agreementId, orderId, reason } },
  ];
  if (state.status === 'closed') return turnAway('agreement_closed');
  if (needCents(data) > headroomCents(state)) return turnAway('ceiling_exceeded');
  return [{ type: 'OrderEnqueued', data: { agreementId, ...data } }];
};

/** The order's own stream decided that it is cancelled: a permission given meanwhile lapses. */
const release = (
  { data: { orderId } }: ReleaseOrder,
  state: SignedAgreement,
): readonly AgreementFact[] => {
  const { agreementId } = state.terms;
  const order = state.orders.find((queued) => queued.orderId === orderId);
  if (!order || order.status === 'withdrawn') return [];
  if (order.status === 'waiting')
    return [{ type: 'OrderWithdrawn', data: { agreementId, orderId } }];
  const amountCents = needCents(order);
  const shortfallRepaidCents = repaid(state, amountCents);
  return [
    {
      type: 'ReservationReleased',
      data: { agreementId, orderId, amountCents, shortfallRepaidCents },
    },
  ];
};

const requestActivation = (
  { data: { orderId } }: RequestActivation,
  state: SignedAgreement,
): readonly AgreementFact[] => {
  const order = state.orders.find((queued) => queued.orderId === orderId);
  if (order?.status !== 'funded') return [];
  const { agreementId } = state.terms;
  return [{ type: 'ActivationRequested', data: { agreementId, orderId } }];
};

/** A closed agreement still records credit notes of late cancellations. */
const issueCreditNote = (
  { data }: IssueCreditNote,
  state: SignedAgreement,
): readonly AgreementFact[] => {
  if (state.creditNotes.includes(data.creditNoteId)) return [];
  const shortfallRepaidCents = repaid(state, data.amountCents);
  return [
    {
      type: 'CreditNoteIssued',
      data: { agreementId: state.terms.agreementId, ...data, shortfallRepaidCents },
    },
  ];
};

const close = ({ data }: CloseAgreement, state: SignedAgreement): readonly AgreementFact[] => {
  if (state.status === 'closed') return refuse('already_so');
  const { openOrders, owedCents, inRunCents, expiredCents, closedOn } = data;
  const waiting = state.orders.filter(
    ({ status }) => status !== 'withdrawn' && status !== 'permitted',
  );
  if (
    openOrders + waiting.length > 0 ||
    owedCents !== 0 ||
    inRunCents !== 0 ||
    expiredCents !== 0
  ) {
    return refuse('agreement_not_empty', {
      openOrders: openOrders + waiting.length,
      owedCents,
      inRunCents,
      expiredCents,
    });
  }
  const { agreementId } = state.terms;
  return [{ type: 'AgreementClosed', data: { agreementId, closedOn } }];
};

/** Whatever enters available repays a shortfall first. */
const repaid = (state: SignedAgreement, amountCents: number): number =>
  Math.min(state.shortfallCents, amountCents);

const fold = (state: SignedAgreement, facts: readonly AgreementFact[]): SignedAgreement => {
  const after = facts.reduce<Agreement>(evolveAgreement, state);
  return after.status === 'unknown' ? state : after;
};
