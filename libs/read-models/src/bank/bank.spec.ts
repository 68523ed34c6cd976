import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DepositFact } from '@app/funding/contract';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import type {
  BankEntry,
  BankEntryFact,
  BankReportFact,
  ItemVerdict,
  PaymentFact,
  RecordedBankEntry,
} from '@app/reimbursement/contract';
import { bank } from './bank.projection';
import { BankQueries } from './bank.query';
import { ReconciliationQueries, type Reconciliation } from './reconciliation.query';

type Fact = BankReportFact | BankEntryFact | DepositFact | PaymentFact;

const FIRST_MS = Date.UTC(2026, 2, 2, 9);

/** A fact's position is its place, from 1; each is a second after the one before. */
const recorded = ({ type, data }: Fact, index: number): RecordedEvent => ({
  ...{ id: `event-${index}`, streamName: 'given-1', revision: index, type, data },
  position: BigInt(index + 1),
  recordedAt: new Date(FIRST_MS + index * 1_000),
  metadata: {} as RecordedEvent['metadata'],
});

type Views = Readonly<{ bank: BankQueries; reconciliation: ReconciliationQueries }>;

/** The views' answers after these facts, all of them delivered twice from `again` on. */
function after<T>(facts: readonly Fact[], ask: (views: Views) => T, again = 0): T {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-bank-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [bank]);
  const store = new ReadStore(path);
  try {
    const events = facts.map(recorded);
    model.apply(model.views, events.slice(0, again));
    model.apply(model.views, events);
    const [view] = model.views;
    if (view === undefined || view.stopped) throw view?.stopped ?? new Error('no view');
    model.putLive(view);
    return ask({ bank: new BankQueries(store), reconciliation: new ReconciliationQueries(store) });
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const reconciled = (facts: readonly Fact[], asOf = new Date(FIRST_MS + 1e9)): Reconciliation =>
  after(facts, ({ reconciliation }) => reconciliation.reconcile(asOf));

const received: Fact = {
  type: 'BankReportReceived',
  data: {
    ...{ reportId: 'r', sha256: 'ab', bytes: 9, receivedBy: 'finance' },
    receivedAt: '2026-03-02T09:00:00.000Z',
  },
};
const statement = (id: string, openingCents: number, closingCents: number): Fact => ({
  type: 'BankReportRead',
  data: {
    ...{ reportId: 'r', kind: 'camt.053.001.08', messageId: 'M', createdAt: '2026-03-02' },
    statements: [{ statementId: id, openingCents, closingCents, toOn: id, entries: 1 }],
    items: 1,
  },
});
const judged = (...verdicts: ItemVerdict[]): Fact => ({
  type: 'ReportItemsJudged',
  data: { reportId: 'r', verdicts },
});
const credit: BankEntry = {
  ...{ amountCents: 5_000, direction: 'credit', reversal: false, status: 'booked' },
  ...{ bookedOn: '2026-03-02', reference: 'vir 1', transactions: [] },
};
const seen = (
  source: 'statement' | 'notification',
  change: Partial<RecordedBankEntry> = {},
): Fact => ({
  type: 'BankEntryRecorded',
  data: {
    ...{ entryId: 'e', reportId: 'r', source, statementId: 's' },
    entry: { ...credit, ...change },
  },
});
const about = { entryId: 'e', amountCents: 5_000, direction: 'credit' } as const;
const toDeposit = { as: 'deposit', targetId: 'd' } as const;
const matched: Fact = { type: 'BankEntryMatched', data: { ...about, resolution: toDeposit } };
const applied: Fact = {
  type: 'BankEntryApplied',
  data: { ...about, resolution: toDeposit, bookedOn: '2026-03-02' },
};
const ofDeposit = { depositId: 'd', agreementId: 'a', amountCents: 5_000 };
const typed: Fact = {
  type: 'DepositAssigned',
  data: {
    ...{ ...ofDeposit, funderId: 'f', bankReference: 'VIR 1', valueOn: '2026-03-02' },
    recordedBy: 'finance',
  },
};
const confirmed: Fact = {
  type: 'DepositConfirmed',
  data: { ...ofDeposit, statementReference: 's', confirmedOn: '2026-03-02' },
};
const booked: Fact = {
  type: 'DepositBooked',
  data: {
    ...{ ...ofDeposit, direction: 'credit', source: 'e/1' },
    ...{ statementReference: 's', bookedOn: '2026-03-02' },
  },
};
const waiting = judged({ item: 0, entryId: 'e', verdict: 'waiting', reason: 'no_match' });

describe('an entry of the account', () => {
  const facts = [received, seen('statement'), waiting, matched, confirmed, booked, applied];

  it('waits, is matched and has its effect, however often that is delivered', () => {
    for (let again = 0; again <= facts.length; again += 1) {
      const rows = facts.map((_, count) =>
        after(
          facts.slice(0, count + 1),
          ({ bank: views }) => views.findEntry('e'),
          Math.min(again, count + 1),
        ),
      );
      expect(rows.map((row) => row?.status)).toEqual([
        ...[undefined, 'waiting', 'waiting', 'matched', 'matched', 'matched', 'settled'],
      ]);
      expect(rows[2]).toMatchObject({ reason: 'no_match', openCents: 5_000 });
    }
  });

  it('is announced until a statement holds it', () => {
    const isBooked: Fact = {
      type: 'BankEntryBooked',
      data: { entryId: 'e', reportId: 'r2', statementId: 's2', bookedOn: '2026-03-03' },
    };
    const announced = [received, seen('notification')];
    const find = ({ bank: views }: Views) => views.findEntry('e');
    expect(after(announced, find)?.status).toBe('announced');
    expect(reconciled(announced).unmatchedEntriesCents).toBe(0);
    expect(after([...announced, isBooked], find)).toMatchObject({
      ...{ status: 'waiting', statementId: 's2', bookedOn: '2026-03-03' },
    });
    expect(reconciled([...announced, isBooked]).unmatchedEntriesCents).toBe(5_000);
  });

  it('waits again with what had no effect', () => {
    const reopened: Fact = {
      type: 'BankEntryReopened',
      data: { ...about, amountCents: 2_000, resolution: toDeposit, reason: 'already_so' },
    };
    const row = after([received, seen('statement'), matched, reopened], (views) =>
      views.bank.findEntry('e'),
    );
    expect(row).toMatchObject({ status: 'waiting', openCents: 2_000, reason: 'already_so' });
  });

  it('is matched once more when what it is about is announced', () => {
    const due = (...facts_: Fact[]) => after(facts_, ({ bank: views }) => views.listRematchable());
    expect(due(received, seen('statement'), waiting)).toEqual([]);
    expect(due(received, seen('statement'), waiting, typed)).toEqual(['e']);
    expect(due(received, seen('statement'), waiting, typed, matched)).toEqual([]);
    const other = judged({ item: 0, entryId: 'e', verdict: 'waiting', reason: 'amount_differs' });
    expect(due(received, seen('statement'), other, typed)).toEqual([]);
  });
});

describe('the words of a line', () => {
  const clear = { counterpartyName: 'A & B', remittance: 'Vir 1' };
  const of = (text: object) =>
    seen('statement', { transactions: [{ amountCents: 5_000, ...text }] });
  const erased: Fact = { type: 'BankReportErased', data: { reportId: 'r', erasedAt: '2037' } };

  it('are kept as they came, sealed, until their report is erased', () => {
    const facts = [received, of({ text: 'sealed' }), waiting];
    const row = { reportId: 'r', entryId: 'e', transaction: 0, text: 'sealed' };
    const ask = ({ bank: views }: Views) => [
      ...[views.findText('e'), views.listWaitingTexts(), views.findReport('r')?.erasedAt],
    ];
    expect(after(facts, ask)).toEqual([row, [row], null]);
    expect(after([...facts, matched], ask)).toEqual([row, [], null]);
    expect(after([...facts, erased], ask)).toEqual([undefined, [], '2037']);
  });

  it('are in clear where they were recorded so, and say what it is about', () => {
    const facts = [received, of(clear), waiting, typed];
    expect(after(facts, ({ bank: views }) => views.findText('e')?.text)).toEqual(clear);
    expect(after(facts, ({ bank: views }) => views.listRematchable())).toEqual(['e']);
  });

  it('are due when they are old, and nothing of the report is open', () => {
    const completed: Fact = {
      type: 'BankReportCompleted',
      data: { reportId: 'r', matched: 0, waiting: 1, duplicate: 0, not_booked: 0, noted: 0 },
    };
    const due = (...facts: Fact[]) =>
      after(facts, ({ bank: views }) => views.listReportsToErase('2026-03-02T10:00:00.000Z'));
    expect(due(received)).toEqual([]);
    expect(due(received, completed)).toEqual(['r']);
    expect(due(received, completed, erased)).toEqual([]);
    expect(due(received, seen('statement'), completed)).toEqual([]);
    expect(due(received, seen('statement'), completed, matched)).toEqual([]);
    expect(due(received, seen('statement'), completed, matched, applied)).toEqual(['r']);
    expect(due(received, seen('notification'), completed)).toEqual(['r']);
  });
});

describe('a return that came before its debit', () => {
  const attempt = {
    ...{ claimId: 'c', organisationId: 'o', runId: 'n', attempt: 1, endToEndId: 'abc-1' },
    ...{ amountCents: 5_000, components: [] },
  };
  const ordered: Fact = {
    type: 'PaymentOrdered',
    data: { ...attempt, version: 1, iban: 'FR76', bankAccountId: 'b' },
  };
  const settled: Fact = {
    type: 'PaymentSettled',
    data: {
      ...{ ...attempt, from: 'inRun', bookedOn: '2026-03-02' },
      ...{ source: 'e2/1', statementReference: 's' },
    },
  };
  const resolution = { as: 'paymentReturn', targetId: 'c' } as const;
  const payments = [{ endToEndId: 'abc-1', amountCents: 5_000, reasonCode: 'AC04' }];
  const reopened: Fact = {
    type: 'BankEntryReopened',
    data: { ...about, resolution, reason: 'payment_not_settled', payments },
  };
  const early = [received, ordered, seen('statement'), matched, reopened];

  it('is tried again once the debit is there', () => {
    const due = (facts: readonly Fact[]) =>
      after(facts, ({ bank: views }) => views.listRematchable());
    expect(due(early)).toEqual([]);
    expect(due([...early, settled])).toEqual(['e']);
  });

  it('is a payment without an answer until then, at any instant asked about', () => {
    const at = (place: number) => new Date(FIRST_MS + place * 1_000);
    const facts = [...early, settled];
    expect(reconciled(facts, at(0)).unmatchedPaymentsCents).toBe(0);
    expect(reconciled(facts, at(4))).toMatchObject({
      ...{ unmatchedPaymentsCents: 5_000, unmatchedPayments: [{ targetId: 'c' }] },
    });
    expect(reconciled(facts, at(5)).unmatchedPaymentsCents).toBe(0);
  });
});

describe('reconciliation', () => {
  it('ends at nothing, once the ledger has booked what the bank has', () => {
    const facts = [typed, received, statement('2026-03-02', 100, 5_100), seen('statement')];
    const before = reconciled(facts);
    expect(before).toMatchObject({
      ...{ bankBalanceCents: 5_100, ledgerBalanceCents: 100, unmatchedEntriesCents: 5_000 },
      ...{ differenceCents: 0, unmatchedEntries: [{ entryId: 'e', unmatchedCents: 5_000 }] },
    });
    expect(reconciled([...facts, matched, confirmed, booked, applied])).toMatchObject({
      ...{ ledgerBalanceCents: 5_100, unmatchedEntriesCents: 0, differenceCents: 0 },
      unmatchedEntries: [],
    });
    expect(reconciled([...facts, matched, applied]).differenceCents).toBe(5_000);
  });

  it('shows where statements do not go on from each other', () => {
    const facts = [
      ...[received, statement('2026-03-04', 900, 900), statement('2026-03-02', 0, 500)],
      ...[statement('2026-03-03', 500, 700), statement('2026-03-03', 500, 700)],
    ];
    expect(reconciled(facts)).toMatchObject({
      bankBalanceCents: 900,
      statementGaps: [
        {
          ...{ previousStatementId: '2026-03-03', statementId: '2026-03-04' },
          ...{ previousClosingCents: 700, openingCents: 900, differenceCents: 200 },
        },
      ],
    });
  });

  it('puts the statements of one day in the order of their balances', () => {
    const day = (id: string, openingCents: number, closingCents: number): Fact => {
      const of = { statementId: id, openingCents, closingCents, toOn: '2026-03-02', entries: 0 };
      const read = statement(id, openingCents, closingCents) as Extract<
        Fact,
        { type: 'BankReportRead' }
      >;
      return { ...read, data: { ...read.data, statements: [of] } };
    };
    const facts = [received, day('a', 700, 100), day('b', 0, 500), day('c', 500, 700)];
    expect(reconciled(facts)).toMatchObject({ bankBalanceCents: 100, statementGaps: [] });
    expect(reconciled([...facts, day('d', 0, 500)]).statementGaps).toHaveLength(1);
  });

  it('names typed deposits that nothing has confirmed after three banking days', () => {
    const late = (asOf: string, ...facts: Fact[]) =>
      reconciled([typed, ...facts], new Date(asOf)).lateDeposits.map(({ targetId }) => targetId);
    // Monday, then Thursday is the third banking day after.
    expect(late('2026-03-05T20:00:00.000Z')).toEqual([]);
    expect(late('2026-03-06T00:00:00.000Z')).toEqual(['d']);
    expect(late('2026-03-06T00:00:00.000Z', confirmed)).toEqual([]);
  });
});

describe('what waits for a person', () => {
  it('is counted', () => {
    const answer = judged(
      { item: 0, endToEndId: 'x', verdict: 'waiting', reason: 'message_unknown' },
      { item: 1, endToEndId: 'y', verdict: 'waiting', reason: 'message_unknown' },
    );
    const acknowledged: Fact = {
      type: 'ReportAnswerAcknowledged',
      data: { reportId: 'r', item: 1, reason: 'foreign', acknowledgedBy: 'finance' },
    };
    const count = (...facts: Fact[]) => after(facts, ({ bank: views }) => views.countWaiting());
    expect(count(received, answer, acknowledged, seen('statement'))).toEqual({
      ...{ entries: 1, answers: 1, underWay: 0, reports: 1 },
    });
    expect(count(received, seen('statement'), matched)).toMatchObject({ entries: 0, underWay: 1 });
  });
});
