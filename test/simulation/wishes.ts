import { addDays } from '@app/kernel';
import {
  DeclareBankAccount,
  RestorePlace,
  SuspendPlace,
  VerifyBankAccount,
  WithdrawLabel,
} from '@app/places';
import {
  AllocateBooks,
  BlockBook,
  CancelOrder,
  CancelRedemption,
  DeliverOrder,
  DistributeBook,
  OrderBooks,
  RedeemVouchers,
  RequestReplacement,
  ReturnBooks,
  TakeClosingStep,
  TransferBooks,
  UnblockBook,
} from '@app/voucher-books';
import { ibanOf } from '../stories/paying-cast';
import {
  funderOf,
  managerOf,
  operator,
  preparer,
  prescriberOf,
  PUBLICS,
  SERVICES,
  verifier,
} from './cast';
import type { Wanted } from './desk';
import type { KnownOrder } from './known';
import { FINANCE_WISHES } from './finance-wishes';
import type { Town, Weighted, Wish } from './town';

/** Somebody wants something; undefined where nobody could think of it yet. */
export function wishOf(town: Town): Wanted | undefined {
  let left = town.chance.below(TOTAL);
  const [, make] = WISHES.find(([weight]) => (left -= weight) < 0) ?? [];
  return make?.(town);
}

const orderBooks: Wish = ({ known, chance, desk, clock }) => {
  const agreement = chance.pick(known.agreements);
  if (agreement === undefined) return undefined;
  const { agreementId, funderId } = agreement;
  return desk.want(funderOf(funderId), OrderBooks, {
    agreementId,
    books: chance.one([1, 2, 4, 8]),
    vouchersPerBook: chance.one([5, 5, 5, 10, 10, 7]),
    validUntilOn: addDays(clock.today(), chance.one([3, 20, 40, 60])),
    ...{ graceDays: chance.one([0, 3]), remittanceDays: chance.one([0, 2]) },
  });
};

const ofOrder =
  (make: (town: Town, order: KnownOrder) => Wanted | undefined): Wish =>
  (town) => {
    const order = town.chance.pick([...town.known.orders.values()]);
    return order && make(town, order);
  };

const cancelOrder = ofOrder(({ desk }, { orderId, funderId }) =>
  desk.want(funderOf(funderId), CancelOrder, { orderId, reason: 'trop' }),
);

const deliver = ofOrder(({ desk, clock }, { orderId, funderId, stage }) => {
  if (stage !== 'issued') return undefined;
  return desk.want(funderOf(funderId), DeliverOrder, { orderId, deliveredOn: clock.today() });
});

const allocate = ofOrder(({ known, chance, desk }, { orderId, funderId, range }) => {
  const prescriberId = chance.pick(known.prescriberIds);
  if (prescriberId === undefined || range === undefined) return undefined;
  const books = chance.one([1, 2, 8]);
  return desk.want(funderOf(funderId), AllocateBooks, { orderId, prescriberId, books });
});

const moveStock = ofOrder(({ known, chance, desk }, { orderId, range }) => {
  const [from, to] = [chance.pick(known.prescriberIds), chance.pick(known.prescriberIds)];
  if (from === undefined || to === undefined || range === undefined) return undefined;
  const firstBook = chance.between(range.firstBook, range.lastBook);
  const books = { orderId, firstBook, lastBook: chance.between(firstBook, range.lastBook) };
  if (chance.falls(5_000)) {
    return desk.want(prescriberOf(from), ReturnBooks, { ...books, prescriberId: from });
  }
  const moved = { ...books, fromPrescriberId: from, toPrescriberId: to };
  return desk.want(operator, TransferBooks, moved);
});

const handOut: Wish = ({ known, chance, desk }) => {
  const stocked = [...known.books.values()].filter(({ prescriberId, isHandedOut }) => {
    return prescriberId !== undefined && (!isHandedOut || chance.falls(500));
  });
  const book = chance.pick(stocked);
  if (book?.prescriberId === undefined) return undefined;
  const { prescriberId } = book;
  const handedOut = { book: book.book, prescriberId, public: chance.one(PUBLICS) };
  const some = chance.falls(1_500) ? { vouchers: [1, 2] } : {};
  return desk.want(prescriberOf(prescriberId), DistributeBook, { ...handedOut, ...some });
};

const redeem: Wish = ({ known, chance, desk, clock, codes }) => {
  const handedOut = [...known.books.values()].filter((each) => each.isHandedOut);
  const book = chance.pick(chance.falls(9_500) ? handedOut : [...known.books.values()]);
  const order = book && known.orders.get(book.orderId);
  const place = chance.pick(known.places);
  if (!book || !place || order?.keyId === undefined) return undefined;
  const { keyId, orderId, vouchersPerBook } = order;
  const first = chance.between(1, vouchersPerBook);
  const vouchers = chance.falls(4_000) ? [first, (first % vouchersPerBook) + 1] : [first];
  const typed = vouchers.map((voucher) => {
    return codes.codeOf({ orderId, keyId }, { book: book.book, voucher });
  });
  return desk.want(managerOf(place.organisationId), RedeemVouchers, {
    ...{ placeId: place.placeId, codes: typed, service: chance.one(SERVICES) },
    priceCents: chance.one([2_000, 2_500, 3_000, 500]),
    performedOn: addDays(clock.today(), -chance.one([0, 0, 0, 1, 4])),
    address: '192.0.2.1',
  });
};

const cancelRedemption: Wish = ({ known, chance, desk }) => {
  const redemption = chance.pick(known.redemptions);
  if (redemption === undefined) return undefined;
  const { redemptionId, organisationId } = redemption;
  const who = chance.falls(5_000) ? managerOf(organisationId) : preparer;
  return desk.want(who, CancelRedemption, { redemptionId, reason: 'erreur' });
};

const loseBook: Wish = ({ known, chance, desk }) => {
  const all = [...known.books.values()];
  const blocked = all.filter((each) => each.isBlocked);
  const book = chance.pick(blocked.length > 0 && chance.falls(5_000) ? blocked : all);
  if (book === undefined) return undefined;
  const about = { book: book.book };
  const isBlocked = chance.falls(9_000) ? book.isBlocked : !book.isBlocked;
  if (!isBlocked) return desk.want(operator, BlockBook, { ...about, reason: 'perdu' });
  if (chance.falls(3_000)) return desk.want(operator, UnblockBook, about);
  return desk.want(operator, RequestReplacement, about);
};

const answerClosing = ofOrder(({ chance, desk }, { orderId, funderId }) => {
  const steps = ['RequestStockBlock', 'AcknowledgeLateHandOuts', 'AgreeStatement'] as const;
  return desk.want(funderOf(funderId), TakeClosingStep, { orderId, step: chance.one(steps) });
});

const changePlace: Wish = ({ known, chance, desk }) => {
  const place = chance.pick(known.places);
  if (place === undefined) return undefined;
  const { placeId } = place;
  if (chance.falls(500)) return desk.want(operator, WithdrawLabel, { placeId, reason: 'parti' });
  if (chance.falls(3_000)) return desk.want(operator, SuspendPlace, { placeId, reason: 'doute' });
  return desk.want(operator, RestorePlace, { placeId });
};

const changeAccount: Wish = ({ known, chance, desk }) => {
  const [organisationId, account] = [
    chance.pick(known.organisationIds),
    chance.pick(known.accounts),
  ];
  if (organisationId === undefined || account === undefined) return undefined;
  if (chance.falls(5_000)) {
    return desk.want(verifier, VerifyBankAccount, { ...account, outcome: 'match' });
  }
  const iban = ibanOf(10 + chance.below(80));
  const declared = { organisationId, iban, holderName: 'Espace' };
  return desk.want(managerOf(organisationId), DeclareBankAccount, declared);
};

/** Each as often as its weight says. */
const WISHES: readonly Weighted[] = [
  ...FINANCE_WISHES,
  [6, orderBooks],
  [1, cancelOrder],
  [6, deliver],
  [5, allocate],
  [1, moveStock],
  [12, handOut],
  [24, redeem],
  [4, cancelRedemption],
  [3, loseBook],
  [3, answerClosing],
  [1, changePlace],
  [1, changeAccount],
];

const TOTAL = WISHES.reduce((sum, [weight]) => sum + weight, 0);
