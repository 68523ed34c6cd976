import { feeSweeps } from '@app/reimbursement';
import type { AgreementMoney, Refund, Sweep } from './agreement-money';
import { type AgreementCommand, tellAgreement } from './funding-acts';
import { agree, type Choice, pick, type World } from './world';

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
  const decided = tellAgreement(world, agreement, {
    command: {
      type: 'ApproveRefund',
      data: {
        ...{ refundId: waiting.id, ...refundable(world, agreement) },
        ...{ approvedBy: 'approver', reference: waiting.id },
      },
    },
    model: () => agreement.order(waiting),
  });
  if (!agree('the approval of a refund', decided || undefined, allowed)) waiting.status = 'gone';
}

/** As the port tells it from the ledger: what a run has frozen is the places'. */
function refundable({ desk }: World, { id, refunds }: AgreementMoney) {
  const { cashCents = 0, frozenCents = 0 } = desk.cash.findAgreement(id) ?? {};
  const ordered = refunds.filter(({ status }) => status !== 'proposed' && status !== 'gone');
  const refundedCents = ordered.reduce((sum, { cents }) => sum + cents, 0);
  return { bankAccountVerified: true, cashCents: cashCents - frozenCents, refundedCents };
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
