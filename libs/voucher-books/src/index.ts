export { BeneficiaryReferences } from './adapters/beneficiary-references';
export { CodeGate } from './adapters/code-gate';
export { KeyRing, KeyRingError, type KeyRingOptions } from './adapters/key-ring';
export { PRINTER_COLUMNS } from './adapters/prints/printer-csv';
export { PrintFiles } from './adapters/prints/print-files';
export { VoucherCodes, type CodeOrigin, type VoucherName } from './adapters/voucher-codes';
export { checkVoucher } from './domain/book/acceptance';
export { book } from './domain/book/book';
export type {
  AgreementOfBook,
  BookWish,
  OrderOfBook,
  PlaceOfRedemption,
  PrescriberOfBook,
} from './domain/book/book.messages';
export type { Book } from './domain/book/book.state';
export type { Asker } from './domain/codes/code-limits';
export { BOOK_NUMBER_MAX, type CodeParts, parseCode, qrTextOf } from './domain/codes/code-layout';
export { order, BOOKS_PER_ORDER_MAX, VOUCHERS_PER_BOOK_MAX } from './domain/order/order';
export { closingDaysOf } from './domain/order/order-closing';
export { orderOfBook } from './domain/order/order-of-book';
export { findHolder } from './domain/order/order-stock';
export type { OrderWish } from './domain/order/order.messages';
export type { Order, PlacedOrder } from './domain/order/order.state';
export { prescriber, type Prescriber } from './domain/prescriber/prescriber';
export { print, type Print } from './domain/print/print';
export type { RefusalCode } from './domain/refuse';
export {
  currentKeyOf,
  findAllotted,
  findRangeOf,
  SERIAL_REGISTER_ID,
  serialRegister,
  type SerialRegister,
} from './domain/serial-register/serial-register';
export type { SerialRegisterWish } from './domain/serial-register/serial-register.messages';
export { BookCodes } from './lookups/book-codes';
export { BookHistories, type BookHistory, type HappenedToBook } from './lookups/book-histories';
export { OrdersOfBooks, type FoundBook } from './lookups/orders-of-books';
export { Agreements, type AgreementOfOrders } from './ports/agreements';
export {
  BookLookup,
  type BookKnowledge,
  type BookQuestion,
  type PlaceToGo,
} from './ports/book-lookup';
export { LetterFacts, type Point } from './ports/letter-facts';
export { RunCalendar } from './ports/run-calendar';
export { StockFigures } from './ports/stock-figures';
export { printQueue, type PrintJob } from './print.queue';
export { RedemptionsModule } from './redemptions.module';
export { AllotBooks, RevokeKey } from './use-cases/allot-books';
export { BlockBook, DistributeBook, ReplaceBook, UnblockBook } from './use-cases/books';
export { CancelRedemption } from './use-cases/cancel-redemption';
export {
  CloseOrder,
  DrawStatement,
  OpenClosing,
  TakeClosingStep,
  type ClosingStep,
} from './use-cases/closing';
export { DownloadPrint, ErasePrint, type Download } from './use-cases/keep-prints';
export { MakePrint, type PrintProgress } from './use-cases/make-print';
export { OrderBooks } from './use-cases/order-books';
export {
  ActivateOrder,
  CancelOrder,
  DeliverOrder,
  IssueBooks,
  ReserveFunds,
  TurnOrderAway,
} from './use-cases/order-life';
export { RegisterPrescriber } from './use-cases/prescribers';
export { RequestPrint } from './use-cases/request-print';
export { RequestReplacement } from './use-cases/request-replacement';
export {
  AllocateBooks,
  CorrectHandedOutStock,
  CorrectMovedStock,
  ReturnBooks,
  StockReplacement,
  TransferBooks,
} from './use-cases/stock';
export { VoucherBooksModule } from './voucher-books.module';
export { RedeemVouchers } from './use-cases/redeem-vouchers';
export { VoucherQuestions } from './use-cases/voucher-questions';
