import type { OrderNeed } from '@app/funding/contract';
import { sum } from './reference-balances';

/* The records of the reference fold: plain, changed in place, and of nothing but events. */

export type Agreement = {
  readonly funderId: string;
  readonly faceValue: number;
  readonly refunds: Map<string, Refund>;
  deposited: number;
  shortfall: number;
  available: number;
};

export type Refund = Readonly<{ state: 'ordered' | 'booked' | 'over'; cents: number }>;

export type Order = OrderNeed & {
  readonly agreementId: string;
  readonly vouchersPerBook: number;
  readonly vouchers: Voucher[];
  /** Where the order's money is: nowhere of its own, set aside, in its vouchers. */
  money: 'waiting' | 'reserved' | 'active' | 'none';
  /** Vouchers that got a number at the issue; replacements are none of them. */
  numbered: number;
  ended: boolean;
  /** Of what expired, given back already. */
  credited: number;
};

export type Book = {
  readonly orderId: string;
  readonly vouchers: readonly Voucher[];
  status: 'open' | 'blocked' | 'replaced';
  /** The prescriber in whose stock it is. */
  holder: string | undefined;
};

export type Voucher = {
  readonly book: number;
  readonly number: number;
  handOut: Readonly<HandOut> | undefined;
  redemptionId: string | undefined;
  /** Its value lives on in a voucher of the book that replaced its own. */
  isGone: boolean;
};

type HandOut = {
  prescriberId: string;
  beneficiaryRef: string | undefined;
  /** Of the prescriber. */
  department: string;
  public: string;
};

export type Bucket = 'active' | 'distributed' | 'owed' | 'expired';

export const bucketOf = (
  order: Order,
  { handOut, redemptionId, isGone }: Voucher,
): Bucket | undefined => {
  if (order.money !== 'active' || isGone) return undefined;
  if (redemptionId !== undefined) return 'owed';
  if (order.ended) return 'expired';
  return handOut === undefined ? 'active' : 'distributed';
};

export const NOWHERE = { issued: 0, active: 0, distributed: 0, started: 0, redeemed: 0, paid: 0 };

export const isHandedOut = ({ handOut, isGone }: Voucher): boolean =>
  handOut !== undefined && !isGone;

export const needOf = ({ faceCents, feeCents, vatCents }: OrderNeed): number =>
  faceCents + feeCents + vatCents;

export const repay = (agreement: Agreement, cents: number): void => {
  agreement.available -= cents;
  agreement.shortfall -= cents;
};

export const sumOf = (refunds: ReadonlyMap<string, Refund>, state: Refund['state']): number =>
  sum([...refunds.values()], (refund) => (refund.state === state ? refund.cents : 0));
