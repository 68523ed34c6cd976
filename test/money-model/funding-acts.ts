import { agreement as agreementDecider, deposit as depositDecider } from '@app/funding';
import { addDays } from '@app/kernel';
import { order as orderDecider } from '@app/voucher-books';
import type { AgreementMoney, Deposit, Order } from './agreement-money';
import { agree, type Choice, pick, type World } from './world';

export type AgreementCommand = Parameters<typeof agreementDecider.decide>[0];

/** Sessions until two days after the printed day, handed in one day later. */
const [GRACE_DAYS, REMITTANCE_DAYS] = [2, 1];
export const lastDayOf = ({ validUntilOn }: Order): string => addDays(validUntilOn, GRACE_DAYS);
export const lastHandInOf = (order: Order): string => addDays(lastDayOf(order), REMITTANCE_DAYS);
const VOUCHERS = 3;

/** Whatever the agreement decides, the queue moves alike in both; who waited hears of it by mail. */
export function tellAgreement(
  world: World,
  agreement: AgreementMoney,
  { command, model }: { command: AgreementCommand; model: () => void },
): boolean {
  const before = new Map(agreement.orders.map((order) => [order, order.queue]));
  const facts = world.desk.decide(agreementDecider, agreement.id, command);
  if (facts === undefined) return false;
  if (facts.length > 0) model();
  const moved = (queue: Order['queue']): readonly string[] =>
    agreement.orders
      .filter((each) => each.queue === queue && before.get(each) !== queue)
      .map(({ id }) => id);
  const told = (type: string): readonly string[] =>
    facts.flatMap((fact) =>
      fact.type === type && 'orderId' in fact.data ? [fact.data.orderId] : [],
    );
  same('funded', told('OrderFunded'), [
    ...moved('funded'),
    ...moved('requested').filter((id) => before.get(orderOf(agreement, id)) === 'waiting'),
  ]);
  same('permitted', told('ActivationPermitted'), moved('permitted'));
  for (const id of told('OrderFunded')) world.send(() => reserve(world, orderOf(agreement, id)));
  for (const id of told('ActivationPermitted')) {
    world.send(() => activate(world, orderOf(agreement, id)));
  }
  if (told('OrderTurnedAway').length > 0) world.send(() => turnAway(world, agreement));
  return true;
}

export function sign(world: World, agreement: AgreementMoney): void {
  const { id, funderId, faceValueCents } = agreement;
  world.desk.decide(agreementDecider, id, {
    type: 'SignAgreement',
    data: {
      ...{ agreementId: id, funderId, faceValueCents, reference: id, booksOf: [VOUCHERS] },
      ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 1_000_000_000 },
      ...{ funderName: 'Funder', coFunders: [{ name: 'Funder', shareBasisPoints: 10_000 }] },
      restrictions: { territories: [], services: [], publics: [] },
      ...{ singleHandOut: false, allowPrescribingPlace: true },
    },
  });
}

// --- deposits -----------------------------------------------------------------------------------

export function typeDeposit(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const id = world.newId();
  const cents = agreement.faceValueCents * ([5, 8, 18, 25][choice.how % 4] ?? 0);
  const made: Deposit = {
    id,
    reference: id,
    cents,
    confirmed: false,
    recalled: false,
    heard: 'nothing',
  };
  const decided = world.desk.decide(depositDecider, id, {
    type: 'RecordDeposit',
    data: {
      ...{ depositId: id, agreementId: agreement.id, funderId: agreement.funderId },
      ...{ amountCents: cents, bankReference: id, valueOn: world.today, recordedBy: 'preparer' },
      depositedBeforeCents: 0,
    },
  });
  agree('a deposit', decided, true);
  agreement.assign(made);
  const data = { depositId: id, amountCents: cents };
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'ReceiveFunds', data },
      model: () => agreement.hearReceived(made),
    }),
  );
}

export function confirmDeposit(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const found = pick(agreement.deposits, choice.how);
  if (!found) return;
  const { id, cents } = found;
  const decided = world.desk.decide(depositDecider, id, {
    type: 'ConfirmDeposit',
    data: {
      ...{ amountCents: cents, statementReference: `statement of ${id} ${choice.how}` },
      ...{ confirmedOn: world.today, confirmedBy: 'bank' },
    },
  });
  if (!found.recalled && found.confirmed) return;
  if (!agree('a confirmation', decided, !found.recalled)) return;
  found.confirmed = true;
  const data = { depositId: id, amountCents: cents };
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'ConfirmFunds', data },
      model: () => agreement.hearConfirmed(found),
    }),
  );
}

export function recallDeposit(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const found = pick(agreement.deposits, choice.how);
  if (!found) return;
  const { id, cents, confirmed, recalled } = found;
  const decided = world.desk.decide(depositDecider, id, {
    type: 'RecallDeposit',
    data: { reason: 'by its bank', recalledOn: world.today },
  });
  if (!agree('a recall', decided, !recalled)) return;
  found.recalled = true;
  const data = { depositId: id, amountCents: cents, wasConfirmed: confirmed };
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'RecallFunds', data },
      model: () => agreement.hearRecalled(found),
    }),
  );
}

// --- orders -------------------------------------------------------------------------------------

export function orderBooks(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const { id: agreementId, funderId, faceValueCents } = agreement;
  // Orders of one, two or three books: a smaller one must not overtake.
  const books = 1 + (choice.how % 3);
  const faceCents = books * VOUCHERS * faceValueCents;
  const feeCents = Math.floor((faceCents * 4 + 50) / 100);
  const vatCents = Math.floor((feeCents * 20 + 50) / 100);
  const id = world.newId();
  const validUntilOn = addDays(world.today, 2 + (choice.how % 15));
  world.desk.decide(orderDecider, id, {
    type: 'OrderBooks',
    data: {
      ...{ orderId: id, agreementId, funderId, faceValueCents, validUntilOn, today: world.today },
      ...{ books, vouchersPerBook: VOUCHERS, booksOf: [VOUCHERS], headroomCents: 1_000_000 },
      ...{ feeBasisPoints: 400, vatBasisPoints: 2_000 },
      ...{ graceDays: GRACE_DAYS, remittanceDays: REMITTANCE_DAYS },
    },
  });
  const ordered: Order = {
    ...{ id, agreement, faceCents, feesCents: feeCents + vatCents, validUntilOn },
    ...{ queue: 'none', status: 'ordered', delivered: false, ended: false },
    ...{ books: [], vouchers: [], statement: 'none', counted: [] },
  };
  const data = { orderId: id, faceCents, feeCents, vatCents };
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'EnqueueOrder', data },
      model: () => agreement.enqueue(ordered),
    }),
  );
}

export function cancelOrder(world: World, choice: Choice): void {
  const order = pick(world.agreement(choice).orders, choice.how);
  if (!order) return;
  const command = { type: 'CancelOrder', data: { reason: 'asked' } } as const;
  const decided = world.desk.decide(orderDecider, order.id, command);
  const allowed = order.status !== 'active' && order.status !== 'cancelled';
  if (agree('the cancellation of an order', decided, allowed)) release(world, order);
}

export function issueAndDeliver(world: World, choice: Choice): void {
  const orders = world.agreement(choice).orders.filter(({ status }) => status === 'funded');
  const order = pick(orders, choice.how);
  if (!order) return;
  order.status = 'issued';
  const books = order.faceCents / order.agreement.faceValueCents / VOUCHERS;
  order.books = Array.from({ length: books }, () => {
    const vouchers = Array.from(
      { length: VOUCHERS },
      () => ({ state: 'active', dead: false }) as const,
    );
    return {
      number: world.next(),
      vouchers: vouchers.map((each) => ({ ...each })),
      status: 'open',
    };
  });
  order.vouchers = order.books.flatMap(({ vouchers }) => vouchers);
  const firstBook = order.books.at(0)?.number ?? 0;
  const lastBook = order.books.at(-1)?.number ?? 0;
  const { desk, today } = world;
  const range = { firstBook, lastBook, keyId: 'key' };
  desk.decide(orderDecider, order.id, { type: 'IssueBooks', data: range });
  const delivered = { deliveredOn: today, today };
  desk.decide(orderDecider, order.id, { type: 'DeliverOrder', data: delivered });
  world.send(() =>
    tellAgreement(world, order.agreement, {
      command: { type: 'RequestActivation', data: { orderId: order.id } },
      model: () => order.agreement.requestActivation(order),
    }),
  );
}

/** The days of the order's end, one act at a time. */
export function endOrder(world: World, choice: Choice): void {
  const open = world.agreement(choice).orders.filter(({ status, statement }) => {
    return status !== 'cancelled' && statement !== 'agreed';
  });
  const order = pick(open, choice.how);
  if (!order) return;
  if (!order.ended) return endValidity(world, order);
  if (order.statement === 'none') return openStatement(world, order);
  const { desk, today } = world;
  if (order.statement === 'opened') {
    const face = order.agreement.faceValueCents;
    const issuedCents = order.vouchers.length * face;
    const unusedCents = order.counted.length * face;
    const figures = { issuedCents, redeemedCents: issuedCents - unusedCents, unusedCents };
    const command = { type: 'DrawStatement', data: { today, ...figures } } as const;
    agree('a statement', desk.decide(orderDecider, order.id, command), true);
    order.statement = 'drawn';
    return;
  }
  const command = { type: 'AgreeStatement', data: { today } } as const;
  agree('the word on a statement', desk.decide(orderDecider, order.id, command), true);
  order.statement = 'agreed';
  if (order.counted.length > 0) sendCredit(world, order, order.counted, 'closing');
}

export function sendCredit(
  world: World,
  order: Order,
  vouchers: Order['vouchers'],
  cause: 'closing' | 'cancellation',
): void {
  const { id: orderId, agreement } = order;
  const amountCents = vouchers.length * agreement.faceValueCents;
  const note = { creditNoteId: world.newId(), amountCents, cause, issuedOn: world.today };
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'IssueCreditNote', data: { orderId, ...note } },
      model: () => agreement.credit(vouchers),
    }),
  );
}

function reserve({ desk }: World, order: Order): void {
  desk.decide(orderDecider, order.id, { type: 'ReserveFunds', data: {} });
  if (order.status === 'ordered') order.status = 'funded';
}

function activate(world: World, order: Order): void {
  const { desk, today } = world;
  desk.decide(orderDecider, order.id, { type: 'ActivateOrder', data: { today } });
  if (order.status === 'cancelled') return;
  if (today > lastDayOf(order)) release(world, order);
  else order.agreement.activate(order);
}

function turnAway({ desk }: World, agreement: AgreementMoney): void {
  for (const order of agreement.orders) {
    if (order.queue !== 'gone' || order.status !== 'ordered') continue;
    desk.decide(orderDecider, order.id, { type: 'TurnOrderAway', data: { reason: 'closed' } });
    order.status = 'cancelled';
  }
}

/** Cancelled in its own stream; the agreement hears of it. */
function release(world: World, order: Order): void {
  order.status = 'cancelled';
  const { agreement, id: orderId } = order;
  world.send(() =>
    tellAgreement(world, agreement, {
      command: { type: 'ReleaseOrder', data: { orderId } },
      model: () => agreement.release(order),
    }),
  );
}

function endValidity(world: World, order: Order): void {
  const { desk, today } = world;
  const decided = desk.decide(orderDecider, order.id, { type: 'EndValidity', data: { today } });
  if (order.status !== 'active') {
    if (agree('the lapse of an order', decided, today > lastDayOf(order))) release(world, order);
    return;
  }
  if (!agree('the end of validity', decided, today > lastHandInOf(order))) return;
  order.ended = true;
  for (const voucher of order.vouchers) {
    if (voucher.state !== 'spent') voucher.state = 'expired';
  }
}

function openStatement(world: World, order: Order): void {
  const { desk, today } = world;
  const command = { type: 'OpenStatement', data: { today } } as const;
  const decided = desk.decide(orderDecider, order.id, command);
  if (!agree('a statement', decided, today > addDays(lastHandInOf(order), 1))) return;
  order.statement = 'opened';
  order.counted = order.vouchers.filter(({ state }) => state !== 'spent');
}

const orderOf = ({ orders }: AgreementMoney, id: string): Order => {
  const order = orders.find((each) => each.id === id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
};

const same = (what: string, told: readonly string[], followed: readonly string[]): void => {
  if (told.join() === followed.join()) return;
  throw new Error(`${what}: the agreement says [${told.join()}], the rules [${followed.join()}]`);
};
