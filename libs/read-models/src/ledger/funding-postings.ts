import type {
  AgreementSigned,
  CreditNoteIssued,
  DepositAssigned,
  DepositConfirmed,
  FundsRecalled,
  FundsReceived,
  OrderFunded,
  OrderNeed,
  RefundBooked,
  RefundFailed,
  RefundOrdered,
  RefundReturned,
  ReservationReleased,
} from '@app/funding/contract';
import type { Event } from '@app/kernel';
import type { Recorded } from '@app/platform';
import { NO_CASH } from './cash';
import type { Account, Tables } from './ledger.tables';
import { orderOf, post, tick, type Move } from './posting';

export type FundingFacts =
  | AgreementSigned
  | DepositAssigned
  | DepositConfirmed
  | FundsReceived
  | FundsRecalled
  | OrderFunded
  | ReservationReleased
  | CreditNoteIssued
  | RefundOrdered
  | RefundBooked
  | RefundFailed
  | RefundReturned;

export type Postings<Facts extends Event> = {
  readonly [Fact in Facts as Fact['type']]: (event: Recorded<Fact>, tables: Tables) => void;
};

export const fundingPostings: Postings<FundingFacts> = {
  AgreementSigned: (event, tables) => {
    const { agreementId, funderId, faceValueCents } = event.data;
    const { day } = tick(tables, event);
    tables.agreements.put({ ...EMPTY_AGREEMENT, agreementId, funderId, faceValueCents, day });
    tables.cash.put({ ...NO_CASH, agreementId, funderId, day });
  },

  DepositAssigned: (event, tables) => {
    const { agreementId, amountCents } = event.data;
    post(tables, event, agreementId, {
      moves: [{ from: 'world', to: 'available', cents: amountCents }],
    });
  },

  DepositConfirmed: (event, tables) => {
    const { agreementId, amountCents: confirmedCents } = event.data;
    post(tables, event, agreementId, { cash: { confirmedCents } });
  },

  // The money is there since DepositAssigned: what its copy adds is the repaid shortfall.
  FundsReceived: (event, tables) => {
    const { agreementId, shortfallRepaidCents } = event.data;
    post(tables, event, agreementId, { moves: [repayment(shortfallRepaidCents)] });
  },

  FundsRecalled: (event, tables) => {
    const { agreementId, cancelledRefunds, fromAvailableCents, shortfallCents } = event.data;
    const { wasConfirmed, amountCents } = event.data;
    const refunds = cancelledRefunds.map(({ amountCents }): Move => {
      return { from: 'reserved', to: 'available', cents: amountCents };
    });
    post(tables, event, agreementId, {
      moves: [
        ...refunds,
        { from: 'available', to: 'world', cents: fromAvailableCents },
        { from: 'shortfall', to: 'world', cents: shortfallCents },
      ],
      cash: {
        confirmedCents: wasConfirmed ? 0 - amountCents : 0,
        frozenCents: 0 - refunds.reduce((sum, { cents }) => sum + cents, 0),
      },
    });
  },

  OrderFunded: (event, tables) => {
    const { agreementId, orderId } = event.data;
    post(tables, event, agreementId, {
      moves: [{ from: 'available', to: 'reserved', cents: needCents(event.data), orderId }],
    });
  },

  ReservationReleased: (event, tables) => {
    const { agreementId, orderId } = event.data;
    post(tables, event, agreementId, { moves: entering('reserved', event.data, { orderId }) });
  },

  CreditNoteIssued: (event, tables) => {
    const { agreementId, orderId, amountCents } = event.data;
    const order = orderOf(tables, orderId);
    tables.orders.put({ ...order, expiredCents: order.expiredCents - amountCents });
    post(tables, event, agreementId, { moves: entering('expired', event.data, { orderId }) });
  },

  RefundOrdered: (event, tables) => {
    const { agreementId, amountCents } = event.data;
    post(tables, event, agreementId, {
      moves: [{ from: 'available', to: 'reserved', cents: amountCents }],
      // No run draws on what the bank is to send back.
      cash: { frozenCents: amountCents },
    });
  },

  RefundBooked: (event, tables) => {
    const { agreementId, amountCents } = event.data;
    post(tables, event, agreementId, {
      moves: [{ from: 'reserved', to: 'returned', cents: amountCents }],
      cash: { frozenCents: 0 - amountCents },
    });
  },

  RefundFailed: (event, tables) => {
    const { agreementId, amountCents } = event.data;
    const cash = { frozenCents: 0 - amountCents };
    post(tables, event, agreementId, { moves: entering('reserved', event.data), cash });
  },

  RefundReturned: (event, tables) => {
    post(tables, event, event.data.agreementId, { moves: entering('returned', event.data) });
  },
};

const needCents = ({ faceCents, feeCents, vatCents }: OrderNeed): number =>
  faceCents + feeCents + vatCents;

/** Whatever enters available repays a shortfall first, by as much as its event says. */
const entering = (
  from: Account,
  { amountCents, shortfallRepaidCents }: { amountCents: number; shortfallRepaidCents: number },
  keys: Partial<Move> = {},
): readonly Move[] => [
  { ...keys, from, to: 'available', cents: amountCents },
  repayment(shortfallRepaidCents),
];

const repayment = (cents: number): Move => ({ from: 'available', to: 'shortfall', cents });

const EMPTY_AGREEMENT = {
  worldCents: 0,
  shortfallCents: 0,
  availableCents: 0,
  reservedCents: 0,
  activeCents: 0,
  distributedCents: 0,
  owedCents: 0,
  inRunCents: 0,
  paidCents: 0,
  expiredCents: 0,
  returnedCents: 0,
  feesCents: 0,
  issued: 0,
  started: 0,
  blocked: 0,
};
