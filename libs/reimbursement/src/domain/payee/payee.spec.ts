import { given } from '@app/platform/testing/given';
import type { Component, DebtRepaid, PayeeFact } from '../../contract';
import { payee, type Debts, type PayeeWish, type RepayDebt } from './payee';

const organisationId = 'organisation';
const owed: readonly Component[] = [
  { agreementId: 'b', placeId: 'p', cents: -300 },
  { agreementId: 'a', placeId: 'q', cents: -200 },
  { agreementId: 'a', placeId: 'p', cents: 900 },
  { agreementId: 'a', placeId: 'r', cents: -100 },
];
/** As the views tell them before anything is repaid. */
const debts: Debts = { owed, repaid: {} };

const repay = (amountCents: number, change: Partial<RepayDebt['data']> = {}): RepayDebt => ({
  type: 'RepayDebt',
  data: {
    ...{ organisationId, repaidBy: 'organisation', amountCents, debts },
    ...{ bookedOn: '2027-03-02', source: 'entry 1', statementReference: 'statement 1' },
    ...change,
  },
});

const repaid = (
  amountCents: number,
  components: readonly Component[],
  change: Partial<DebtRepaid['data']> = {},
): PayeeFact => ({
  type: 'DebtRepaid',
  data: {
    ...{ organisationId, repaidBy: 'organisation', amountCents, components },
    ...{ bookedOn: '2027-03-02', source: 'entry 1', statementReference: 'statement 1' },
    ...change,
  },
});

const paid = (agreementId: string, placeId: string, cents: number): Component => {
  return { agreementId, placeId, cents };
};

describe('a debt repaid', () => {
  it('pays what is owed by agreement and place, the last in part', () =>
    given(payee)
      .when(repay(301))
      .then(repaid(301, [paid('a', 'q', 200), paid('a', 'r', 100), paid('b', 'p', 1)])));

  it('may pay all that is owed, and not a cent more', () => {
    given(payee)
      .when(repay(600))
      .then(repaid(600, [paid('a', 'q', 200), paid('a', 'r', 100), paid('b', 'p', 300)]));
    given(payee).when(repay(601)).thenRefused('debt_exceeded', { debtCents: 600 });
  });

  it('does not pay again what was repaid since the debts were asked for', () => {
    const first = repaid(301, [paid('a', 'q', 200), paid('a', 'r', 100), paid('b', 'p', 1)]);
    const second: Partial<RepayDebt['data']> = { source: 'entry 2' };
    given(payee, first).when(repay(300, second)).thenRefused('debt_exceeded', { debtCents: 299 });
    given(payee, first)
      .when(repay(299, second))
      .then(repaid(299, [paid('b', 'p', 299)], { source: 'entry 2' }));
    // Asked for afterwards, they are smaller by it already.
    const after = { 'a q': 200, 'a r': 100, 'b p': 1 };
    const left = { owed: [{ agreementId: 'b', placeId: 'p', cents: -299 }], repaid: after };
    given(payee, first)
      .when(repay(299, { ...second, debts: left }))
      .then(repaid(299, [paid('b', 'p', 299)], { source: 'entry 2' }));
  });

  it('counts once for an entry of the bank', () =>
    given(payee, repaid(1, [paid('a', 'q', 1)]))
      .when(repay(1))
      .thenNothing());
});

describe('a write-off', () => {
  const propose = (amountCents: number, writeOffId = 'w'): PayeeWish => ({
    type: 'ProposeWriteOff',
    data: {
      ...{ organisationId, writeOffId, amountCents, reason: 'insolvent', debts },
      ...{ proposedBy: 'finance', proposedAt: '2027-03-01T09:00:00.000Z' },
    },
  });
  const proposed = (amountCents: number): PayeeFact => ({
    type: 'WriteOffProposed',
    data: {
      ...{ organisationId, writeOffId: 'w', amountCents, reason: 'insolvent' },
      ...{ proposedBy: 'finance', proposedAt: '2027-03-01T09:00:00.000Z' },
    },
  });
  const decide = (decidedBy: string, writeOffId = 'w', known = debts): PayeeWish => ({
    type: 'DecideWriteOff',
    data: { writeOffId, debts: known, decidedBy, decidedAt: '2027-03-02T09:00:00.000Z' },
  });
  const decided = (amountCents: number): PayeeFact => ({
    type: 'WriteOffDecided',
    data: {
      ...{ organisationId, amountCents, writeOffId: 'w' },
      ...{ decidedBy: 'approver', decidedAt: '2027-03-02T09:00:00.000Z' },
    },
  });

  it('is of at most the debt that is not written off', () => {
    given(payee).when(propose(600)).then(proposed(600));
    given(payee).when(propose(601)).thenRefused('debt_exceeded', { debtCents: 600 });
    given(payee, proposed(600)).when(propose(600)).thenNothing();
    given(payee, proposed(400), decided(400))
      .when(propose(201, 'v'))
      .thenRefused('debt_exceeded', { debtCents: 200 });
  });

  it('is decided on the debt as it is then', () => {
    const smaller: Debts = { owed: [{ agreementId: 'b', placeId: 'p', cents: -599 }], repaid: {} };
    given(payee, proposed(600))
      .when(decide('approver', 'w', smaller))
      .thenRefused('debt_exceeded', { debtCents: 599 });
    given(payee, proposed(599))
      .when(decide('approver', 'w', smaller))
      .then(decided(599));
    const cent = repaid(1, [paid('a', 'q', 1)]);
    given(payee, proposed(600), cent).when(decide('approver')).thenRefused('debt_exceeded');
    given(payee, proposed(599), cent).when(decide('approver')).then(decided(599));
  });

  it('of two that were proposed at once is decided as long as there is a debt', () => {
    const other: PayeeFact = {
      type: 'WriteOffProposed',
      data: {
        ...{ organisationId, writeOffId: 'v', amountCents: 201, reason: 'insolvent' },
        ...{ proposedBy: 'finance', proposedAt: '2027-03-01T09:00:00.000Z' },
      },
    };
    given(payee, proposed(400)).when(propose(201, 'v')).then(other);
    given(payee, proposed(400), other, decided(400))
      .when(decide('approver', 'v'))
      .thenRefused('debt_exceeded', { debtCents: 200 });
  });

  it('takes two people', () => {
    given(payee, proposed(600)).when(decide('finance')).thenRefused('same_person');
    given(payee, proposed(600)).when(decide('approver')).then(decided(600));
    given(payee, proposed(600), decided(600)).when(decide('approver')).thenRefused('already_so');
    given(payee).when(decide('approver')).thenRefused('write_off_unknown');
  });

  it('moves nothing: the operator pays it, and no more than was decided', () => {
    const byOperator = { repaidBy: 'operator' } as const;
    given(payee, proposed(600)).when(repay(1, byOperator)).thenRefused('write_off_exceeded');
    given(payee, proposed(300), decided(300))
      .when(repay(301, byOperator))
      .thenRefused('write_off_exceeded', { toTopUpCents: 300 });
    const whole = repaid(300, [paid('a', 'q', 200), paid('a', 'r', 100)], byOperator);
    given(payee, proposed(300), decided(300)).when(repay(300, byOperator)).then(whole);
    given(payee, proposed(300), decided(300), whole)
      .when(repay(1, { ...byOperator, source: 'entry 2' }))
      .thenRefused('write_off_exceeded');
  });
});

describe('a payee', () => {
  const place: PayeeWish = {
    type: 'PlaceFraudHold',
    data: {
      organisationId,
      reason: 'doubt',
      placedBy: 'finance',
      placedAt: '2027-03-01T09:00:00.000Z',
    },
  };
  const placed = { type: 'FraudHoldPlaced', data: place.data } as PayeeFact;
  const lift = (liftedBy: string): PayeeWish => ({
    type: 'LiftFraudHold',
    data: { organisationId, reason: 'cleared', liftedBy, liftedAt: '2027-03-02T09:00:00.000Z' },
  });
  const lifted = { type: 'FraudHoldLifted', data: lift('approver').data } as PayeeFact;

  it('is held once, and let go by another person', () => {
    given(payee).when(place).then(placed);
    given(payee, placed).when(place).thenRefused('already_so');
    given(payee, placed).when(lift('finance')).thenRefused('same_person');
    given(payee, placed).when(lift('approver')).then(lifted);
    given(payee, placed, lifted).when(lift('approver')).thenRefused('no_fraud_hold');
    given(payee, placed, lifted).when(place).then(placed);
  });

  it('that leaves has 60 days to repay', () => {
    const data = { organisationId, leftOn: '2027-03-01', recordedBy: 'finance' };
    const leave: PayeeWish = { type: 'RecordLeaving', data };
    const left: PayeeFact = { type: 'PayeeLeft', data: { ...data, recoverUntilOn: '2027-04-30' } };
    given(payee).when(leave).then(left);
    given(payee, left).when(leave).thenRefused('already_so');
  });

  it('leaves with its last place, and is back with the first', () => {
    const reviewedOn = '2027-03-01';
    const review = (isMember: boolean): PayeeWish => ({
      type: 'ReviewMembership',
      data: { organisationId, isMember, reviewedOn, recordedBy: 'processes' },
    });
    const left: PayeeFact = {
      type: 'PayeeLeft',
      data: {
        ...{ organisationId, leftOn: reviewedOn, recordedBy: 'processes' },
        recoverUntilOn: '2027-04-30',
      },
    };
    const rejoined: PayeeFact = {
      type: 'PayeeRejoined',
      data: { organisationId, rejoinedOn: reviewedOn, recordedBy: 'processes' },
    };
    given(payee).when(review(true)).thenNothing();
    given(payee).when(review(false)).then(left);
    given(payee, left).when(review(false)).thenNothing();
    given(payee, left).when(review(true)).then(rejoined);
    given(payee, left, rejoined).when(review(true)).thenNothing();
    given(payee, left, rejoined).when(review(false)).then(left);
  });
});
