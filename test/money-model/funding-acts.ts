import { agreement as agreementDecider, deposit as depositDecider } from '@app/funding';
import { addDays } from '@app/kernel';
import { feeSweeps } from '@app/reimbursement';
import { order as orderDecider } from '@app/voucher-books';
import type { AgreementMoney, Deposit, Order, Refund, Sweep } from './agreement-money';
import { agree, type Choice, pick, type World } from './world';

type AgreementCommand = Parameters<typeof agreementDecider.decide>[0];

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

// --- refunds, sweeps, the end -------------------------------------------------------------------

export function refund(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const waiting = agreement.refunds.find(({ status }) => status === 'proposed');
  if (waiting) return approveRefund(world, agreement, waiting);
  const cents = 1 + ((choice.how * 977) % Math.max(2, agreement.availableCents + 500));
  const made: Refund = { id: world.newId(), cents, status: 'proposed' };
  const command = {
    type: 'ProposeRefund',
    data: {
      ...{ refundId: made.id, amountCents: cents, bankAccountId: 'account' },
      ...{ ...refundable(world, agreement), proposedBy: 'preparer' },
    },
  } as const;
  const allowed = agreement.mayRefund(cents, world.drawableCents(agreement));
  const decided = tellAgreement(world, agreement, {
    command,
    model: () => agreement.refunds.push(made),
  });
  agree('a refund', decided || undefined, allowed);
}

export function refundAtBank(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const atBank = agreement.refunds.filter(
    ({ status }) => status !== 'proposed' && status !== 'gone',
  );
  const found = pick(atBank, choice.how >> 4);
  if (!found) return;
  const { id: refundId, cents: amountCents, status } = found;
  const data = { refundId, amountCents, statementReference: `${refundId} ${status}` };
  const told = (command: AgreementCommand, model: () => void): void => {
    agree(command.type, tellAgreement(world, agreement, { command, model }) || undefined, true);
  };
  if (status === 'booked') {
    if (choice.how % 3 === 0) told({ type: 'ReturnRefund', data }, () => agreement.takeBack(found));
  } else if (choice.how % 2 === 0) {
    told({ type: 'BookRefund', data }, () => void (found.status = 'booked'));
  } else if (status === 'ordered' && choice.how % 3 === 0) {
    told({ type: 'SendRefund', data: { refundId } }, () => void (found.status = 'sent'));
  } else {
    const failed = { refundId, reason: 'refused' };
    told({ type: 'FailRefund', data: failed }, () => agreement.takeBack(found));
  }
}

function approveRefund(world: World, agreement: AgreementMoney, waiting: Refund): void {
  const allowed = agreement.mayRefund(waiting.cents, world.drawableCents(agreement));
  const { bankAccountVerified, cashCents } = refundable(world, agreement);
  const decided = tellAgreement(world, agreement, {
    command: {
      type: 'ApproveRefund',
      data: {
        ...{ refundId: waiting.id, bankAccountVerified, cashCents },
        ...{ approvedBy: 'approver', reference: waiting.id },
      },
    },
    model: () => agreement.order(waiting),
  });
  if (!agree('the approval of a refund', decided || undefined, allowed)) waiting.status = 'gone';
}

/** As the port tells it from the ledger: what a run has frozen is the places'. */
function refundable({ desk }: World, { id }: AgreementMoney) {
  const { cashCents = 0, frozenCents = 0 } = desk.cash.findAgreement(id) ?? {};
  return { bankAccountVerified: true, cashCents: cashCents - frozenCents };
}

export function sweep(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  const { id: agreementId } = agreement;
  const { desk, today } = world;
  const balance = desk.balances.findAgreement(agreementId);
  const fees = { feesCents: balance?.feesCents ?? 0, shortfallCents: balance?.shortfallCents ?? 0 };
  const open = pick(
    agreement.sweeps.filter(({ status }) => status !== 'gone'),
    choice.how >> 3,
  );
  if (!open || choice.how % 4 === 0) {
    const made: Sweep = { id: world.newId(), cents: 1 + (choice.how % 400), status: 'proposed' };
    const data = { agreementId, feeSweepId: made.id, amountCents: made.cents, ...fees };
    const command = { type: 'ProposeFeeSweep', data: { ...data, proposedBy: 'preparer' } } as const;
    const decided = desk.decide(feeSweeps, agreementId, command);
    if (agree('a sweep', decided, agreement.maySweep(made.cents))) agreement.sweeps.push(made);
    return;
  }
  const { id: feeSweepId, cents: amountCents } = open;
  if (open.status === 'proposed') {
    const data = { feeSweepId, approvedBy: 'approver', reference: feeSweepId, ...fees };
    const decided = desk.decide(feeSweeps, agreementId, { type: 'ApproveFeeSweep', data });
    const allowed = agreement.maySweep(amountCents);
    open.status = agree('the approval of a sweep', decided, allowed) ? 'ordered' : 'gone';
    if (!allowed) {
      const cancelled = { feeSweepId, reason: 'too much' };
      desk.decide(feeSweeps, agreementId, { type: 'CancelFeeSweep', data: cancelled });
    }
    return;
  }
  const isBooking = open.status === 'ordered';
  const data = {
    ...{ feeSweepId, amountCents, bookedOn: today },
    ...{ source: `${feeSweepId} ${open.status}`, statementReference: feeSweepId },
  };
  const type = isBooking ? 'BookFeeSweep' : 'ReturnFeeSweep';
  agree(type, desk.decide(feeSweeps, agreementId, { type, data }), true);
  open.status = isBooking ? 'booked' : 'gone';
}

/** Only when nothing of it is anywhere but in available, spent and paid, or gone. */
export function closeAgreement(world: World, choice: Choice): void {
  const agreement = world.agreement(choice);
  if (agreement.closed) return;
  const { desk, today } = world;
  const { balances } = desk;
  const balance = balances.findAgreement(agreement.id);
  if (!balance) return;
  const gross = balances.getGross(agreement.id);
  const data = {
    openOrders: balance.activeCents + balance.distributedCents > 0 ? 1 : 0,
    owedCents: gross.owedCents + gross.owedByPlacesCents,
    inRunCents: gross.inRunCents + gross.inRunByPlacesCents,
    ...{ expiredCents: balance.expiredCents, closedOn: today },
  };
  const pairs = [...world.payees.pairs()].filter(([key]) => key.startsWith(`${agreement.id} `));
  const inUse = (['active', 'distributed', 'expired'] as const).some(
    (state) => agreement.inState(state) > 0,
  );
  const allowed =
    !inUse &&
    agreement.orders.every(({ queue }) => queue === 'permitted' || queue === 'gone') &&
    pairs.every(([, { owed, run }]) => owed === 0 && run === 0);
  const decided = tellAgreement(world, agreement, {
    command: { type: 'CloseAgreement', data },
    model: () => void (agreement.closed = true),
  });
  agree('the closing of an agreement', decided || undefined, allowed);
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
