import type {
  BookDistributed,
  BookReplaced,
  OrderActivated,
  RedemptionCancelled,
  ValidityEnded,
  VouchersRedeemed,
} from '@app/voucher-books/contract';
import type { Recorded } from '@app/platform';
import type { AccountedOrderRow } from './accounting.tables';
import { book, CLOCK, type Books, type Transfer } from './booking';
import type { Entries } from './funder-entries';

export type VoucherEntryFacts =
  | OrderActivated
  | BookDistributed
  | VouchersRedeemed
  | RedemptionCancelled
  | BookReplaced
  | ValidityEnded;

/** What vouchers are worth, from activation to use or expiry. */
export const voucherEntries: Entries<VoucherEntryFacts> = {
  OrderActivated: (event, books) => {
    const { orderId, agreementId, faceCents, feeCents, vatCents, invoicedOn } = event.data;
    const before = orderOf(books, orderId);
    books.accountedOrders.put({ ...before, activeCents: before.activeCents + faceCents });
    book(books, event, { ref: orderId, on: invoicedOn }, [
      { debit: 'reserved', credit: 'active', cents: faceCents, agreementId },
      { debit: 'reserved', credit: 'receivable', cents: feeCents + vatCents, agreementId },
    ]);
  },

  BookDistributed: (event, books) => {
    const { book: number, valueCents, distributedOn } = event.data;
    const piece = { ref: `CARNET ${number}`, on: distributedOn };
    book(books, event, piece, handedOut(books, event, valueCents));
  },

  VouchersRedeemed: (event, books) => {
    const { orderId, agreementId, organisationId, placeId, redemptionId } = event.data;
    const { coveredCents: cents, performedOn, promisedPaymentOn } = event.data;
    const debit = useOf(books, orderId, -cents);
    book(books, event, { ref: redemptionId, on: performedOn }, [
      {
        ...{ debit, credit: 'owed', cents, agreementId, organisationId, placeId },
        promisedOn: promisedPaymentOn,
      },
    ]);
    countUse(books, event, 1);
  },

  RedemptionCancelled: (event, books) => {
    const { orderId, agreementId, organisationId, placeId, redemptionId } = event.data;
    const { coveredCents: cents, cancelledOn } = event.data;
    const credit = useOf(books, orderId, cents);
    book(books, event, { ref: redemptionId, on: cancelledOn }, [
      { debit: 'owed', credit, cents, agreementId, organisationId, placeId },
    ]);
    countUse(books, event, -1);
  },

  BookReplaced: (event, books) => {
    const { book: number, movedCents } = event.data;
    book(books, event, { ref: `CARNET ${number}` }, handedOut(books, event, -movedCents));
  },

  ValidityEnded: (event, books) => {
    const { orderId, agreementId, endedOn } = event.data;
    const order = orderOf(books, orderId);
    const { activeCents, distributedCents } = order;
    books.accountedOrders.put({ ...order, activeCents: 0, distributedCents: 0, ended: true });
    book(books, event, { ref: orderId, on: endedOn }, [
      { debit: 'active', credit: 'expired', cents: activeCents, agreementId },
      { debit: 'distributed', credit: 'expired', cents: distributedCents, agreementId },
    ]);
  },
};

/** active → distributed, or back; in an order that has ended both are expired, and nothing moves. */
const handedOut = (
  books: Books,
  { data: { orderId, agreementId } }: Recorded<BookDistributed | BookReplaced>,
  cents: number,
): readonly Transfer[] => {
  const order = orderOf(books, orderId);
  if (order.ended) return [];
  const { activeCents, distributedCents } = order;
  books.accountedOrders.put({
    ...order,
    activeCents: activeCents - cents,
    distributedCents: distributedCents + cents,
  });
  return [{ debit: 'active', credit: 'distributed', cents, agreementId }];
};

/** Where the value of used vouchers comes from, and goes back to, with the order's sum brought up. */
const useOf = (books: Books, orderId: string, cents: number): 'distributed' | 'expired' => {
  const order = orderOf(books, orderId);
  if (order.ended) return 'expired';
  books.accountedOrders.put({ ...order, distributedCents: order.distributedCents + cents });
  return 'distributed';
};

const orderOf = (books: Books, orderId: string): AccountedOrderRow =>
  books.accountedOrders.get(orderId) ?? {
    ...{ orderId, activeCents: 0, distributedCents: 0, ended: false },
  };

const countUse = (
  books: Books,
  { data: { agreementId, byPublic } }: Recorded<VouchersRedeemed | RedemptionCancelled>,
  sign: 1 | -1,
): void => {
  const day = books.accountingClock.get(CLOCK)?.day ?? '';
  for (const { public: category, cents, vouchers } of byPublic) {
    const row = books.usedVouchers.get(agreementId, day, category);
    books.usedVouchers.put({
      ...{ agreementId, day, public: category },
      cents: (row?.cents ?? 0) + sign * cents,
      vouchers: (row?.vouchers ?? 0) + sign * vouchers,
    });
  }
};
