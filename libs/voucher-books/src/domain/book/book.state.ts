import type {
  BookDistributed,
  BookFact,
  BookStatus,
  PublicShare,
  VouchersRedeemed,
} from '../../contract';

/** A book as its own stream tells it. It begins with the first thing that happens to it. */
export type Book = Readonly<{
  status: BookStatus;
  /** One for a whole book, more where vouchers were handed out one by one. */
  handOuts: readonly HandOut[];
  redemptions: readonly Redemption[];
  replacedBy?: number;
  /** What the new book holds: its vouchers 1 to this. */
  vouchersInNewBook?: number;
}>;

export type HandOut = Readonly<
  Pick<
    BookDistributed['data'],
    'vouchers' | 'prescriberId' | 'prescriberSiret' | 'department' | 'public' | 'distributedOn'
  >
>;

export type Redemption = Readonly<
  { isCancelled: boolean } & Omit<
    VouchersRedeemed['data'],
    'service' | 'priceCents' | 'remainderCents' | 'performedOn' | 'promisedPaymentOn'
  >
>;

export const UNTOUCHED_BOOK: Book = { status: 'open', handOuts: [], redemptions: [] };

export function evolve(book: Book, { type, data }: BookFact): Book {
  switch (type) {
    case 'BookDistributed':
      return { ...book, handOuts: [...book.handOuts, handOutOf(data)] };
    case 'VouchersRedeemed':
      return { ...book, redemptions: [...book.redemptions, redemptionOf(data)] };
    case 'RedemptionCancelled':
      return {
        ...book,
        redemptions: book.redemptions.map((redemption) =>
          redemption.redemptionId === data.redemptionId
            ? { ...redemption, isCancelled: true }
            : redemption,
        ),
      };
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

export const findHandOut = (book: Book, voucher: number): HandOut | undefined =>
  book.handOuts.find(({ vouchers }) => vouchers.includes(voucher));

export const isUsed = (book: Book, voucher: number): boolean =>
  book.redemptions.some(({ isCancelled, vouchers }) => !isCancelled && vouchers.includes(voucher));

/** Handed out and not redeemed. */
export const unusedVouchersOf = (book: Book): readonly number[] =>
  book.handOuts.flatMap(({ vouchers }) => vouchers).filter((voucher) => !isUsed(book, voucher));

/** How many of these vouchers each public held, publics in the order of the vouchers. */
export function sharesByPublic(
  book: Book,
  vouchers: readonly number[],
  faceValueCents: number,
): readonly PublicShare[] {
  const counts = new Map<string, number>();
  for (const voucher of vouchers) {
    const held = findHandOut(book, voucher)?.public ?? '';
    counts.set(held, (counts.get(held) ?? 0) + 1);
  }
  return [...counts].map(([held, count]) => ({
    public: held,
    vouchers: count,
    cents: count * faceValueCents,
  }));
}

function handOutOf(data: BookDistributed['data']): HandOut {
  const { vouchers, prescriberId, prescriberSiret, public: held, distributedOn } = data;
  const { department } = data;
  const siret = prescriberSiret === undefined ? {} : { prescriberSiret };
  return { vouchers, prescriberId, department, public: held, distributedOn, ...siret };
}

function redemptionOf(data: VouchersRedeemed['data']): Redemption {
  const { book, orderId, agreementId, funderId, redemptionId, vouchers, prescriberId } = data;
  const { placeId, organisationId, department, coveredCents, byPublic } = data;
  const { redeemedOn, redeemedAt } = data;
  return {
    book,
    orderId,
    agreementId,
    funderId,
    redemptionId,
    vouchers,
    prescriberId,
    placeId,
    organisationId,
    department,
    coveredCents,
    byPublic,
    redeemedOn,
    redeemedAt,
    isCancelled: false,
  };
}
