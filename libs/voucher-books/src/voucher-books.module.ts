import { Module } from '@nestjs/common';
import { OrdersOfBooks } from './lookups/orders-of-books';
import { AllotBooksHandler, RevokeKeyHandler } from './use-cases/allot-books';
import {
  BlockBookHandler,
  DistributeBookHandler,
  ReplaceBookHandler,
  UnblockBookHandler,
} from './use-cases/books';
import {
  CloseOrderHandler,
  DrawStatementHandler,
  OpenClosingHandler,
  TakeClosingStepHandler,
} from './use-cases/closing';
import { DownloadPrintHandler, ErasePrintHandler } from './use-cases/keep-prints';
import { MakePrintHandler } from './use-cases/make-print';
import { OrderBooksHandler } from './use-cases/order-books';
import {
  ActivateOrderHandler,
  CancelOrderHandler,
  DeliverOrderHandler,
  IssueBooksHandler,
  ReserveFundsHandler,
  TurnOrderAwayHandler,
} from './use-cases/order-life';
import { RegisterPrescriberHandler } from './use-cases/prescribers';
import { RequestPrintHandler } from './use-cases/request-print';
import { RequestReplacementHandler } from './use-cases/request-replacement';
import {
  AllocateBooksHandler,
  CorrectHandedOutStockHandler,
  CorrectMovedStockHandler,
  ReturnBooksHandler,
  StockReplacementHandler,
  TransferBooksHandler,
} from './use-cases/stock';

/**
 * Handlers of voucher-books' wishes. Whoever imports it provides `AggregateStore`, `Clock`,
 * `Randomness`, `KeyRing`, `BeneficiaryReferences`, `PrintFiles`, `Agreements`, `LetterFacts` and
 * `StockFigures` globally.
 */
@Module({
  providers: [
    OrdersOfBooks,
    OrderBooksHandler,
    ReserveFundsHandler,
    AllotBooksHandler,
    IssueBooksHandler,
    DeliverOrderHandler,
    ActivateOrderHandler,
    CancelOrderHandler,
    TurnOrderAwayHandler,
    RegisterPrescriberHandler,
    AllocateBooksHandler,
    ReturnBooksHandler,
    TransferBooksHandler,
    DistributeBookHandler,
    BlockBookHandler,
    UnblockBookHandler,
    RequestReplacementHandler,
    ReplaceBookHandler,
    StockReplacementHandler,
    CorrectMovedStockHandler,
    CorrectHandedOutStockHandler,
    RevokeKeyHandler,
    OpenClosingHandler,
    TakeClosingStepHandler,
    DrawStatementHandler,
    CloseOrderHandler,
    RequestPrintHandler,
    MakePrintHandler,
    DownloadPrintHandler,
    ErasePrintHandler,
  ],
  exports: [OrdersOfBooks],
})
export class VoucherBooksModule {}
