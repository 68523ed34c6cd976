import type { Command } from '@app/kernel';

/**
 * What a decision on a book has to know of other streams. Whoever sends the command looked it up;
 * the position it had followed is stamped in the events' metadata.
 */
export type OrderOfBook = Readonly<{
  orderId: string;
  agreementId: string;
  funderId: string;
  /** Became active once and was not cancelled; it stays so when its validity has ended. */
  wasActivated: boolean;
  validityEnded: boolean;
  /** Closing: what is still in stock is not handed out any more. */
  stockBlocked: boolean;
  faceValueCents: number;
  /** Of this very book: a replacement holds what was left of the old one. */
  vouchersInBook: number;
  /** D. */
  validUntilOn: string;
  /** L. */
  lastDayOfUseOn: string;
  /** R. */
  lastHandInOn: string;
  agreement: AgreementOfBook;
}>;

export type AgreementOfBook = Readonly<{
  /** An empty list restricts nothing. */
  restrictions: Readonly<{
    /** Codes of départements or communes. */
    territories: readonly string[];
    services: readonly string[];
    publics: readonly string[];
  }>;
  singleHandOut: boolean;
  /** A place may take vouchers that it handed out itself as a prescriber. */
  allowPrescribingPlace: boolean;
  /** Has a shortfall: nothing is handed out. */
  isShort: boolean;
}>;

export type PlaceOfRedemption = Readonly<{
  placeId: string;
  organisationId: string;
  /** Of its organisation. */
  siret: string | undefined;
  department: string;
  /** Every code of a territory the place lies in: its département and its commune. */
  territories: readonly string[];
  /** A withdrawn label ends on the day before its withdrawal. */
  labels: readonly Readonly<{
    validFromOn: string;
    validUntilOn: string;
    services: readonly string[];
  }>[];
  suspended: boolean;
}>;

export type PrescriberOfBook = Readonly<{
  prescriberId: string;
  siret?: string;
  department: string;
}>;

/** All of the book, or single vouchers where the agreement allows it. */
export type DistributeBook = Command<
  'DistributeBook',
  {
    book: number;
    vouchers?: readonly number[];
    /** Absent: no order holds a book of this number. */
    order?: OrderOfBook | undefined;
    prescriber: PrescriberOfBook;
    /** Whether the order's stream has the book in this prescriber's stock. */
    inStock: boolean;
    public: string;
    commune?: string;
    beneficiaryRef?: string;
    today: string;
  }
>;

/** The codes were verified before: `vouchers` are genuine, all of this book. */
export type RedeemVouchers = Command<
  'RedeemVouchers',
  {
    redemptionId: string;
    book: number;
    vouchers: readonly number[];
    order: OrderOfBook | undefined;
    place: PlaceOfRedemption;
    service: string;
    priceCents: number;
    performedOn: string;
    today: string;
    redeemedAt: string;
    promisedPaymentOn: string;
  }
>;

export type CancelRedemption = Command<
  'CancelRedemption',
  {
    book: number;
    redemptionId: string;
    reason: string;
    /** A place takes back only its own redemptions, and within 24 hours. */
    by: Readonly<{ role: 'place'; placeId: string } | { role: 'finance' }>;
    today: string;
    cancelledAt: string;
  }
>;

export type BlockBook = Command<
  'BlockBook',
  { book: number; order?: OrderOfBook | undefined; reason: string; blockedAt: string }
>;

export type UnblockBook = Command<
  'UnblockBook',
  { book: number; order?: OrderOfBook | undefined; unblockedAt: string }
>;

/** `newBook` is the register's answer for this book; `prescriberId` holds the old one in stock. */
export type ReplaceBook = Command<
  'ReplaceBook',
  {
    book: number;
    newBook: number;
    order?: OrderOfBook | undefined;
    prescriberId?: string;
    replacedAt: string;
  }
>;

export type BookWish =
  DistributeBook | RedeemVouchers | CancelRedemption | BlockBook | UnblockBook | ReplaceBook;
