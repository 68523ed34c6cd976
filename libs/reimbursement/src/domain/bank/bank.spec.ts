import { given } from '@app/platform/testing/given';
import type {
  BankEntry,
  BankEntryFact,
  BankReportFact,
  ItemVerdict,
  Resolution,
} from '../../contract';
import { bankEntry, type BankEntryWish, type RefusedEffect } from './bank-entry';
import { bankReport, type BankReportWish } from './bank-report';
import { identitiesOf } from './entry-identity';
import { type Known, matchEntry, proposeCandidate, referencesOf } from './matching';

const entry = (change: Partial<BankEntry> = {}): BankEntry => ({
  ...{ amountCents: 5_000, direction: 'debit', reversal: false, status: 'booked' },
  ...{ bookedOn: '2027-03-02', valueOn: '2027-03-02', reference: 'BANK/1' },
  transactions: [{ amountCents: 5_000, endToEndId: 'ours-1' }],
  ...change,
});

describe('a bank report', () => {
  const receive: BankReportWish = {
    type: 'ReceiveReport',
    data: {
      ...{ reportId: 'r', sha256: 'a'.repeat(64), bytes: 10, receivedBy: 'finance' },
      receivedAt: '2027-03-02T09:00:00.000Z',
    },
  };
  const received = { type: 'BankReportReceived', data: receive.data } as BankReportFact;
  const read = (items: number) => ({
    type: 'ReadReport' as const,
    data: {
      kind: 'camt.053.001.08' as const,
      messageId: 'M',
      createdAt: 'now',
      statements: [],
      items,
    },
  });
  const wasRead = (items: number): BankReportFact => ({
    type: 'BankReportRead',
    data: { reportId: 'r', ...read(items).data },
  });
  const refuse: BankReportWish = {
    type: 'RefuseReport',
    data: { reason: 'balance_differs', reasons: ['balance_differs'] },
  };
  const refused: BankReportFact = {
    type: 'BankReportRefused',
    data: { reportId: 'r', reason: 'balance_differs', reasons: ['balance_differs'] },
  };
  const verdict = (item: number, said: ItemVerdict['verdict'] = 'matched'): ItemVerdict => {
    return { item, verdict: said };
  };
  const judge = (...verdicts: ItemVerdict[]): BankReportWish => ({
    type: 'JudgeItems',
    data: { verdicts },
  });
  const judged = (...verdicts: ItemVerdict[]): BankReportFact => ({
    type: 'ReportItemsJudged',
    data: { reportId: 'r', verdicts },
  });
  const completed = (counts: object): BankReportFact => ({
    type: 'BankReportCompleted',
    data: {
      ...{ reportId: 'r', matched: 0, waiting: 0, duplicate: 0, not_booked: 0, noted: 0 },
      ...counts,
    },
  });

  it('is received once', () => {
    given(bankReport).when(receive).then(received);
    given(bankReport, received).when(receive).thenNothing();
  });

  it('is refused whole, or read', () => {
    given(bankReport, received).when(refuse).then(refused);
    given(bankReport, received, refused).when(refuse).thenNothing();
    given(bankReport, received, refused).when(read(1)).thenRefused('report_state');
    given(bankReport, received).when(read(1)).then(wasRead(1));
    given(bankReport, received, wasRead(1)).when(read(1)).thenNothing();
    given(bankReport, received, wasRead(1)).when(refuse).thenRefused('report_state');
  });

  it('that reports nothing is complete at once', () =>
    given(bankReport, received).when(read(0)).then(wasRead(0), completed({})));

  it('completes with the verdict of its last item', () => {
    const history = [received, wasRead(2), judged(verdict(0))] as const;
    given(bankReport, received, wasRead(2))
      .when(judge(verdict(0)))
      .then(judged(verdict(0)));
    given(bankReport, ...history)
      .when(judge(verdict(1, 'waiting')))
      .then(judged(verdict(1, 'waiting')), completed({ matched: 1, waiting: 1 }));
  });

  it('hears a verdict again without counting it', () => {
    const history = [received, wasRead(3), judged(verdict(0), verdict(1))] as const;
    given(bankReport, ...history)
      .when(judge(verdict(0), verdict(1)))
      .thenNothing();
    given(bankReport, ...history)
      .when(judge(verdict(1), verdict(2)))
      .then(judged(verdict(2)), completed({ matched: 3 }));
  });

  it('takes verdicts in order, and for its items only', () => {
    given(bankReport, received, wasRead(3))
      .when(judge(verdict(1)))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received, wasRead(1))
      .when(judge(verdict(0), verdict(1)))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received)
      .when(judge(verdict(0)))
      .thenRefused('report_state');
  });

  it('takes at most 200 verdicts at once', () => {
    const verdicts = Array.from({ length: 201 }, (_, item) => verdict(item));
    given(bankReport, received, wasRead(300))
      .when(judge(...verdicts))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received, wasRead(300))
      .when(judge(...verdicts.slice(0, 200)))
      .then(judged(...verdicts.slice(0, 200)));
  });
});

describe('an answer that is about nothing of ours', () => {
  const report: readonly BankReportFact[] = [
    {
      type: 'BankReportReceived',
      data: {
        ...{ reportId: 'r', sha256: 'a', bytes: 1, receivedBy: 'finance' },
        receivedAt: '2027-03-02T09:00:00.000Z',
      },
    },
    {
      type: 'ReportItemsJudged',
      data: {
        reportId: 'r',
        verdicts: [
          { item: 0, verdict: 'waiting', reason: 'message_unknown' },
          { item: 1, verdict: 'waiting', entryId: 'e' },
          { item: 2, verdict: 'noted' },
        ],
      },
    },
  ];
  const data = (item: number) => ({ item, reason: 'of another scheme', acknowledgedBy: 'finance' });
  const acknowledge = (item: number): BankReportWish => ({
    type: 'AcknowledgeAnswer',
    data: data(item),
  });
  const acknowledged: BankReportFact = {
    type: 'ReportAnswerAcknowledged',
    data: { reportId: 'r', ...data(0) },
  };

  it('waits for a person to look at it, once', () => {
    given(bankReport, ...report)
      .when(acknowledge(0))
      .then(acknowledged);
    given(bankReport, ...report, acknowledged)
      .when(acknowledge(0))
      .thenRefused('already_so');
  });

  it('is no entry, and no answer that changes nothing', () => {
    for (const item of [1, 2, 3]) {
      given(bankReport, ...report)
        .when(acknowledge(item))
        .thenRefused('item_unknown');
    }
  });
});

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

describe("an entry's identity", () => {
  const IBAN = 'FR76';
  const [first] = identitiesOf(IBAN, [entry()]);

  it("is the bank's reference, however spaced, with sum and direction", () => {
    const other = entry({ reference: 'bank / 1', bookedOn: '2027-03-09', transactions: [] });
    expect(identitiesOf(IBAN, [other])).toEqual([first]);
    const differing = [
      entry({ reference: 'BANK/2' }),
      entry({ amountCents: 5_001 }),
      entry({ direction: 'credit' }),
      entry({ reversal: true }),
    ];
    expect(new Set([first, ...identitiesOf(IBAN, differing)]).size).toBe(5);
    expect(identitiesOf('FR14', [entry()])).not.toEqual([first]);
  });

  it('is all that was booked where the bank gives no reference', () => {
    const { reference: _, ...bare } = entry();
    const [identity] = identitiesOf(IBAN, [bare]);
    expect(identitiesOf(IBAN, [{ ...bare }])).toEqual([identity]);
    expect(identitiesOf(IBAN, [{ ...bare, valueOn: '2027-03-03' }])).not.toEqual([identity]);
    expect(identitiesOf(IBAN, [{ ...bare, transactions: [] }])).not.toEqual([identity]);
  });

  it('counts equal entries of one statement, alike in every copy', () => {
    const twice = identitiesOf(IBAN, [entry(), entry()]);
    expect(new Set(twice).size).toBe(2);
    expect(identitiesOf(IBAN, [entry(), entry()])).toEqual(twice);
  });
});

describe('matching an entry', () => {
  const lines = [
    { endToEndId: 'ours-1', amountCents: 3_000, rejected: false },
    { endToEndId: 'ours-2', amountCents: 2_000, rejected: false },
    { endToEndId: 'ours-3', amountCents: 4_000, rejected: true },
  ];
  const known: Known = {
    isOurs: (id) => id.startsWith('ours'),
    batchOf: (id) => (id === 'RUN7-1-1-P' ? lines : undefined),
  };

  it('finds payments by their end-to-end ids', () =>
    expect(matchEntry(entry(), known)).toEqual({
      as: 'payments',
      payments: [{ endToEndId: 'ours-1', amountCents: 5_000 }],
    }));

  it('takes a credit under our own id for a return, with its reason', () => {
    const transactions = [{ amountCents: 5_000, endToEndId: 'ours-1', returnReason: 'AC04' }];
    expect(matchEntry(entry({ direction: 'credit', transactions }), known)).toEqual({
      as: 'paymentReturns',
      returns: [{ endToEndId: 'ours-1', amountCents: 5_000, reasonCode: 'AC04' }],
    });
    expect(matchEntry(entry({ direction: 'credit', reversal: true }), known)).toEqual({
      as: 'paymentReturns',
      returns: [{ endToEndId: 'ours-1', amountCents: 5_000, reasonCode: 'MS03' }],
    });
  });

  it('leaves an entry that is only partly ours to a person', () => {
    const transactions = [
      { amountCents: 3_000, endToEndId: 'ours-1' },
      { amountCents: 2_000, endToEndId: 'theirs' },
    ];
    expect(matchEntry(entry({ transactions }), known)).toEqual({
      as: 'person',
      reason: 'partly_ours',
    });
  });

  it('leaves an entry that pays the same twice to a person', () => {
    const transactions = [
      { amountCents: 2_500, endToEndId: 'ours-1' },
      { amountCents: 2_500, endToEndId: 'ours-1' },
    ];
    expect(matchEntry(entry({ transactions }), known)).toEqual({
      as: 'person',
      reason: 'payment_twice',
    });
  });

  it('settles by a batch debit every line that was not rejected, if the sum agrees', () => {
    const batch = { transactions: [], paymentInformationId: 'RUN7-1-1-P' };
    expect(matchEntry(entry(batch), known)).toEqual({
      as: 'payments',
      payments: [
        { endToEndId: 'ours-1', amountCents: 3_000 },
        { endToEndId: 'ours-2', amountCents: 2_000 },
      ],
    });
    for (const amountCents of [4_999, 5_001, 9_000]) {
      expect(matchEntry(entry({ ...batch, amountCents }), known)).toEqual({
        as: 'person',
        reason: 'batch_sum_differs',
      });
    }
  });

  it('looks for anything else by its references', () => {
    const transactions = [{ amountCents: 5_000, endToEndId: 'Conv 12', remittance: 'conv12' }];
    const deposit = entry({ direction: 'credit', transactions });
    expect(matchEntry(deposit, known)).toEqual({
      as: 'byReference',
      references: ['BANK/1', 'CONV12'],
    });
    expect(referencesOf(entry({ transactions: [] }))).toEqual(['BANK/1']);
  });

  it('guesses by amount and counterparty, or by amount alone, and never between two', () => {
    const transactions = [{ amountCents: 5_000, counterpartyIban: 'FR76' }];
    const asked = entry({ transactions });
    const [a, b, c] = [
      { targetId: 'a', amountCents: 5_000, iban: 'FR76' },
      { targetId: 'b', amountCents: 5_000, iban: 'FR14' },
      { targetId: 'c', amountCents: 4_999, iban: 'FR76' },
    ];
    expect(proposeCandidate(asked, [a, b, c])).toEqual({ ...a, reason: 'amount_and_counterparty' });
    expect(proposeCandidate(asked, [b, c])).toEqual({ ...b, reason: 'amount' });
    expect(proposeCandidate(asked, [b, { ...b, targetId: 'd' }])).toBeUndefined();
    expect(proposeCandidate(asked, [c])).toBeUndefined();
  });
});
