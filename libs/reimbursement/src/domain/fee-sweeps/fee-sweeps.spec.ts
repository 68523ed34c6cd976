import { given } from '@app/platform/testing/given';
import type { FeeSweepFact } from '../../contract';
import { feeSweeps, type FeeSweepWish } from './fee-sweeps';

const fees = { feesCents: 1_000, shortfallCents: 100 };
const of = (feeSweepId: string, amountCents: number) => {
  return { agreementId: 'agreement', feeSweepId, amountCents };
};
const booking = (source: string) => {
  return { bookedOn: '2027-03-02', source, statementReference: `of ${source}` };
};

const propose = (id: string, amountCents: number, change: object = {}): FeeSweepWish => ({
  type: 'ProposeFeeSweep',
  data: { ...of(id, amountCents), proposedBy: 'finance', ...fees, ...change },
});
const proposed = (id: string, amountCents: number): FeeSweepFact => ({
  type: 'FeeSweepProposed',
  data: { ...of(id, amountCents), proposedBy: 'finance' },
});
const approve = (id: string, change: object = {}): FeeSweepWish => ({
  type: 'ApproveFeeSweep',
  data: { feeSweepId: id, approvedBy: 'approver', reference: `FEES ${id}`, ...fees, ...change },
});
const ordered = (id: string, amountCents: number): FeeSweepFact => ({
  type: 'FeeSweepOrdered',
  data: { ...of(id, amountCents), approvedBy: 'approver', reference: `FEES ${id}` },
});
const book = (id: string, amountCents: number, source = 'e'): FeeSweepWish => ({
  type: 'BookFeeSweep',
  data: { feeSweepId: id, amountCents, ...booking(source) },
});
const booked = (id: string, amountCents: number, source = 'e'): FeeSweepFact => ({
  type: 'FeeSweepBooked',
  data: { ...of(id, amountCents), ...booking(source) },
});
const cancel = (id: string): FeeSweepWish => ({
  type: 'CancelFeeSweep',
  data: { feeSweepId: id, reason: 'typed wrong' },
});
const cancelled = (id: string, amountCents: number): FeeSweepFact => ({
  type: 'FeeSweepCancelled',
  data: { ...of(id, amountCents), reason: 'typed wrong' },
});
const giveBack = (id: string, amountCents: number, source: string): FeeSweepWish => ({
  type: 'ReturnFeeSweep',
  data: { feeSweepId: id, amountCents, ...booking(source) },
});
const returned = (id: string, amountCents: number, source: string): FeeSweepFact => ({
  type: 'FeeSweepReturned',
  data: { ...of(id, amountCents), ...booking(source) },
});

describe('a fee sweep', () => {
  it('is of at most fees − swept − shortfall', () => {
    given(feeSweeps).when(propose('s', 900)).then(proposed('s', 900));
    given(feeSweeps).when(propose('s', 901)).thenRefused('fees_exceeded', { leftCents: 900 });
    given(feeSweeps, proposed('r', 500), ordered('r', 500), booked('r', 500))
      .when(propose('s', 401))
      .thenRefused('fees_exceeded', { leftCents: 400 });
  });

  it('is approved by another person, and counted again then', () => {
    given(feeSweeps, proposed('s', 900)).when(approve('s')).then(ordered('s', 900));
    given(feeSweeps, proposed('s', 900))
      .when(approve('s', { approvedBy: 'finance' }))
      .thenRefused('same_person');
    given(feeSweeps, proposed('s', 900))
      .when(approve('s', { shortfallCents: 101 }))
      .thenRefused('fees_exceeded');
    given(feeSweeps, proposed('r', 500), proposed('s', 500), ordered('r', 500))
      .when(approve('s'))
      .thenRefused('fees_exceeded', { leftCents: 400 });
    given(feeSweeps, proposed('s', 900), ordered('s', 900))
      .when(approve('s'))
      .thenRefused('already_so');
  });

  it('is booked once, as it was ordered', () => {
    const history = [proposed('s', 900), ordered('s', 900)] as const;
    given(feeSweeps, ...history)
      .when(book('s', 900))
      .then(booked('s', 900));
    given(feeSweeps, ...history, booked('s', 900))
      .when(book('s', 900))
      .thenNothing();
    given(feeSweeps, ...history)
      .when(book('s', 899))
      .thenRefused('amount_differs');
    given(feeSweeps, ...history, booked('s', 900))
      .when(book('s', 900, 'f'))
      .thenRefused('fee_sweep_state');
    given(feeSweeps, proposed('s', 900)).when(book('s', 900)).thenRefused('fee_sweep_state');
  });

  it('gives its part of the fees free when it is cancelled or comes back', () => {
    const history = [proposed('r', 900), ordered('r', 900)] as const;
    given(feeSweeps, ...history)
      .when(cancel('r'))
      .then(cancelled('r', 900));
    given(feeSweeps, ...history, cancelled('r', 900))
      .when(propose('s', 900))
      .then(proposed('s', 900));
    given(feeSweeps, ...history, booked('r', 900))
      .when(cancel('r'))
      .thenRefused('fee_sweep_state');
    given(feeSweeps, ...history, booked('r', 900))
      .when(giveBack('r', 900, 'f'))
      .then(returned('r', 900, 'f'));
    given(feeSweeps, ...history, booked('r', 900), returned('r', 900, 'f'))
      .when(propose('s', 900))
      .then(proposed('s', 900));
    given(feeSweeps, ...history)
      .when(giveBack('r', 900, 'f'))
      .thenRefused('fee_sweep_state');
  });

  it('is proposed once, and known before anything else', () => {
    given(feeSweeps, proposed('s', 900)).when(propose('s', 900)).thenNothing();
    given(feeSweeps).when(approve('s')).thenRefused('fee_sweep_unknown');
  });
});
