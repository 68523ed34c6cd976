import { given } from '@app/platform/testing/given';
import type { DepositFact } from '../contract';
import { deposit } from './deposit';
import type { DepositWish } from './deposit.messages';

const typed = {
  depositId: 'd',
  agreementId: 'a',
  funderId: 'f',
  amountCents: 100,
  bankReference: 'VIR 1',
  valueOn: '2026-03-02',
  recordedBy: 'preparer',
};
const record = (change = {}): DepositWish => ({
  type: 'RecordDeposit',
  data: { ...typed, depositedBeforeCents: 0, ...change },
});
const assigned: DepositFact = { type: 'DepositAssigned', data: typed };
const confirm = (change = {}): DepositWish => ({
  type: 'ConfirmDeposit',
  data: {
    amountCents: 100,
    statementReference: 's1',
    confirmedOn: '2026-03-03',
    confirmedBy: 'approver',
    ...change,
  },
});
const confirmed: DepositFact = {
  type: 'DepositConfirmed',
  data: {
    depositId: 'd',
    agreementId: 'a',
    amountCents: 100,
    statementReference: 's1',
    confirmedOn: '2026-03-03',
  },
};
const recall: DepositWish = {
  type: 'RecallDeposit',
  data: { reason: 'rappel', recalledOn: '2026-03-04' },
};
const recalled = (wasConfirmed: boolean): DepositFact => ({
  type: 'DepositRecalled',
  data: {
    depositId: 'd',
    agreementId: 'a',
    amountCents: 100,
    wasConfirmed,
    reason: 'rappel',
    recalledOn: '2026-03-04',
  },
});

describe('a deposit', () => {
  it('is recorded once for one bank reference', () => {
    given(deposit).when(record()).then(assigned);
    given(deposit, assigned).when(record()).thenNothing();
  });

  it('is refused where it would carry its agreement above 10^12 cents, and once there it stays', () => {
    const limit = 1_000_000_000_000;
    given(deposit)
      .when(record({ depositedBeforeCents: limit - 100 }))
      .then(assigned);
    given(deposit)
      .when(record({ depositedBeforeCents: limit - 99 }))
      .thenRefused('amount_limit', { depositedCents: limit - 99 });
    given(deposit, assigned)
      .when(record({ depositedBeforeCents: limit }))
      .thenNothing();
  });

  it('is the same deposit whoever types it', () =>
    given(deposit, assigned)
      .when(record({ recordedBy: 'another' }))
      .thenNothing());

  it('conflicts when amount, agreement or value date differ', () => {
    for (const change of [{ amountCents: 101 }, { agreementId: 'b' }, { valueOn: '2026-03-03' }]) {
      given(deposit, assigned).when(record(change)).thenRefused('reference_conflict');
    }
  });

  it('is confirmed by another person, once per statement', () => {
    given(deposit, assigned).when(confirm()).then(confirmed);
    given(deposit, assigned)
      .when(confirm({ confirmedBy: 'preparer' }))
      .thenRefused('same_person');
    given(deposit, assigned, confirmed).when(confirm()).thenNothing();
    given(deposit, assigned, confirmed)
      .when(confirm({ statementReference: 's2' }))
      .thenRefused('already_so');
  });

  it('is not confirmed by a credit of another amount', () =>
    given(deposit, assigned)
      .when(confirm({ amountCents: 99 }))
      .thenRefused('reference_conflict'));

  it('can be recalled, and says whether its money had been there', () => {
    given(deposit, assigned).when(recall).then(recalled(false));
    given(deposit, assigned, confirmed).when(recall).then(recalled(true));
    given(deposit, assigned, recalled(false)).when(recall).thenRefused('already_so');
    given(deposit, assigned, recalled(false)).when(confirm()).thenRefused('deposit_unknown');
    given(deposit).when(recall).thenRefused('deposit_unknown');
  });
});

describe("a line of the bank's statement", () => {
  const book = (direction: 'credit' | 'debit', change = {}): DepositWish => ({
    type: 'BookDeposit',
    data: {
      ...{ amountCents: 100, direction, source: `${direction} 1`, statementReference: 's1' },
      ...{ bookedOn: '2026-03-03', today: '2026-03-03', bookedBy: 'machine', ...change },
    },
  });
  const booked = (direction: 'credit' | 'debit'): DepositFact => ({
    type: 'DepositBooked',
    data: {
      ...{ depositId: 'd', agreementId: 'a', amountCents: 100, direction },
      ...{ source: `${direction} 1`, statementReference: 's1', bookedOn: '2026-03-03' },
    },
  });
  const taken: DepositFact = {
    type: 'DepositRecalled',
    data: {
      ...{ depositId: 'd', agreementId: 'a', amountCents: 100, wasConfirmed: true },
      ...{ reason: 'booked: s1', recalledOn: '2026-03-03' },
    },
  };

  it('confirms a deposit, once', () => {
    given(deposit, assigned).when(book('credit')).then(confirmed, booked('credit'));
    given(deposit, assigned, confirmed, booked('credit')).when(book('credit')).thenNothing();
    given(deposit).when(book('credit')).thenRefused('deposit_unknown');
    given(deposit, assigned)
      .when(book('credit', { amountCents: 101 }))
      .thenRefused('reference_conflict');
  });

  it('stands behind what a person had confirmed', () =>
    given(deposit, assigned, confirmed).when(book('credit')).then(booked('credit')));

  it('is other money when another one stands there already', () =>
    given(deposit, assigned, confirmed, booked('credit'))
      .when(book('credit', { source: 'credit 2' }))
      .thenRefused('already_so'));

  it('recalls a deposit, or stands behind what a person had recalled', () => {
    const there = [assigned, confirmed, booked('credit')] as const;
    given(deposit, ...there)
      .when(book('debit'))
      .then(taken, booked('debit'));
    given(deposit, ...there, recalled(true))
      .when(book('debit'))
      .then(booked('debit'));
    given(deposit, ...there, taken, booked('debit'))
      .when(book('debit'))
      .thenNothing();
    given(deposit, ...there)
      .when(book('debit', { amountCents: 99 }))
      .thenRefused('reference_conflict');
  });

  it('takes nothing back that was never there', () =>
    given(deposit, assigned).when(book('debit')).thenRefused('deposit_unconfirmed'));
});
