import type { TableInput, TableWriter } from '@app/platform';
import { PAIRS_TABLES, type PairsRows } from './pairs.tables';

/**
 * Where money is. A movement takes it from one to the other; `world` is outside the scheme, and
 * `shortfall` what a recall left uncovered: both are sources, so deposited = −world and
 * shortfall = −(account shortfall), and all accounts together are 0 at every position.
 */
export type Account =
  | 'world'
  | 'shortfall'
  | 'available'
  | 'reserved'
  | 'active'
  | 'distributed'
  | 'owed'
  | 'inRun'
  | 'paid'
  | 'expired'
  | 'returned'
  | 'fees';

/** One posting, source → destination; unbalanced is impossible. Absent keys are ''. */
export type Movement = Readonly<{
  position: bigint;
  seq: number;
  /** Milliseconds since 1970 of the store's clock, never less than any before: `asOf` cuts here. */
  atMs: number;
  day: string;
  agreementId: string;
  funderId: string;
  orderId: string;
  /** 0 where no single book is meant. */
  book: number;
  prescriberId: string;
  placeId: string;
  organisationId: string;
  public: string;
  department: string;
  from: Account;
  to: Account;
  cents: number;
  /**
   * Face values moved; 0 for fees, money that is no voucher yet, and what is only frozen. Paid ones
   * are whole ones of the agreement's paid money: a part of one is counted once it is full.
   */
  vouchers: number;
}>;

/** What is counted beside money, as changes. */
export type Count = Readonly<{
  position: bigint;
  seq: number;
  atMs: number;
  agreementId: string;
  funderId: string;
  department: string;
  public: string;
  /** Vouchers that got a number. */
  issued: number;
  /** Vouchers handed out of books of which at least one voucher is redeemed. */
  started: number;
  /** Unused vouchers of blocked books. */
  blocked: number;
}>;

/** An agreement's money and counts after the last change of `day`. */
export type AgreementRow = Readonly<{
  agreementId: string;
  day: string;
  funderId: string;
  faceValueCents: number;
  worldCents: number;
  shortfallCents: number;
  availableCents: number;
  reservedCents: number;
  activeCents: number;
  distributedCents: number;
  /** Net over all places, negative where cancellations outweigh. */
  owedCents: number;
  inRunCents: number;
  paidCents: number;
  expiredCents: number;
  returnedCents: number;
  feesCents: number;
  issued: number;
  started: number;
  blocked: number;
}>;

export type OrderRow = Readonly<{
  orderId: string;
  agreementId: string;
  funderId: string;
  faceValueCents: number;
  vouchersPerBook: number;
  activeCents: number;
  distributedCents: number;
  expiredCents: number;
  redeemedCents: number;
  issuedVouchers: number;
  /** After ValidityEnded expired stands for active and distributed. */
  ended: boolean;
}>;

/** What is still distributed of an order, by who handed out to whom: it expires by these keys. */
export type OrderPartRow = Readonly<{
  orderId: string;
  department: string;
  public: string;
  distributedCents: number;
}>;

/** One hand-out of a book: all of its vouchers, or some. */
export type HandOut = Readonly<{
  vouchers: readonly number[];
  public: string;
  beneficiaryRef: string;
  distributedOn: string;
}>;

export type BookRow = Readonly<{
  book: number;
  orderId: string;
  agreementId: string;
  funderId: string;
  prescriberId: string;
  department: string;
  status: 'open' | 'blocked' | 'replaced';
  handOuts: readonly HandOut[];
  handedOut: number;
  redeemed: readonly number[];
  /** 0 while in force, else the new book's number. */
  replacedBy: number;
  /** Of the first hand-out, '' where there was none: a beneficiary's books are found by it. */
  beneficiaryRef: string;
}>;

/** Voucher flows of a day: additions by month, funder, département or public are the figures. */
export type FigureRow = Readonly<{
  day: string;
  funderId: string;
  department: string;
  public: string;
  issued: number;
  active: number;
  distributed: number;
  started: number;
  redeemed: number;
  paid: number;
  expired: number;
}>;

/** The last position of a day, on the clock of the movements. */
export type DayRow = Readonly<{ day: string; lastPosition: bigint }>;

/** The one row `ledger`: the latest time the store's clock showed. */
export type ClockRow = Readonly<{ name: string; atMs: number; day: string }>;

/** What the log held of an order at its StatementOpened, in cents of face value. */
export type StatementRow = Readonly<{
  orderId: string;
  agreementId: string;
  issuedCents: number;
  redeemedCents: number;
  unusedCents: number;
}>;

export type LedgerRows = PairsRows & {
  movements: Movement;
  counts: Count;
  agreements: AgreementRow;
  agreementClosings: AgreementRow;
  orders: OrderRow;
  orderParts: OrderPartRow;
  books: BookRow;
  figures: FigureRow;
  days: DayRow;
  clock: ClockRow;
  statements: StatementRow;
};

/** What a posting writes to. */
export type Tables = Readonly<{ [Name in keyof LedgerRows]: TableWriter<LedgerRows[Name]> }>;

const agreementColumns = {
  agreementId: 'text',
  day: 'text',
  funderId: 'text',
  faceValueCents: 'integer',
  worldCents: 'integer',
  shortfallCents: 'integer',
  availableCents: 'integer',
  reservedCents: 'integer',
  activeCents: 'integer',
  distributedCents: 'integer',
  owedCents: 'integer',
  inRunCents: 'integer',
  paidCents: 'integer',
  expiredCents: 'integer',
  returnedCents: 'integer',
  feesCents: 'integer',
  issued: 'integer',
  started: 'integer',
  blocked: 'integer',
} as const;

export const LEDGER_TABLES: {
  readonly [Name in keyof LedgerRows]: TableInput<LedgerRows[Name]>;
} = {
  movements: {
    columns: {
      position: 'position',
      seq: 'integer',
      atMs: 'integer',
      day: 'text',
      agreementId: 'text',
      funderId: 'text',
      orderId: 'text',
      book: 'integer',
      prescriberId: 'text',
      placeId: 'text',
      organisationId: 'text',
      public: 'text',
      department: 'text',
      from: 'text',
      to: 'text',
      cents: 'integer',
      vouchers: 'integer',
    },
    key: ['position', 'seq'],
  },
  counts: {
    columns: {
      position: 'position',
      seq: 'integer',
      atMs: 'integer',
      agreementId: 'text',
      funderId: 'text',
      department: 'text',
      public: 'text',
      issued: 'integer',
      started: 'integer',
      blocked: 'integer',
    },
    key: ['position', 'seq'],
  },
  agreements: { columns: agreementColumns, key: ['agreementId'], indexes: [['funderId']] },
  agreementClosings: { columns: agreementColumns, key: ['agreementId', 'day'] },
  ...PAIRS_TABLES,
  orders: {
    columns: {
      orderId: 'text',
      agreementId: 'text',
      funderId: 'text',
      faceValueCents: 'integer',
      vouchersPerBook: 'integer',
      activeCents: 'integer',
      distributedCents: 'integer',
      expiredCents: 'integer',
      redeemedCents: 'integer',
      issuedVouchers: 'integer',
      ended: 'boolean',
    },
    key: ['orderId'],
  },
  orderParts: {
    columns: {
      orderId: 'text',
      department: 'text',
      public: 'text',
      distributedCents: 'integer',
    },
    key: ['orderId', 'department', 'public'],
  },
  books: {
    columns: {
      book: 'integer',
      orderId: 'text',
      agreementId: 'text',
      funderId: 'text',
      prescriberId: 'text',
      department: 'text',
      status: 'text',
      handOuts: 'json',
      handedOut: 'integer',
      redeemed: 'json',
      replacedBy: 'integer',
      beneficiaryRef: 'text',
    },
    key: ['book'],
    indexes: [['prescriberId', 'beneficiaryRef']],
  },
  figures: {
    columns: {
      day: 'text',
      funderId: 'text',
      department: 'text',
      public: 'text',
      issued: 'integer',
      active: 'integer',
      distributed: 'integer',
      started: 'integer',
      redeemed: 'integer',
      paid: 'integer',
      expired: 'integer',
    },
    key: ['day', 'funderId', 'department', 'public'],
  },
  days: { columns: { day: 'text', lastPosition: 'position' }, key: ['day'] },
  clock: { columns: { name: 'text', atMs: 'integer', day: 'text' }, key: ['name'] },
  statements: {
    columns: {
      orderId: 'text',
      agreementId: 'text',
      issuedCents: 'integer',
      redeemedCents: 'integer',
      unusedCents: 'integer',
    },
    key: ['orderId'],
  },
};
