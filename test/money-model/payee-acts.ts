import { payee as payeeDecider } from '@app/reimbursement';
import { agree, type Choice, type World } from './world';

const ACCOUNTS = ['payable', 'payable', 'payable', 'quarantined', 'payable', 'none'] as const;

export function changeAccount(world: World, choice: Choice): void {
  const { account } = world.payee(choice);
  account.number += 1;
  account.state = ACCOUNTS[choice.how % ACCOUNTS.length] ?? 'none';
}

export function holdForFraud(world: World, choice: Choice): void {
  const { desk } = world;
  const payee = world.payee(choice);
  const { organisationId } = payee;
  const [reason, at] = ['doubt', desk.now];
  // More are lifted than placed: what is held shows nothing else.
  if (!payee.fraudHold && choice.how % 3 > 0) return;
  if (payee.fraudHold) {
    const data = { organisationId, reason, liftedBy: 'bruno', liftedAt: at };
    desk.decide(payeeDecider, organisationId, { type: 'LiftFraudHold', data });
  } else {
    const data = { organisationId, reason, placedBy: 'anna', placedAt: at };
    desk.decide(payeeDecider, organisationId, { type: 'PlaceFraudHold', data });
  }
  payee.fraudHold = !payee.fraudHold;
}

/** Nothing stands in the way of paying anybody any more. */
export function clearPayees(world: World): void {
  for (const [which, { fraudHold, left }] of world.payees.payees.entries()) {
    changeAccount(world, { which, how: 0 });
    if (fraudHold) holdForFraud(world, { which, how: 0 });
    if (!left) leave(world, { which, how: 0 });
  }
}

export function leave(world: World, choice: Choice): void {
  const { desk, today } = world;
  const payee = world.payee(choice);
  const { organisationId } = payee;
  const data = { organisationId, leftOn: today, recordedBy: 'anna' };
  const decided = desk.decide(payeeDecider, organisationId, { type: 'RecordLeaving', data });
  agree('leaving', decided, !payee.left);
  payee.left = true;
}

/** By the organisation itself, or by the operator up to what was written off. */
export function repay(world: World, choice: Choice, repaidBy: 'organisation' | 'operator'): void {
  const { desk, payees, today } = world;
  const payee = world.payee(choice);
  const { organisationId } = payee;
  const debts = payees.debtsOf(payee);
  const debtCents = debts.reduce((sum, { cents }) => sum + cents, 0);
  const amountCents = 1 + ((choice.how * 331) % (debtCents + 300));
  const source = `repayment ${world.next()}`;
  const data = {
    ...{ organisationId, repaidBy, amountCents, bookedOn: today },
    debts: debtsInViews(world, organisationId),
    ...{ source, statementReference: source },
  };
  const allowed =
    amountCents <= debtCents && (repaidBy === 'organisation' || amountCents <= payee.toTopUpCents);
  const decided = desk.decide(payeeDecider, organisationId, { type: 'RepayDebt', data });
  if (!agree('a repayment', decided, allowed)) return;
  if (repaidBy === 'operator') payee.toTopUpCents -= amountCents;
  payees.repay(payee, amountCents, today);
}

export function writeOff(world: World, choice: Choice): void {
  const { desk, payees } = world;
  const payee = world.payee(choice);
  const { organisationId, writeOffs } = payee;
  const waiting = writeOffs.find(({ decided }) => !decided);
  const debtCents = payees.debtsOf(payee).reduce((sum, { cents }) => sum + cents, 0);
  const debts = debtsInViews(world, organisationId);
  if (waiting) {
    const data = { writeOffId: waiting.id, debts, decidedBy: 'bruno', decidedAt: desk.now };
    const decided = desk.decide(payeeDecider, organisationId, { type: 'DecideWriteOff', data });
    const isOwed = waiting.cents <= debtCents - payee.toTopUpCents;
    if (agree('a write-off', decided, isOwed)) {
      waiting.decided = true;
      payee.toTopUpCents += waiting.cents;
      return;
    }
  }
  const cents = 1 + ((choice.how * 457) % (debtCents + 300));
  const id = world.newId();
  const data = {
    ...{ organisationId, writeOffId: id, amountCents: cents, reason: 'gone', debts },
    ...{ proposedBy: 'anna', proposedAt: desk.now },
  };
  const decided = desk.decide(payeeDecider, organisationId, { type: 'ProposeWriteOff', data });
  if (!agree('a write-off', decided, cents <= debtCents - payee.toTopUpCents)) return;
  writeOffs.push({ id, cents, decided: false });
}

const debtsInViews = ({ desk }: World, organisationId: string) => ({
  owed: desk.balances
    .listOwed('organisationId', organisationId)
    .map(({ agreementId, placeId, owedCents }) => ({ agreementId, placeId, cents: owedCents })),
  repaid: desk.stateOf(payeeDecider, organisationId).repaid,
});
