import { book as bookDecider, order as orderDecider, orderOfBook } from '@app/voucher-books';
import type { Book, Order } from './agreement-money';
import { lastDayOf, lastHandInOf, sendCredit } from './funding-acts';
import { agree, type Choice, pick, type World } from './world';

/** What a command knows of a book's order. */
function known(world: World, order: Order, { vouchers }: Book) {
  const state = world.desk.stateOf(orderDecider, order.id);
  if (state.status === 'none') throw new Error(`no order ${order.id}`);
  const { shortfallCents } = order.agreement;
  const restrictions = { territories: [], services: [], publics: [] };
  const terms = { restrictions, singleHandOut: false, allowPrescribingPlace: true };
  return orderOfBook(state, {
    agreement: { ...terms, isShort: shortfallCents > 0 },
    vouchersInBook: vouchers.length,
  });
}

const activeBooks = (world: World, choice: Choice): readonly (readonly [Order, Book])[] =>
  world
    .agreement(choice)
    .orders.filter(({ status }) => status === 'active')
    .flatMap((order) => order.books.map((book) => [order, book] as const));

export function handOut(world: World, choice: Choice): void {
  const inStock = activeBooks(world, choice).filter(([, { handedOutOn }]) => !handedOutOn);
  const [order, book] = pick(inStock, choice.how) ?? [];
  if (!order || !book || book.status !== 'open') return;
  const { desk, today } = world;
  const decided = desk.decide(bookDecider, `${book.number}`, {
    type: 'DistributeBook',
    data: {
      ...{ book: book.number, order: known(world, order, book), inStock: true, today },
      prescriber: { prescriberId: 'prescriber', department: ['58', '23'][choice.how % 2] ?? '' },
      public: ['senior', 'job-seeker'][choice.which % 2] ?? '',
    },
  });
  const allowed = !order.ended && today <= lastDayOf(order) && order.agreement.shortfallCents === 0;
  if (!agree('a hand-out', decided, allowed)) return;
  book.handedOutOn = today;
  for (const voucher of book.vouchers) voucher.state = 'distributed';
}

export function redeem(world: World, choice: Choice): void {
  const usable = activeBooks(world, choice).filter(
    ([, { handedOutOn, status, vouchers }]) =>
      handedOutOn && status === 'open' && vouchers.some(({ state }) => state !== 'spent'),
  );
  const [order, book] = pick(usable, choice.how) ?? [];
  if (!order || !book) return;
  const { desk, today } = world;
  const unused = book.vouchers.flatMap(({ state }, i) => (state === 'spent' ? [] : [i + 1]));
  const vouchers = unused.slice(0, 1 + (choice.how % 3));
  const payee = world.payee({ which: choice.how, how: 0 });
  const placeId = pick(payee.placeIds, choice.which) ?? '';
  const { organisationId } = payee;
  const lastDay = lastDayOf(order);
  const cents = vouchers.length * order.agreement.faceValueCents;
  const id = world.newId();
  const label = { validFromOn: '2020-01-01', validUntilOn: '2040-01-01', services: ['help'] };
  const decided = desk.decide(bookDecider, `${book.number}`, {
    type: 'RedeemVouchers',
    data: {
      ...{ redemptionId: id, book: book.number, vouchers, order: known(world, order, book) },
      place: {
        placeId,
        organisationId,
        siret: undefined,
        department: '58',
        territories: [],
        labels: [label],
        suspended: false,
      },
      ...{ service: 'help', priceCents: cents + 500, today, redeemedAt: desk.now },
      ...{ performedOn: today < lastDay ? today : lastDay, promisedPaymentOn: today },
    },
  });
  if (!agree('a redemption', decided, !order.ended && today <= lastHandInOf(order))) return;
  for (const number of vouchers) Object.assign(book.vouchers[number - 1] ?? {}, { state: 'spent' });
  const part = world.payees.add({
    ...{ agreement: order.agreement, organisationId, placeId, cents, on: today },
  });
  world.redemptions.push({ id, order, book: book.number, vouchers, part });
}

/** What a place was paid for, so that it owes. */
export function cancelPaid(world: World, { which, how }: Choice): void {
  const { organisationId } = world.payee({ which: how, how });
  const agreement = world.agreement({ which, how });
  for (const [index, { part }] of world.redemptions.entries()) {
    const isTheirs = part.organisationId === organisationId && part.agreement === agreement;
    if (isTheirs && part.at === 'paid' && !part.isCancelled) {
      cancelRedemption(world, { which: 0, how: index });
    }
  }
}

/** At any moment of its redemption's life: before, while and after it is paid, after the order's end. */
export function cancelRedemption(world: World, { which, how }: Choice): void {
  const redemption = pick(world.redemptions, which * 31 + how);
  if (!redemption) return;
  const { id, order, part } = redemption;
  const { desk, today } = world;
  const decided = desk.decide(bookDecider, `${redemption.book}`, {
    type: 'CancelRedemption',
    data: {
      ...{ book: redemption.book, redemptionId: id, reason: 'by mistake' },
      ...{ by: { role: 'finance' }, today, cancelledAt: desk.now },
    },
  });
  if (!agree('a cancellation', decided, !part.isCancelled)) return;
  const book = order.books.find(({ number }) => number === redemption.book);
  const vouchers = redemption.vouchers.flatMap((number) => book?.vouchers[number - 1] ?? []);
  for (const voucher of vouchers) {
    voucher.state = order.ended ? 'expired' : 'distributed';
    voucher.dead = book?.status === 'replaced';
  }
  world.payees.cancel(part);
  // The statement has counted them as used.
  if (order.statement !== 'none') sendCredit(world, order, vouchers, 'cancellation');
}

/** Blocked, then replaced or found again. */
export function loseBook(world: World, choice: Choice): void {
  const books = activeBooks(world, choice).filter(([, { status }]) => status === 'open');
  const [order, book] = pick(books, choice.how) ?? [];
  if (!order || !book) return;
  const { desk } = world;
  const stream = `${book.number}`;
  const asked = { book: book.number, order: known(world, order, book) };
  const blocked = { ...asked, reason: 'lost', blockedAt: desk.now };
  agree('a block', desk.decide(bookDecider, stream, { type: 'BlockBook', data: blocked }), true);
  book.status = 'blocked';
  if (choice.which % 3 === 0) {
    const data = { ...asked, unblockedAt: desk.now };
    desk.decide(bookDecider, stream, { type: 'UnblockBook', data });
    book.status = 'open';
    return;
  }
  const unused = book.vouchers.filter(({ state }) => state !== 'spent');
  const newBook = world.next();
  const data = { ...asked, newBook, prescriberId: 'prescriber', replacedAt: desk.now };
  const decided = desk.decide(bookDecider, stream, { type: 'ReplaceBook', data });
  if (!agree('a replacement', decided, !order.ended && unused.length > 0)) return;
  book.status = 'replaced';
  for (const voucher of unused) voucher.state = 'active';
  order.books.push({ number: newBook, vouchers: unused, status: 'open' });
}
