import type {
  BookDistributed,
  BookFact,
  BookStatus,
  PublicShare,
  VouchersRedeemed,
} from '../../contract';
import {
  NO_VOUCHERS,
  shareVouchers,
  type VoucherSet,
  voucherSetOf,
  vouchersIn,
  without,
} from './voucher-set';

/**
 * A book as its own stream tells it. It begins with the first thing that happens to it. Memory holds
 * hundreds of thousands: what can be worked out again is not kept, and all have the same properties.
 */
export type Book = Readonly<{
  status: BookStatus;
  /** One for a whole book, more where vouchers were handed out one by one. */
  handOuts: readonly HandOut[];
  redemptions: readonly Redemption[];
  /** Of the redemptions that stand. */
  usedVouchers: VoucherSet;
  replacedBy: number | undefined;
  /** What the new book holds: its vouchers 1 to this. */
  vouchersInNewBook: number | undefined;
}>;

/** Of one order and by one prescriber, as every other of the book. */
export type HandOut = Readonly<
  Pick<
    BookDistributed['data'],
    | ('orderId' | 'agreementId' | 'funderId' | 'prescriberId')
    | ('department' | 'public' | 'distributedOn')
  > & { vouchers: VoucherSet; prescriberSiret: string | undefined }
>;

/** With what its cancellation has to say again. */
export type Redemption = Readonly<
  Pick<
    VouchersRedeemed['data'],
    | ('redemptionId' | 'placeId' | 'organisationId' | 'department')
    | ('coveredCents' | 'redeemedOn' | 'redeemedAt')
  > & { vouchers: VoucherSet; isCancelled: boolean }
>;

export const UNTOUCHED_BOOK: Book = {
  status: 'open',
  handOuts: [],
  redemptions: [],
  usedVouchers: NO_VOUCHERS,
  replacedBy: undefined,
  vouchersInNewBook: undefined,
};

/** Lists grow by `concat`, which makes them as long as they are; a spread leaves room for 16 more. */
export function evolve(book: Book, { type, data }: BookFact): Book {
  switch (type) {
    case 'BookDistributed':
      return { ...book, handOuts: book.handOuts.concat([handOutOf(data)]) };
    case 'VouchersRedeemed': {
      const redemption = redemptionOf(data);
      const usedVouchers = book.usedVouchers | redemption.vouchers;
      return { ...book, redemptions: book.redemptions.concat([redemption]), usedVouchers };
    }
    case 'RedemptionCancelled': {
      const redemptions = book.redemptions.map((redemption) =>
        redemption.redemptionId === data.redemptionId
          ? { ...redemption, isCancelled: true }
          : redemption,
      );
      return { ...book, redemptions, usedVouchers: usedVouchersOf(redemptions) };
    }
    case 'BookBlocked':
      return { ...book, status: 'blocked' };
    case 'BookUnblocked':
      return { ...book, status: 'open' };
    case 'BookReplaced':
      return {
        ...book,
        status: 'replaced',
        replacedBy: data.newBook,
        vouchersInNewBook: data.vouchersInNewBook,
      };
  }
}

const usedVouchersOf = (redemptions: readonly Redemption[]): VoucherSet =>
  redemptions.reduce(
    (used, { isCancelled, vouchers }) => (isCancelled ? used : used | vouchers),
    NO_VOUCHERS,
  );

export function findHandOut(book: Book, voucher: number): HandOut | undefined {
  const wanted = voucherSetOf([voucher]);
  return book.handOuts.find(({ vouchers }) => shareVouchers(vouchers, wanted));
}

export const isUsed = (book: Book, voucher: number): boolean =>
  shareVouchers(book.usedVouchers, voucherSetOf([voucher]));

export const handedOutVouchersOf = ({ handOuts }: Book): VoucherSet =>
  handOuts.reduce((all, { vouchers }) => all | vouchers, NO_VOUCHERS);

/** In the order in which they were handed out. */
export const listHandedOut = (book: Book): readonly number[] =>
  book.handOuts.flatMap(({ vouchers }) => vouchersIn(vouchers));

/** Handed out and not redeemed. */
export const unusedVouchersOf = (book: Book): readonly number[] =>
  book.handOuts.flatMap(({ vouchers }) => vouchersIn(without(vouchers, book.usedVouchers)));

/** How many of these vouchers each public held, publics in the order of the vouchers. */
export function sharesByPublic(
  book: Book,
  vouchers: readonly number[],
  faceValueCents: number,
): readonly PublicShare[] {
  const shares: { public: string; vouchers: number; cents: number }[] = [];
  for (const voucher of vouchers) {
    const held = findHandOut(book, voucher)?.public ?? '';
    const share = shares.find((each) => each.public === held);
    if (share === undefined) {
      shares.push({ public: held, vouchers: 1, cents: faceValueCents });
    } else {
      share.vouchers += 1;
      share.cents += faceValueCents;
    }
  }
  return shares;
}

function handOutOf(data: BookDistributed['data']): HandOut {
  const { orderId, agreementId, funderId, prescriberId, prescriberSiret, department } = data;
  return {
    orderId,
    agreementId,
    funderId,
    vouchers: voucherSetOf(data.vouchers),
    prescriberId,
    prescriberSiret,
    department,
    public: data.public,
    distributedOn: data.distributedOn,
  };
}

function redemptionOf(data: VouchersRedeemed['data']): Redemption {
  const { redemptionId, placeId, organisationId, department } = data;
  const { coveredCents, redeemedOn, redeemedAt } = data;
  return {
    redemptionId,
    vouchers: voucherSetOf(data.vouchers),
    placeId,
    organisationId,
    department,
    coveredCents,
    redeemedOn,
    redeemedAt,
    isCancelled: false,
  };
}
