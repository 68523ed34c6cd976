import type { BookRange, Event } from '@app/kernel';

export type { BookRange };

/**
 * What voucher-books publishes. Amounts are integer euro cents, days `YYYY-MM-DD` of Europe/Paris
 * (`…On`), instants RFC 3339 UTC (`…At`). Streams: `order-{id}`, `book-{number}`,
 * `serial-register-{id}`, `prescriber-{id}`, `print-{id}`. A book is named by its number, a voucher by its place
 * in the book, from 1. No code is ever in an event.
 */

// --- order --------------------------------------------------------------------------------------

export type OrderStatus =
  'ordered' | 'funded' | 'issued' | 'active' | 'closing' | 'closed' | 'cancelled';

/** Face value, the operator's fee on it and VAT on the fee: what the agreement has to reserve. */
export type OrderNeed = Readonly<{ faceCents: number; feeCents: number; vatCents: number }>;

export type BooksOrdered = Event<
  'BooksOrdered',
  {
    orderId: string;
    agreementId: string;
    funderId: string;
    books: number;
    vouchersPerBook: number;
    faceValueCents: number;
    /** D, printed on every voucher. */
    validUntilOn: string;
    graceDays: number;
    remittanceDays: number;
    /** L: the last day on which a session can take a voucher. */
    lastDayOfUseOn: string;
    /** R: the last day on which a place can hand in a session of before L. */
    lastHandInOn: string;
    orderedOn: string;
  } & OrderNeed
>;

/** Copy of the agreement's OrderFunded: the money is set aside. */
export type FundsReserved = Event<'FundsReserved', { orderId: string; agreementId: string }>;

/** Copy of the register's RangeAllotted: the books have numbers and can be printed. */
export type BooksIssued = Event<
  'BooksIssued',
  { orderId: string; agreementId: string; keyId: string } & BookRange
>;

export type OrderDelivered = Event<
  'OrderDelivered',
  { orderId: string; agreementId: string; deliveredOn: string }
>;

/** reserved → active (face) and reserved → fees (fee and VAT, invoiced that day). */
export type OrderActivated = Event<
  'OrderActivated',
  { orderId: string; agreementId: string; funderId: string; invoicedOn: string } & OrderNeed
>;

export type OrderCancelled = Event<
  'OrderCancelled',
  {
    orderId: string;
    agreementId: string;
    /** `lapsed`: its last day of use passed; `turned-away`: the agreement refused to queue it. */
    cause: 'asked' | 'lapsed' | 'turned-away';
    reason: string;
  }
>;

export type BooksAllocated = Event<
  'BooksAllocated',
  { orderId: string; agreementId: string; prescriberId: string } & BookRange
>;

export type BooksReturned = Event<
  'BooksReturned',
  { orderId: string; agreementId: string; prescriberId: string } & BookRange
>;

export type BooksTransferred = Event<
  'BooksTransferred',
  {
    orderId: string;
    agreementId: string;
    fromPrescriberId: string;
    toPrescriberId: string;
  } & BookRange
>;

/** At least one voucher of the book was handed out; a book has one prescriber for ever. */
export type HandedOutBook = Readonly<{ book: number; prescriberId: string }>;

/** Copy of BookReplaced: the new book takes the old one's place in the stock. */
export type ReplacementStocked = Event<
  'ReplacementStocked',
  {
    orderId: string;
    agreementId: string;
    replacedBook: number;
    book: number;
    /** Absent where the replaced book was in nobody's stock. */
    prescriberId?: string;
  }
>;

/**
 * A book was handed out in the moment in which it left its prescriber's stock: it is back in the stock of
 * who handed it out, where it counts as handed out.
 */
export type StockCorrected = Event<
  'StockCorrected',
  {
    orderId: string;
    agreementId: string;
    book: number;
    /** Who handed it out. */
    prescriberId: string;
    /** Whose stock it had come to; absent where it was in nobody's. */
    fromPrescriberId?: string;
  }
>;

/** D−30: what the funder is told. issued = out of stock + in stock. */
export type ClosingOpened = Event<
  'ClosingOpened',
  { orderId: string; agreementId: string; openedOn: string } & ClosingSums
>;

export type ClosingSums = Readonly<{
  issuedCents: number;
  /** Face value of what was handed out. */
  outOfStockCents: number;
  /** Face value of what was not, with a prescriber or not yet allocated. */
  inStockCents: number;
  /** Face value of the books of which at least one voucher was redeemed. */
  startedCents: number;
}>;

/** The funder's word, good from D−15. */
export type StockBlockRequested = Event<
  'StockBlockRequested',
  { orderId: string; agreementId: string; requestedOn: string }
>;

/** What is still in stock is not handed out any more; prescribers are told. */
export type StockBlocked = Event<
  'StockBlocked',
  { orderId: string; agreementId: string; blockedOn: string }
>;

/** D−15 came without the funder's word: hand-outs go on. */
export type StockBlockUnanswered = Event<
  'StockBlockUnanswered',
  { orderId: string; agreementId: string; dueOn: string }
>;

/** The funder knows that hand-outs after D−7 are at its charge. */
export type LateHandOutsAcknowledged = Event<
  'LateHandOutsAcknowledged',
  { orderId: string; agreementId: string; acknowledgedOn: string }
>;

export type AcknowledgementUnanswered = Event<
  'AcknowledgementUnanswered',
  { orderId: string; agreementId: string; dueOn: string }
>;

/**
 * From this event's place in the log, expired stands for active and distributed in every movement
 * of the order. It carries no amount: the log's position decides, not what a command knew.
 */
export type ValidityEnded = Event<
  'ValidityEnded',
  { orderId: string; agreementId: string; funderId: string; endedOn: string }
>;

/** The statement's cut-off is this event's place in the log. */
export type StatementOpened = Event<
  'StatementOpened',
  { orderId: string; agreementId: string; openedOn: string }
>;

/** What the log held of the order at its StatementOpened: issued = redeemed + unused. */
export type StatementFigures = Readonly<{
  issuedCents: number;
  /** Net of cancelled redemptions. */
  redeemedCents: number;
  unusedCents: number;
}>;

export type StatementDrawn = Event<
  'StatementDrawn',
  { orderId: string; agreementId: string; drawnOn: string; answerByOn: string } & StatementFigures
>;

export type StatementAgreed = Event<
  'StatementAgreed',
  {
    orderId: string;
    agreementId: string;
    /** Nobody answered within 15 days. */
    byDefault: boolean;
    agreedOn: string;
    unusedCents: number;
  }
>;

export type OrderClosed = Event<
  'OrderClosed',
  {
    orderId: string;
    agreementId: string;
    closedOn: string;
    /** Absent where every voucher was used. */
    creditNoteId?: string;
  }
>;

export type OrderFact =
  | BooksOrdered
  | FundsReserved
  | BooksIssued
  | OrderDelivered
  | OrderActivated
  | OrderCancelled
  | StockFact
  | ClosingFact;

export type StockFact =
  BooksAllocated | BooksReturned | BooksTransferred | ReplacementStocked | StockCorrected;

export type ClosingFact =
  | ClosingOpened
  | StockBlockRequested
  | StockBlocked
  | StockBlockUnanswered
  | LateHandOutsAcknowledged
  | AcknowledgementUnanswered
  | ValidityEnded
  | StatementOpened
  | StatementDrawn
  | StatementAgreed
  | OrderClosed;

// --- serial register ----------------------------------------------------------------------------

/** The issue itself. Numbers are continuous over all orders and never given twice. */
export type RangeAllotted = Event<
  'RangeAllotted',
  {
    orderId: string;
    /** One book in place of this one; it counts only once a BookReplaced names it. */
    replacedBook?: number;
    /** Master key under which the codes of these books are derived. */
    keyId: string;
  } & BookRange
>;

/**
 * A master key leaked. From here every book allotted under it has codes under the new key: printed
 * codes are refused at once, new ones can be printed, and nothing else about the books changes.
 */
export type KeyRevoked = Event<
  'KeyRevoked',
  { keyId: string; newKeyId: string; reason: string; revokedAt: string }
>;

export type SerialRegisterFact = RangeAllotted | KeyRevoked;

// --- book ---------------------------------------------------------------------------------------

/** Whose money a book is. */
type Owned = Readonly<{ book: number; orderId: string; agreementId: string; funderId: string }>;

/** active → distributed, for these vouchers: all of the book, or single ones. */
export type BookDistributed = Event<
  'BookDistributed',
  Owned & {
    prescriberId: string;
    /** Of the prescriber, so that it cannot take its own vouchers as a place. */
    prescriberSiret?: string;
    /** Département of the prescriber. */
    department: string;
    vouchers: readonly number[];
    valueCents: number;
    /** Category of the person; with the commune all that is known of it. */
    public: string;
    commune?: string;
    /** HMAC of the prescriber's own reference under the prescriber's key. */
    beneficiaryRef?: string;
    distributedOn: string;
    /** After D−7: at the funder's charge. */
    late: boolean;
  }
>;

/** A part of a redemption by public: whole books have one public, single hand-outs may have more. */
export type PublicShare = Readonly<{ public: string; vouchers: number; cents: number }>;

/** distributed → owed: coveredCents, which is the face values together. */
export type VouchersRedeemed = Event<
  'VouchersRedeemed',
  Owned & {
    redemptionId: string;
    vouchers: readonly number[];
    prescriberId: string;
    placeId: string;
    /** The payee. */
    organisationId: string;
    /** Département of the place. */
    department: string;
    service: string;
    priceCents: number;
    coveredCents: number;
    /** What the person pays: price − covered. */
    remainderCents: number;
    byPublic: readonly PublicShare[];
    performedOn: string;
    redeemedOn: string;
    redeemedAt: string;
    promisedPaymentOn: string;
  }
>;

/**
 * owed → distributed (expired after the order's ValidityEnded): coveredCents. In an open or blocked
 * book the vouchers are unused again; in a replaced one nothing is revived and the value stays
 * distributed, unusable.
 */
export type RedemptionCancelled = Event<
  'RedemptionCancelled',
  Owned & {
    redemptionId: string;
    vouchers: readonly number[];
    prescriberId: string;
    placeId: string;
    organisationId: string;
    department: string;
    coveredCents: number;
    byPublic: readonly PublicShare[];
    bookStatus: BookStatus;
    redeemedOn: string;
    reason: string;
    cancelledBy: 'place' | 'finance';
    cancelledOn: string;
    cancelledAt: string;
  }
>;

export type BookStatus = 'open' | 'blocked' | 'replaced';

/** Moves nothing. `unusedVouchers`: handed out and not redeemed at this event. */
export type BookBlocked = Event<
  'BookBlocked',
  Owned & { reason: string; blockedAt: string; unusedVouchers: number }
>;

export type BookUnblocked = Event<
  'BookUnblocked',
  Owned & { unblockedAt: string; unusedVouchers: number }
>;

/** distributed → active: movedCents, the unused vouchers that had been handed out. */
export type BookReplaced = Event<
  'BookReplaced',
  Owned & {
    /** In the same prescriber's stock, of the same order and dates. */
    newBook: number;
    /** Unused vouchers of the old book: the new one holds vouchers 1 to this. */
    vouchersInNewBook: number;
    movedCents: number;
    /** Absent where the old book was in nobody's stock. */
    prescriberId?: string;
    replacedAt: string;
  }
>;

export type BookFact =
  | BookDistributed
  | VouchersRedeemed
  | RedemptionCancelled
  | BookBlocked
  | BookUnblocked
  | BookReplaced;

// --- prescriber ---------------------------------------------------------------------------------

export type PrescriberRegistered = Event<
  'PrescriberRegistered',
  {
    prescriberId: string;
    name: string;
    siret?: string;
    /** INSEE commune code. */
    commune: string;
  }
>;

export type PrescriberFact = PrescriberRegistered;

// --- print --------------------------------------------------------------------------------------

/** `pdf`: books ready to print and cut; `csv`: one line per code, for a printer's own layout. */
export type PrintFormat = 'pdf' | 'csv';

/** `a4`: a book over sheets of its own; `4-up`: four books side by side, a quarter sheet a page. */
export type PrintLayout = 'a4' | '4-up';

/** A place as the covering letter names it, as it was when the print was asked for. */
export type PlaceInLetter = Readonly<{
  name: string;
  street: string;
  postalCode: string;
  city: string;
  services: readonly string[];
  /** From the point that was asked for, to 100 m. */
  distanceKm?: number;
}>;

/**
 * Everything the printed bytes follow from, beside the key: whoever makes the print later, or again,
 * makes the same one. A reprint is a print of its own.
 */
export type PrintRequested = Event<
  'PrintRequested',
  {
    printId: string;
    orderId: string;
    agreementId: string;
    funderId: string;
    format: PrintFormat;
    /** Of a PDF only. */
    layout?: PrintLayout;
    /** Master key under which the codes are derived. */
    keyId: string;
    vouchersPerBook: number;
    faceValueCents: number;
    validUntilOn: string;
    lastDayOfUseOn: string;
    /** The funder first, then its co-funders. */
    fundedBy: readonly string[];
    /** Of the address in the QR codes. */
    publicHost: string;
    places: readonly PlaceInLetter[];
    requestedAt: string;
  } & BookRange
>;

/** The file is kept, encrypted; size and SHA-256 are those of its plain bytes. */
export type PrintMade = Event<
  'PrintMade',
  {
    printId: string;
    orderId: string;
    sha256: string;
    bytes: number;
    /** Sheets of a PDF, 0 for a CSV. */
    pages: number;
    books: number;
    vouchers: number;
    madeAt: string;
  }
>;

/** It was not made: the order was cancelled first, or the key of its codes revoked. */
export type PrintAbandoned = Event<
  'PrintAbandoned',
  { printId: string; orderId: string; reason: 'order_cancelled' | 'key_revoked' }
>;

/** Told before the first byte is sent; who it was, the event's metadata says. */
export type PrintDownloaded = Event<
  'PrintDownloaded',
  { printId: string; orderId: string; downloadedAt: string }
>;

/** The file is gone. */
export type PrintErased = Event<
  'PrintErased',
  { printId: string; orderId: string; erasedAt: string }
>;

export type PrintFact = PrintRequested | PrintMade | PrintAbandoned | PrintDownloaded | PrintErased;
