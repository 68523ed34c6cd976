import type { Command } from '@app/kernel';
import type { BookRange, ClosingSums, HandedOutBook, StatementFigures } from '../../contract';

/** With the agreement's terms as data: the order keeps what it was made under. */
export type OrderBooks = Command<
  'OrderBooks',
  {
    orderId: string;
    agreementId: string;
    funderId: string;
    books: number;
    vouchersPerBook: number;
    validUntilOn: string;
    /** Default 30. */
    graceDays?: number;
    /** Default 6. */
    remittanceDays?: number;
    faceValueCents: number;
    booksOf: readonly number[];
    feeBasisPoints: number;
    vatBasisPoints: number;
    /** Of the agreement's ceiling, as known now; the agreement's own stream judges. */
    headroomCents: number;
    today: string;
  }
>;

/** Copy of the agreement's OrderFunded. */
export type ReserveFunds = Command<'ReserveFunds', object>;

/** Copy of the register's RangeAllotted. */
export type IssueBooks = Command<'IssueBooks', { keyId: string } & BookRange>;

export type DeliverOrder = Command<'DeliverOrder', { deliveredOn: string; today: string }>;

/**
 * Sent by the process on the agreement's ActivationPermitted: that confirmed deposits cover
 * everything activated was judged there, in the one stream that no other order can overtake.
 */
export type ActivateOrder = Command<'ActivateOrder', { today: string }>;

export type CancelOrder = Command<'CancelOrder', { reason: string }>;

/** The agreement refused to queue it: the process takes the order back. */
export type TurnOrderAway = Command<'TurnOrderAway', { reason: string }>;

/** `agreementShort`: nothing is allocated while the agreement has a shortfall. */
export type AllocateBooks = Command<
  'AllocateBooks',
  { prescriberId: string; agreementShort: boolean; today: string } & ({ books: number } | BookRange)
>;

/** `handedOut`: books of the range known to be handed out; they cannot go back. */
export type ReturnBooks = Command<
  'ReturnBooks',
  { prescriberId: string; handedOut: readonly number[] } & BookRange
>;

export type TransferBooks = Command<
  'TransferBooks',
  {
    fromPrescriberId: string;
    toPrescriberId: string;
    handedOut: readonly number[];
    agreementShort: boolean;
  } & BookRange
>;

/** Copy of BookReplaced. */
export type StockReplacement = Command<
  'StockReplacement',
  { replacedBook: number; book: number; prescriberId?: string }
>;

/** Books that were handed out, and by whom: what is right already decides nothing. */
export type CorrectStock = Command<'CorrectStock', { handedOut: readonly HandedOutBook[] }>;

/** Timer, D−30. */
export type OpenClosing = Command<'OpenClosing', { today: string } & ClosingSums>;
export type RequestStockBlock = Command<'RequestStockBlock', { today: string }>;
/** Timer, D−15. */
export type SettleStockBlock = Command<'SettleStockBlock', { today: string }>;
export type AcknowledgeLateHandOuts = Command<'AcknowledgeLateHandOuts', { today: string }>;
/** Timer, D−7. */
export type SettleAcknowledgement = Command<'SettleAcknowledgement', { today: string }>;
/** Timer, R+1, and L+1 for an order that is not active yet: that one is cancelled by it. */
export type EndValidity = Command<'EndValidity', { today: string }>;
/** Timer, R+2. */
export type OpenStatement = Command<'OpenStatement', { today: string }>;
/** When the views have passed StatementOpened: what they held at its place in the log. */
export type DrawStatement = Command<'DrawStatement', { today: string } & StatementFigures>;
export type AgreeStatement = Command<'AgreeStatement', { today: string }>;
/** Timer, the day after the 15 days. */
export type SettleStatement = Command<'SettleStatement', { today: string }>;
/** Copy of the agreement's CreditNoteIssued, or without one where nothing is left. */
export type CloseOrder = Command<
  'CloseOrder',
  { today: string; creditNote?: Readonly<{ creditNoteId: string; amountCents: number }> }
>;

export type LifeCycleWish =
  | OrderBooks
  | ReserveFunds
  | IssueBooks
  | DeliverOrder
  | ActivateOrder
  | CancelOrder
  | TurnOrderAway;

export type StockWish =
  AllocateBooks | ReturnBooks | TransferBooks | StockReplacement | CorrectStock;

export type ClosingWish =
  | OpenClosing
  | RequestStockBlock
  | SettleStockBlock
  | AcknowledgeLateHandOuts
  | SettleAcknowledgement
  | EndValidity
  | OpenStatement
  | DrawStatement
  | AgreeStatement
  | SettleStatement
  | CloseOrder;

export type OrderWish = LifeCycleWish | StockWish | ClosingWish;
