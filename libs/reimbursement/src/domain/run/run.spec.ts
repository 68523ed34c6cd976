import { given } from '@app/platform/testing/given';
import type { RunFact, RunLine } from '../../contract';
import { run } from './run';
import {
  accountsOf,
  approvalGiven,
  approve,
  approved,
  frozen,
  held,
  heldAmount,
  issued,
  line,
  OPENING_ID,
  prepared,
  rejected,
  released,
  rules,
  RUN_ID,
  SHA,
  started,
  uuid,
  preparedRun,
  approvedRun,
  sentBack,
  twoLines as lines,
} from './run.examples';
import type { FinishPreparation, FreezeSlice, RunWish, StartPreparation } from './run.messages';

const start = (change: Partial<StartPreparation['data']> = {}): StartPreparation => ({
  type: 'StartPreparation',
  data: {
    ...{ runId: RUN_ID, number: 7, openingEventId: OPENING_ID, preparedBy: 'preparer' },
    ...{ startedAt: '2027-03-01T06:00:00.000Z', rules },
    ...change,
  },
});

const freeze = (
  frozenLines: readonly RunLine[],
  change: Partial<FreezeSlice['data']> = {},
): FreezeSlice => ({
  type: 'FreezeSlice',
  data: { version: 1, slice: 0, lines: frozenLines, held: [], ...change },
});

const finish = (change: Partial<FinishPreparation['data']> = {}): FinishPreparation => ({
  type: 'FinishPreparation',
  data: {
    ...{ version: 1, slices: 1, lines: 2, payableCents: 12_000, linesSha256: SHA },
    preparedAt: '2027-03-01T06:01:00.000Z',
    ...change,
  },
});

describe('preparing a run', () => {
  it('starts with version 1', () => given(run).when(start()).then(started()));

  it('is started once, however often the process asks', () =>
    given(run, started()).when(start()).thenNothing());

  it('is not started again while a version stands', () =>
    given(run, ...preparedRun)
      .when(start())
      .thenRefused('run_state', { status: 'prepared' }));

  it('freezes lines and holds of a slice', () =>
    given(run, started())
      .when(freeze(lines, { held: [heldAmount(3, 10)] }))
      .then(frozen(lines), held([heldAmount(3, 10)])));

  it('freezes the same slice again to the same', () =>
    given(run, started(), frozen(lines), held([heldAmount(3, 10)]))
      .when(freeze(lines, { held: [heldAmount(3, 10)] }))
      .thenNothing());

  it('refuses another content for a frozen slice', () =>
    given(run, started(), frozen(lines))
      .when(freeze([line(1, 5_001), line(2, 7_000)]))
      .thenRefused('preparation_differs', { slice: 0 }));

  it('takes 200 organisations in a slice, and not 201', () => {
    const of = (count: number) => Array.from({ length: count }, (_, i) => line(i + 1, 2_000));
    given(run, started())
      .when(freeze(of(200)))
      .then(frozen(of(200)));
    given(run, started())
      .when(freeze(of(201)))
      .thenRefused('slice_too_large');
  });

  it.each([
    ['of nothing', line(1, 0)],
    ['that is negative', line(1, -1)],
    ['that its parts do not add up to', { ...line(1, 5), amountCents: 6 }],
    ['with an end-to-end id of 36 characters', line(1, 5, { endToEndId: 'x'.repeat(36) })],
  ])('refuses a line %s', (_, bad) =>
    given(run, started())
      .when(freeze([bad]))
      .thenRefused('line_invalid'),
  );

  it('refuses a claim twice, within a slice and over slices', () => {
    const twice = [line(1, 5), line(1, 5, { endToEndId: 'another' })];
    given(run, started()).when(freeze(twice)).thenRefused('line_invalid');
    given(run, started(), frozen([line(1, 5)]))
      .when(freeze([line(1, 5)], { slice: 1 }))
      .thenRefused('line_invalid');
  });

  it('refuses an end-to-end id twice', () =>
    given(run, started(), frozen([line(1, 5)]))
      .when(freeze([line(2, 5, { endToEndId: line(1, 5).endToEndId })], { slice: 1 }))
      .thenRefused('line_invalid'));

  it('refuses a hold that its parts do not add up to', () =>
    given(run, started())
      .when(freeze([], { held: [{ ...heldAmount(3, 10), amountCents: 11 }] }))
      .thenRefused('line_invalid'));

  it('ends with count and sum', () =>
    given(run, started(), frozen(lines)).when(finish()).then(prepared(2, 12_000)));

  it('ends once', () =>
    given(run, ...preparedRun)
      .when(finish())
      .thenNothing());

  it('counts as held what is positive', () =>
    given(run, started(), frozen(lines), held([heldAmount(3, 10), heldAmount(4, -30)]))
      .when(finish())
      .then({
        type: 'RunPrepared',
        data: { ...(prepared(2, 12_000).data as object), heldCents: 10 },
      } as RunFact));

  it('does not end before every slice is frozen', () =>
    given(run, started(), frozen(lines))
      .when(finish({ slices: 2 }))
      .thenRefused('preparation_incomplete', { slices: 2, frozen: 1 }));

  it('does not end with other sums than were frozen', () => {
    given(run, started(), frozen(lines))
      .when(finish({ payableCents: 12_001 }))
      .thenRefused('preparation_differs');
    given(run, started(), frozen(lines))
      .when(finish({ lines: 3 }))
      .thenRefused('preparation_differs');
  });

  it('completes at once without a line, approval and file', () =>
    given(run, started(), held([heldAmount(3, 10)]))
      .when(finish({ lines: 0, payableCents: 0 }))
      .then(
        {
          type: 'RunPrepared',
          data: { ...(prepared(0, 0).data as object), heldCents: 10 },
        } as RunFact,
        {
          type: 'RunCompleted',
          data: {
            ...{ runId: RUN_ID, outcome: 'nothing_payable' },
            completedAt: '2027-03-01T06:01:00.000Z',
          },
        },
      ));
});

describe('approving a run', () => {
  it('takes one approver up to the limit', () =>
    given(run, ...preparedRun)
      .when(approve(lines))
      .then(approvalGiven('approver'), approved(['approver'])));

  it('takes two above it', () => {
    const atLimit = [line(1, 1_000_000)];
    const above = [line(1, 1_000_001)];
    given(run, started(), frozen(atLimit), prepared(1, 1_000_000))
      .when(approve(atLimit))
      .then(approvalGiven('approver'), approved(['approver']));
    const large = [started(), frozen(above), prepared(1, 1_000_001)] as const;
    given(run, ...large)
      .when(approve(above))
      .then(approvalGiven('approver'));
    given(run, ...large, approvalGiven('approver'))
      .when(approve(above, { approvedBy: 'second' }))
      .then(approvalGiven('second'), approved(['approver', 'second']));
    given(run, ...large, approvalGiven('approver'))
      .when(approve(above))
      .thenRefused('same_person');
  });

  it('is not for a machine', () =>
    given(run, ...preparedRun)
      .when(approve(lines, { isMachine: true }))
      .thenRefused('person_required'));

  it('is not for who prepared this version or an earlier one', () => {
    given(run, ...preparedRun)
      .when(approve(lines, { approvedBy: 'preparer' }))
      .thenRefused('approver_prepared');
    const second = [started(2, 'other'), frozen(lines, 0, 2), prepared(2, 12_000, 2)] as const;
    given(run, ...preparedRun, rejected(), released(lines), ...second)
      .when(approve(lines, { approvedBy: 'preparer' }))
      .thenRefused('approver_prepared');
  });

  it('is not for who changed an account in it in the last 30 days', () => {
    const changedAt = (at: string, organisation = 1, by = 'approver') =>
      approve(lines, {
        accountChanges: [{ organisationId: uuid(organisation), changedBy: by, changedAt: at }],
      });
    given(run, ...preparedRun)
      .when(changedAt('2027-01-30T09:00:00.001Z'))
      .thenRefused('approver_changed_account', { organisationId: uuid(1) });
    const allowed = [approvalGiven('approver'), approved(['approver'])] as const;
    given(run, ...preparedRun)
      .when(changedAt('2027-01-30T09:00:00.000Z'))
      .then(...allowed);
    given(run, ...preparedRun)
      .when(changedAt('2027-02-28T09:00:00.000Z', 3))
      .then(...allowed);
    given(run, ...preparedRun)
      .when(changedAt('2027-02-28T09:00:00.000Z', 1, 'somebody else'))
      .then(...allowed);
  });

  it('is of the lines that were seen', () =>
    given(run, ...preparedRun)
      .when(approve(lines, { linesSha256: 'c'.repeat(64) }))
      .thenRefused('lines_sha256_differs'));

  it('is not possible before the lines are complete', () =>
    given(run, started(), frozen(lines))
      .when(approve(lines))
      .thenRefused('run_state', { status: 'preparing' }));

  it.each([
    ['is another now', { bankAccountId: uuid(901) }],
    ['has another IBAN now', { iban: 'FR1420041010050500013M02606' }],
  ])('sends the run back when an account %s', (_, change) => {
    const accounts = accountsOf(lines).map((account, i) =>
      i === 1 ? { ...account, ...change } : account,
    );
    given(run, ...preparedRun)
      .when(approve(lines, { accounts }))
      .then(sentBack([uuid(2)], 'bank_account_changed'));
  });

  it('sends the run back when an organisation has no payable account any more', () => {
    given(run, ...preparedRun)
      .when(approve(lines, { accounts: [{ organisationId: uuid(1) }] }))
      .then(sentBack([uuid(1), uuid(2)], 'bank_account_changed'));
  });

  it('refuses the wrong person before it looks at accounts', () =>
    given(run, ...preparedRun)
      .when(approve(lines, { approvedBy: 'preparer', accounts: [] }))
      .thenRefused('approver_prepared'));
});

describe('a version that fails', () => {
  const reject: RunWish = {
    type: 'RejectRun',
    data: {
      ...{ rejectedBy: 'approver', isMachine: false, reason: 'doubt' },
      rejectedAt: '2027-03-01T09:00:00.000Z',
    },
  };
  const release = (slice: number, version = 1): RunWish => ({
    type: 'ReleaseSlice',
    data: { version, slice },
  });

  it('is rejected before or after its approval', () => {
    given(run, ...preparedRun)
      .when(reject)
      .then(rejected());
    given(run, ...approvedRun)
      .when(reject)
      .then(rejected());
  });

  it('is not rejected once its file is issued, nor by a machine', () => {
    given(run, ...approvedRun, issued(lines))
      .when(reject)
      .thenRefused('run_state', { status: 'issued' });
    given(run, ...preparedRun)
      .when({ ...reject, data: { ...reject.data, isMachine: true } })
      .thenRefused('person_required');
  });

  it('gives back every line of a slice, once', () => {
    given(run, ...preparedRun, rejected())
      .when(release(0))
      .then(released(lines));
    given(run, ...preparedRun, rejected(), released(lines))
      .when(release(0))
      .thenNothing();
  });

  it('gives back nothing while it stands', () =>
    given(run, ...preparedRun)
      .when(release(0))
      .thenRefused('run_state', { status: 'prepared' }));

  it('is prepared again as the next version once all is given back', () => {
    const [first, second] = [[line(1, 5_000)], [line(2, 7_000)]];
    const history = [started(), frozen(first), frozen(second, 1), prepared(2, 12_000), rejected()];
    given(run, ...history, released(first))
      .when(start())
      .thenRefused('run_state', { status: 'releasing' });
    given(run, ...history, released(first), released(second, 1))
      .when(start({ preparedBy: 'other' }))
      .then(started(2, 'other'));
  });

  it('keeps its cut-off', () =>
    given(run, ...preparedRun, rejected(), released(lines))
      .when(start({ openingEventId: uuid(3) }))
      .thenRefused('run_unknown'));

  it('takes no late slice or release of a version that is over', () => {
    const second = [...preparedRun, rejected(), released(lines), started(2)] as const;
    given(run, ...second)
      .when(freeze(lines))
      .thenRefused('run_state');
    given(run, ...second)
      .when(finish())
      .thenRefused('run_state');
    given(run, ...second)
      .when(release(0))
      .thenNothing();
  });
});
