import { given } from '@app/platform/testing/given';
import { linesSha256 } from '../../adapters/lines-sha256';
import type { RunRegisterFact } from '../../contract';
import { canonicalLines } from './canonical-lines';
import { ATTEMPTS_MAX, endToEndIdOf } from './end-to-end-ids';
import { assertBankingDay, executionDayOf } from './execution-day';
import { frozenPayee, heldAmount, line, RUN_ID, uuid } from './run.examples';
import { runRegister } from './run-register';
import { COMPONENTS_PER_SLICE_MAX, sliceDraft } from './slices';

describe('the run register', () => {
  const open = (runId: string) => {
    const data = { runId, openedBy: 'preparer', openedAt: '2027-02-28T23:30:00.000Z' };
    return { type: 'OpenRun', data } as const;
  };
  const opened = (runId: string, number: number): RunRegisterFact => ({
    type: 'RunOpened',
    data: { ...open(runId).data, number, openedOn: '2027-03-01' },
  });
  const cleared = (runId: string, number: number): RunRegisterFact => ({
    type: 'RunCleared',
    data: { runId, number },
  });

  it('opens the first run on the day it is in Paris', () =>
    given(runRegister).when(open('a')).then(opened('a', 1)));

  it('opens one run at a time, until its file is issued', () => {
    given(runRegister, opened('a', 1))
      .when(open('b'))
      .thenRefused('run_in_preparation', { runId: 'a' });
    given(runRegister, opened('a', 1), cleared('a', 1)).when(open('b')).then(opened('b', 2));
  });

  it('opens and clears a run once', () => {
    given(runRegister, opened('a', 1)).when(open('a')).thenNothing();
    given(runRegister, opened('a', 1), cleared('a', 1)).when(open('a')).thenNothing();
    const clear = { type: 'ClearRun', data: { runId: 'a' } } as const;
    given(runRegister, opened('a', 1)).when(clear).then(cleared('a', 1));
    given(runRegister, opened('a', 1), cleared('a', 1)).when(clear).thenNothing();
    given(runRegister, opened('b', 1)).when(clear).thenRefused('run_unknown');
  });

  it('still knows the cleared run while the next one is open', () =>
    given(runRegister, opened('a', 1), cleared('a', 1), opened('b', 2))
      .when({ type: 'ClearRun', data: { runId: 'a' } })
      .thenNothing());
});

describe('an end-to-end id', () => {
  it('names claim and attempt in at most 35 characters of the SEPA set', () => {
    expect(endToEndIdOf(uuid(1), 1)).toBe('018f0000000070008000000000000001-1');
    expect(endToEndIdOf(uuid(1), ATTEMPTS_MAX)).toHaveLength(35);
  });

  it('is refused for no claim and no attempt', () => {
    expect(() => endToEndIdOf('claim', 1)).toThrow(TypeError);
    for (const attempt of [0, 1.5, ATTEMPTS_MAX + 1]) {
      expect(() => endToEndIdOf(uuid(1), attempt)).toThrow(RangeError);
    }
  });
});

describe('the canonical form of lines', () => {
  const version = { runId: RUN_ID, version: 1 };
  const sha = (...lines: Parameters<typeof linesSha256>[1]): string => linesSha256(version, lines);

  it('is stable for ever', () => {
    expect(sha(line(1, 5_000), line(2, 7_000))).toBe(
      '84d1d394cfd070e8713709e27c685752d56ab4579759a493f41382a81d259047',
    );
  });

  it('does not depend on the order of lines or parts', () => {
    const [a, b] = [
      { agreementId: 'agreement a', placeId: 'p', cents: 1 },
      { agreementId: 'agreement a', placeId: 'q', cents: 2 },
    ];
    const one = line(1, 3, { components: [a, b] });
    const other = line(1, 3, { components: [b, a] });
    expect(sha(one, line(2, 7))).toBe(sha(line(2, 7), other));
  });

  it.each([
    ['an amount', line(1, 5_001)],
    ['an account', line(1, 5_000, { payee: frozenPayee({ iban: 'FR1420041010050500013M02606' }) })],
    ['a name', line(1, 5_000, { payee: frozenPayee({ holderName: 'Other' }) })],
    ['an attempt', line(1, 5_000, { attempt: 2 })],
    ['a missing BIC', line(1, 5_000, { payee: { ...frozenPayee(), bic: '' } })],
  ])('changes with %s', (_, changed) => {
    expect(sha(changed)).not.toBe(sha(line(1, 5_000)));
  });

  it('changes with the version and the number of lines', () => {
    expect(canonicalLines({ runId: RUN_ID, version: 2 }, [])).not.toBe(canonicalLines(version, []));
    expect(canonicalLines(version, [])).toContain('"lines":0');
  });
});

describe('slices', () => {
  it('hold 200 organisations, and the next ones the rest', () => {
    const lines = Array.from({ length: 401 }, (_, i) => line(i + 1, 2_000));
    const slices = sliceDraft({ lines, held: [heldAmount(401, 10)] });
    expect(slices.map((slice) => slice.lines.length)).toEqual([200, 200, 1]);
    expect(slices[2]?.held).toEqual([heldAmount(401, 10)]);
    expect(slices.flatMap((slice) => slice.lines)).toEqual(lines);
  });

  it('are small enough for an append, and cut no organisation in two that one holds', () => {
    const wide = (number: number, parts: number) =>
      line(number, parts, {
        components: Array.from({ length: parts }, (_, i) => {
          return { agreementId: 'agreement a', placeId: `p${i}`, cents: 1 };
        }),
      });
    const lines = [wide(1, COMPONENTS_PER_SLICE_MAX - 1), line(2, 1), line(3, 1), wide(4, 7_500)];
    const slices = sliceDraft({ lines, held: [] });
    expect(slices.map((slice) => slice.lines.map(({ claimId }) => claimId))).toEqual([
      [uuid(1_001), uuid(1_002)],
      [uuid(1_003)],
      [uuid(1_004)],
    ]);
  });

  it('hold an organisation of more than an append line by line', () => {
    const components = Array.from({ length: 4_000 }, (_, i) => {
      return { agreementId: 'agreement a', placeId: `p${i}`, cents: 1 };
    });
    const lines = [line(1, 4_000, { components })];
    const held = [{ ...heldAmount(1, 4_000), components }];
    expect(sliceDraft({ lines, held })).toEqual([
      { lines, held: [] },
      { lines: [], held },
    ]);
  });

  it('are none for an empty draft', () => expect(sliceDraft({ lines: [], held: [] })).toEqual([]));
});

describe('the execution day', () => {
  it.each([
    ['a minute before the cut-off', '2027-03-01T14:29:00.000Z', '2027-03-01'],
    ['at the cut-off', '2027-03-01T14:30:00.000Z', '2027-03-02'],
    ['at the cut-off in summer', '2027-07-01T13:30:00.000Z', '2027-07-02'],
    ['before it in summer', '2027-07-01T13:29:59.000Z', '2027-07-01'],
    ['on a Friday evening', '2027-03-05T20:00:00.000Z', '2027-03-08'],
    ['on a Saturday morning', '2027-03-06T06:00:00.000Z', '2027-03-08'],
    ['on 1 May', '2028-05-01T06:00:00.000Z', '2028-05-02'],
    ['on the Thursday evening before Easter', '2027-03-25T20:00:00.000Z', '2027-03-30'],
    ['late on the eve, when Paris has the next day', '2027-02-28T23:30:00.000Z', '2027-03-01'],
  ])('of a file issued %s', (_, issuedAt, day) => {
    expect(executionDayOf(issuedAt, '15:30')).toBe(day);
  });

  it.each(['2027-03-07', '2028-05-01', '2026-12-25'])('is refused on %s', (day) => {
    expect(() => assertBankingDay(day)).toThrow('not_a_banking_day');
  });
});
