import { given } from '@app/platform/testing/given';
import type { BankEntryFact, Resolution } from '../../contract';
import { bankEntry, type BankEntryWish, type RefusedEffect } from './bank-entry';
import { entry } from './bank-entry.examples';

describe('a bank entry', () => {
  const record = (source: 'statement' | 'notification', reportId = 'r'): BankEntryWish => ({
    type: 'RecordEntry',
    data: { entryId: 'e', reportId, source, statementId: 's', entry: entry() },
  });
  const recorded = (source: 'statement' | 'notification'): BankEntryFact => ({
    type: 'BankEntryRecorded',
    data: { entryId: 'e', reportId: 'r', source, statementId: 's', entry: entry() },
  });
  const nowBooked: BankEntryFact = {
    type: 'BankEntryBooked',
    data: { entryId: 'e', reportId: 'r2', statementId: 's', bookedOn: '2027-03-02' },
  };
  const payment: Resolution = { as: 'payment', targetId: 'claim' };
  const match: BankEntryWish = { type: 'MatchEntry', data: { resolution: payment } };
  const matched: BankEntryFact = {
    type: 'BankEntryMatched',
    data: { entryId: 'e', amountCents: 5_000, direction: 'debit', resolution: payment },
  };
  const propose = (resolution: Resolution, proposedBy = 'finance'): BankEntryWish => ({
    type: 'ProposeResolution',
    data: { resolution, proposedBy },
  });
  const proposed = (resolution: Resolution): BankEntryFact => ({
    type: 'ResolutionProposed',
    data: { entryId: 'e', amountCents: 5_000, resolution, proposedBy: 'finance' },
  });
  const approve = (approvedBy: string, resolution = payment): BankEntryWish => ({
    type: 'ApproveResolution',
    data: { resolution, approvedBy },
  });
  const resolved = (resolution: Resolution): BankEntryFact => ({
    type: 'BankEntryResolved',
    data: {
      ...{ entryId: 'e', amountCents: 5_000, direction: 'debit', resolution },
      ...{ proposedBy: 'finance', approvedBy: 'approver' },
    },
  });

  it('is one fact, whichever reports name it', () => {
    given(bankEntry).when(record('notification')).then(recorded('notification'));
    given(bankEntry, recorded('notification')).when(record('notification', 'r2')).thenNothing();
    given(bankEntry, recorded('notification')).when(record('statement', 'r2')).then(nowBooked);
    given(bankEntry, recorded('notification'), nowBooked)
      .when(record('statement', 'r3'))
      .thenNothing();
    given(bankEntry, recorded('statement')).when(record('statement', 'r2')).thenNothing();
    given(bankEntry, recorded('statement')).when(record('notification', 'r2')).thenNothing();
  });

  it('matches once a statement holds it', () => {
    given(bankEntry, recorded('notification')).when(match).thenRefused('entry_not_booked');
    given(bankEntry, recorded('notification'), nowBooked).when(match).then(matched);
    given(bankEntry, recorded('statement'), matched).when(match).thenNothing();
  });

  it('shows a guess once', () => {
    const guess = { resolution: payment, reason: 'amount' };
    const shown: BankEntryFact = { type: 'MatchProposed', data: { entryId: 'e', ...guess } };
    given(bankEntry, recorded('statement')).when({ type: 'ProposeMatch', data: guess }).then(shown);
    given(bankEntry, recorded('statement'), shown)
      .when({ type: 'ProposeMatch', data: guess })
      .thenNothing();
  });

  it('is resolved by two people', () => {
    const history = [recorded('statement'), proposed(payment)] as const;
    given(bankEntry, recorded('statement')).when(propose(payment)).then(proposed(payment));
    given(bankEntry, ...history)
      .when(propose(payment))
      .thenRefused('already_so');
    given(bankEntry, ...history)
      .when(approve('finance'))
      .thenRefused('same_person');
    given(bankEntry, ...history)
      .when(approve('approver'))
      .then(resolved(payment));
    given(bankEntry, recorded('statement'))
      .when(approve('approver'))
      .thenRefused('resolution_unknown');
    given(bankEntry, ...history, resolved(payment))
      .when(propose(payment))
      .thenRefused('already_so');
    given(bankEntry, recorded('notification'))
      .when(propose(payment))
      .thenRefused('entry_not_booked');
  });

  it('is approved as it was proposed last', () => {
    const charge: Resolution = { as: 'bankCharge' };
    const open = given(bankEntry, recorded('statement'), proposed(payment), proposed(charge));
    open.when(approve('approver', charge)).then(resolved(charge));
    open.when(approve('approver')).thenRefused('resolution_differs');
  });

  it('is resolved in parts, until nothing of it is open', () => {
    const part = (amountCents: number) => ({ as: 'bankCharge', amountCents }) as const;
    const of = ({ as, amountCents }: ReturnType<typeof part>) => ({
      ...{ entryId: 'e', resolution: { as }, amountCents },
    });
    const history = [2_000, 3_000].flatMap((amountCents, index): BankEntryFact[] => [
      { type: 'ResolutionProposed', data: { ...of(part(amountCents)), proposedBy: 'finance' } },
      {
        type: 'BankEntryResolved',
        data: {
          ...{ ...of(part(amountCents)), direction: 'debit' },
          ...{ proposedBy: 'finance', approvedBy: `approver ${index}` },
        },
      },
      {
        type: 'BankEntryApplied',
        data: { ...of(part(amountCents)), direction: 'debit', bookedOn: '2027-03-02' },
      },
    ]);
    const proposal = (amountCents: number): BankEntryWish => ({
      type: 'ProposeResolution',
      data: { resolution: { as: 'bankCharge' }, amountCents, proposedBy: 'finance' },
    });
    const half = given(bankEntry, recorded('statement'), ...history.slice(0, 3));
    half.when(proposal(3_001)).thenRefused('amount_differs', { openCents: 3_000 });
    half.when(proposal(3_000)).then({
      type: 'ResolutionProposed',
      data: { ...of(part(3_000)), proposedBy: 'finance' },
    });
    given(bankEntry, recorded('statement'), ...history)
      .when(proposal(1))
      .thenRefused('already_so');
  });

  it('waits for a person again with what had no effect', () => {
    const [one, two] = [
      { endToEndId: 'ours-1', amountCents: 3_000 },
      { endToEndId: 'ours-2', amountCents: 2_000 },
    ] as const;
    const both: BankEntryFact = {
      type: 'BankEntryMatched',
      data: {
        ...{ entryId: 'e', amountCents: 5_000, direction: 'debit' },
        ...{ resolution: { as: 'payment' }, payments: [one, two] },
      },
    };
    const effect = (round: number, ...refused: RefusedEffect[]): BankEntryWish => ({
      type: 'RecordEffect',
      data: { round, refused },
    });
    const about = { entryId: 'e', direction: 'debit', resolution: { as: 'payment' } } as const;
    const late = { amountCents: 2_000, reason: 'later_attempt', payment: two };
    const applied: BankEntryFact = {
      type: 'BankEntryApplied',
      data: { ...about, amountCents: 3_000, bookedOn: '2027-03-02' },
    };
    const reopened: BankEntryFact = {
      type: 'BankEntryReopened',
      data: { ...about, amountCents: 2_000, reason: 'later_attempt', payments: [two] },
    };
    given(bankEntry, recorded('statement'), both).when(effect(1, late)).then(applied, reopened);
    given(bankEntry, recorded('statement'), both).when(effect(2)).thenNothing();
    const open = given(bankEntry, recorded('statement'), both, applied, reopened);
    open.when(effect(1)).thenNothing();
    open.when(propose({ as: 'bankCharge' })).then({
      type: 'ResolutionProposed',
      data: {
        ...{ entryId: 'e', amountCents: 2_000, resolution: { as: 'bankCharge' } },
        proposedBy: 'finance',
      },
    });
    open
      .when({ type: 'MatchEntry', data: { resolution: { as: 'payment' }, payments: [one] } })
      .thenRefused('amount_differs');
    open
      .when({ type: 'MatchEntry', data: { resolution: { as: 'payment' }, payments: [two] } })
      .then({ type: 'BankEntryMatched', data: { ...about, amountCents: 2_000, payments: [two] } });
  });

  it('is nothing that goes the other way', () => {
    for (const as of ['deposit', 'paymentReturn', 'debtRepayment', 'operatorTopUp'] as const) {
      given(bankEntry, recorded('statement'))
        .when(propose({ as, targetId: 't' }))
        .thenRefused('resolution_impossible');
    }
    const credit = entry({ direction: 'credit' });
    const data = {
      entryId: 'e',
      reportId: 'r',
      source: 'statement',
      statementId: 's',
      entry: credit,
    } as const;
    for (const as of ['payment', 'depositRecall'] as const) {
      given(bankEntry, { type: 'BankEntryRecorded', data })
        .when(propose({ as, targetId: 't' }))
        .thenRefused('resolution_impossible');
    }
  });

  it('names what it belongs to, charges and interest apart', () => {
    const open = given(bankEntry, recorded('statement'));
    open.when(propose({ as: 'refund' })).thenRefused('target_required');
    open.when(propose({ as: 'duplicate' })).thenRefused('target_required');
    open.when(propose({ as: 'interest' })).then(proposed({ as: 'interest' }));
  });
});
