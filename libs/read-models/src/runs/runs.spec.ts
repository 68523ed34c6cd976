import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { givenTables, type GivenFact } from '@app/platform/testing/given-projection';
import {
  amountsHeld,
  approved,
  claimReleased,
  component,
  CLEARED,
  disputed,
  frozen,
  granted,
  held,
  issued,
  line,
  ofEntry,
  opened,
  ordered,
  payeeFact,
  paymentRejected,
  paymentReturned,
  prepared,
  rejected,
  released,
  settled,
  started,
  withdrawn,
} from './runs.examples';
import { organisations } from '../places/organisations.projection';
import { storyOf } from './payment-story';
import { PaymentQueries } from './payments.query';
import { runs } from './runs.projection';
import { RunQueries } from './runs.query';

const LINE = line();
const AGAIN = line({ attempt: 2 });
const [resolved, applied] = [ofEntry('BankEntryResolved'), ofEntry('BankEntryApplied')];
const preparedOnce = [opened(), started(), frozen([LINE]), amountsHeld([held()]), prepared()];
const paid = [...preparedOnce, ...approved(), issued(), ordered(LINE), CLEARED];

/** The view's answers after these facts; position of a fact = (its index + 1) × 10. */
const after = <T>(
  facts: readonly GivenFact[],
  ask: (queries: RunQueries, store: ReadStore) => T,
): T => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-runs-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [runs, organisations]);
  const store = new ReadStore(path);
  try {
    model.apply(model.views, facts.map(asRecorded));
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    return ask(new RunQueries(store), store);
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const asRecorded = (fact: GivenFact, index: number): RecordedEvent => ({
  ...{ id: `event-${index}`, streamName: 'given-1', revision: index },
  metadata: {
    ...{ commandId: 'c', requestHash: 'h', correlationId: 'c', causationId: 'c' },
    actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
  },
  recordedAt: new Date(Date.UTC(2026, 2, 4, 6, 0, index)),
  ...fact,
  position: BigInt(index + 1) * 10n,
});

const due = (...facts: readonly GivenFact[]): readonly string[] =>
  after(facts, (queries) => queries.listDue().map(({ status }) => status));

describe('the view of runs', () => {
  it('keeps a run with its version, lines and holds, whatever is delivered again', () => {
    const parts = { runId: 'run-1', version: 1, number: 1, agreementId: 'a-1' };
    givenTables(runs, ...paid, disputed(LINE), paymentRejected(LINE), resolved, applied).then(
      expect.objectContaining({
        run_lines: [
          {
            ...{ runId: 'run-1', version: 1, organisationId: 'o-1', claimId: 'c-1', attempt: 1 },
            ...{ endToEndId: 'c-1-1', amountCents: 3_000, components: LINE.components },
            ...{ bankAccountId: 'b-1', ibanMasked: 'FR76…0189', holderName: 'Asso' },
          },
        ],
        run_parts: [
          {
            ...{ ...parts, seq: 'held-0-0', organisationId: 'o-2', placeId: 'p-2' },
            ...{ cents: 1_000, claimId: '', attempt: 0, reason: 'below_minimum' },
          },
          {
            ...{ ...parts, seq: 'line-0-0', organisationId: 'o-1', placeId: 'p-1' },
            ...{ cents: 3_000, claimId: 'c-1', attempt: 1, reason: '' },
          },
        ],
      }),
    );
  });

  it('knows where a run opened and where it was prepared', () => {
    const view = after(preparedOnce, (queries) => queries.find('run-1'));
    expect(view).toMatchObject({
      ...{ status: 'prepared', version: 1, openingEventId: 'event-0', openingPosition: 10n },
      preparation: { preparationPosition: 20n, linesSha256: 'ab', payableCents: 3_000 },
    });
  });

  it('asks for work at every step that waits for nobody, and at no other', () => {
    expect(due(opened())).toEqual(['opened']);
    expect(due(opened(), started())).toEqual(['preparing']);
    expect(due(...preparedOnce)).toEqual([]);
    expect(due(...preparedOnce, ...approved().slice(0, 1))).toEqual([]);
    expect(due(...preparedOnce, ...approved())).toEqual(['approved']);
    expect(due(...preparedOnce, rejected())).toEqual(['releasing']);
    expect(due(...preparedOnce, rejected(), released([LINE]))).toEqual([]);
    expect(due(...preparedOnce, ...approved(), issued())).toEqual(['issued']);
    expect(due(...paid)).toEqual([]);
    const completed = { runId: 'run-1', outcome: 'nothing_payable', completedAt: 'then' };
    const empty = [opened(), started(), prepared(), { type: 'RunCompleted', data: completed }];
    expect(due(...empty)).toEqual(['completed']);
    expect(due(...empty, CLEARED)).toEqual([]);
  });

  it('takes a version as released once every slice is', () => {
    const other = line({ organisationId: 'o-3', claimId: 'c-3' });
    const slices = [opened(), started(), frozen([LINE]), frozen([other], 1, 1), prepared()];
    const first = [...slices, rejected(), released([LINE])];
    expect(due(...first)).toEqual(['releasing']);
    expect(due(...first, released([other], 1, 1))).toEqual([]);
  });

  it('asks for the completion of a run once the bank has answered every payment', () => {
    const by = { startedBy: 'ann', startedAt: 'then', submittedBy: 'ann', submittedAt: 'then' };
    const sent = [
      { type: 'SubmissionStarted', data: { runId: 'run-1', ...by } },
      { type: 'RunSubmitted', data: { runId: 'run-1', ...by } },
    ];
    expect(due(...paid, ...sent)).toEqual([]);
    expect(due(...paid, ...sent, settled(LINE))).toEqual(['submitted']);
    expect(due(...paid, ...sent, paymentRejected(LINE))).toEqual(['submitted']);
    const late = [paymentRejected(LINE), settled(LINE, 'owed')];
    expect(after([...paid, ...sent, ...late], (queries) => queries.find('run-1')?.unanswered)).toBe(
      0,
    );
  });

  it('knows the claims that were in owed at a position', () => {
    const claimsAt = (facts: readonly GivenFact[], position = 9_999n): readonly string[] =>
      after(facts, (queries) => queries.listClaimsInOwedAt(position));
    const refused = [...paid, paymentRejected(LINE)];
    const position = BigInt(refused.length) * 10n;
    expect(claimsAt(paid)).toEqual([]);
    expect(claimsAt(refused)).toEqual(['c-1']);
    expect(claimsAt(refused, position - 1n)).toEqual([]);
    const later = [...refused, settled(LINE, 'owed')];
    expect(claimsAt(later)).toEqual([]);
    expect(claimsAt(later, position)).toEqual(['c-1']);
    expect(claimsAt([...paid, settled(LINE), paymentReturned(LINE)])).toEqual(['c-1']);
    expect(claimsAt([...refused, claimReleased(LINE)])).toEqual([]);
    expect(claimsAt([...refused, granted(LINE), ordered(AGAIN)])).toEqual([]);
    expect(claimsAt([...refused, granted(LINE), ordered(AGAIN), withdrawn(AGAIN)])).toEqual([
      'c-1',
    ]);
  });

  it('puts together what was too much to be held in one event', () => {
    const pieces = [held(), held({ components: [component('p-3', -400)] })];
    const facts = [opened(), started(), ...pieces.map((piece) => amountsHeld([piece])), prepared()];
    const rows = after(facts, (_, store) => store.rows(runs.table.heldAmounts, ''));
    const components = [component('p-2', 1_000), component('p-3', -400)];
    expect(rows).toMatchObject([{ organisationId: 'o-2', amountCents: 600, components }]);
  });

  it('knows barred accounts, fraud holds and who left at a position', () => {
    const refused = [...paid, paymentRejected(LINE)];
    const position = BigInt(refused.length) * 10n;
    const iban = LINE.payee.iban;
    expect(after(refused, (queries) => queries.listBarredAccountsAt(position))).toEqual([
      { organisationId: 'o-1', iban },
    ]);
    expect(after(refused, (queries) => queries.listBarredAccountsAt(position - 1n))).toEqual([]);
    const facts = [
      payeeFact('FraudHoldPlaced'),
      payeeFact('PayeeLeft'),
      payeeFact('PayeeRejoined'),
      payeeFact('FraudHoldLifted'),
    ];
    const at = (position: bigint): unknown =>
      after(facts, (queries) => queries.listPayeesAt(position));
    expect(at(9n)).toEqual([]);
    expect(at(20n)).toEqual([{ organisationId: 'o-1', fraudHold: true, left: true }]);
    expect(at(30n)).toEqual([{ organisationId: 'o-1', fraudHold: true, left: false }]);
    expect(at(40n)).toEqual([{ organisationId: 'o-1', fraudHold: false, left: false }]);
  });

  it('counts the runs in which a person has the next word', () => {
    const waiting = (...facts: readonly GivenFact[]): unknown =>
      after(facts, (queries) => queries.countWaiting());
    expect(waiting(...preparedOnce)).toEqual({ waiting: 1, unclear: 0 });
    expect(waiting(...preparedOnce, ...approved())).toEqual({ waiting: 0, unclear: 0 });
    expect(waiting(...paid)).toEqual({ waiting: 1, unclear: 0 });
    const unclear = { runId: 'run-1', reportedBy: 'ann', reportedAt: 'then' };
    expect(waiting(...paid, { type: 'SubmissionUnclear', data: unclear })).toEqual({
      ...{ waiting: 1, unclear: 1 },
    });
  });
});

describe('the view of payments', () => {
  const failed = [...paid, paymentRejected(LINE), granted(LINE)];
  const again = [...failed, ordered(AGAIN, 2)];
  const find = (facts: readonly GivenFact[]): unknown =>
    after(facts, (_, store) => new PaymentQueries(store).find('c-1'));

  it('forgets an attempt that was withdrawn before the bank had it', () => {
    expect(find(again)).toMatchObject({
      status: 'ordered',
      attempt: 2,
      version: 2,
      granted: false,
    });
    expect(find([...again, withdrawn(AGAIN)])).toMatchObject({
      ...{ status: 'rejected', attempt: 1, endToEndId: 'c-1-1', version: 1, granted: true },
      reasonCode: 'AC04',
    });
  });

  it('tells of an attempt in the version that reached the bank alone', () => {
    const facts = [...again, withdrawn(AGAIN), ordered(AGAIN, 3), settled(AGAIN)];
    const asked = { agreementId: 'a-1', placeId: 'p-1', position: 0n };
    const steps = after(facts, (_, store) =>
      storyOf(store, { ...asked, cancelledPosition: undefined }),
    );
    expect(steps.map(({ step }) => step)).toEqual([
      ...['in-run', 'ordered', 'rejected', 're-presented', 'ordered', 'settled'],
    ]);
  });

  it('counts what waits for a person', () => {
    const waiting = (...facts: readonly GivenFact[]): unknown =>
      after(facts, (_, store) => new PaymentQueries(store).countWaiting());
    expect(waiting(...paid)).toEqual({ open: 0, disputed: 0 });
    expect(waiting(...paid, disputed(LINE))).toEqual({ open: 0, disputed: 1 });
    expect(waiting(...paid, paymentRejected(LINE))).toEqual({ open: 1, disputed: 0 });
    expect(waiting(...failed)).toEqual({ open: 0, disputed: 0 });
  });

  it('ends a dispute once what people say of its debit is taken', () => {
    const disputes = (...facts: readonly GivenFact[]): number =>
      after([...paid, disputed(LINE), ...facts], (_, store) => {
        return new PaymentQueries(store).countWaiting().disputed;
      });
    const reopened = ofEntry('BankEntryReopened');
    expect(disputes(applied, reopened)).toBe(1);
    expect(disputes(reopened, resolved)).toBe(1);
    expect(disputes(reopened, resolved, reopened, applied)).toBe(1);
    expect(disputes(reopened, resolved, applied)).toBe(0);
  });

  it('knows fraud holds that stand, whoever left since', () => {
    const holds = (...facts: readonly GivenFact[]): number =>
      after(facts, (_, store) => {
        return new PaymentQueries(store).listFraudHolds({ after: '', limit: 9 }).length;
      });
    const placed = payeeFact('FraudHoldPlaced');
    expect(holds(placed, payeeFact('PayeeLeft'), payeeFact('PayeeRejoined'))).toBe(1);
    expect(holds(placed, payeeFact('FraudHoldLifted'))).toBe(0);
    expect(holds(placed, payeeFact('FraudHoldLifted'), placed)).toBe(1);
  });
});
