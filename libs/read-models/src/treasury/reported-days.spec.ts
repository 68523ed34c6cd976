import { reportedDays } from './reported-days';

const stated = (on: string, openingCents: number, closingCents: number, fromOn = on) => {
  return { fromOn, toOn: on, openingCents, closingCents };
};
const [first, second, third] = [
  stated('2026-03-02', 0, 100),
  stated('2026-03-03', 100, 70),
  stated('2026-03-05', 70, 90),
];
const day = (on: string, balanceCents: number) => ({ on, balanceCents });
const days = [day('2026-03-02', 100), day('2026-03-03', 70), day('2026-03-05', 90)];

describe('the days that are reported', () => {
  it('follow one another by their balances, in whatever order they come', () => {
    expect(reportedDays([third, first, second], 0)).toEqual({ days });
    expect(reportedDays([], 0)).toEqual({ days: [] });
  });

  it('end where a statement is missing', () =>
    expect(reportedDays([first, third], 0)).toEqual({
      days: days.slice(0, 1),
      gap: { afterOn: '2026-03-02', beforeOn: '2026-03-05' },
    }));

  it('begin with nothing, or with what is known to have been there', () => {
    const gap = { afterOn: '', beforeOn: '2026-03-03' };
    expect(reportedDays([second], 0)).toEqual({ days: [], gap });
    expect(reportedDays([second], 99)).toEqual({ days: [], gap });
    expect(reportedDays([second], 100)).toEqual({ days: [day('2026-03-03', 70)] });
    // That the bank had nothing is its word against another.
    expect(reportedDays([first], 50)).toEqual({ days: days.slice(0, 1) });
  });

  it('may have several statements, and the same twice', () => {
    const later = stated('2026-03-02', 100, 130);
    expect(reportedDays([later, first, first, later], 0)).toEqual({
      days: [day('2026-03-02', 130)],
    });
  });

  it('may be told again by a statement of a longer period', () => {
    const month = stated('2026-03-05', 0, 90, '2026-03-01');
    expect(reportedDays([month, first, second, third], 0)).toEqual({ days });
    const alone = reportedDays([first, stated('2026-03-31', 100, 40, '2026-03-03')], 0);
    expect(alone.days).toEqual([day('2026-03-02', 100), day('2026-03-31', 40)]);
  });

  it('end where two statements contradict', () => {
    const gap = { afterOn: '2026-03-02', beforeOn: '2026-03-03' };
    const other = stated('2026-03-03', 100, 71);
    expect(reportedDays([first, second, other], 0).gap).toEqual(gap);
    const wrong = stated('2026-03-03', 1, 70, '2026-03-02');
    expect(reportedDays([first, second, wrong], 0).gap).toEqual(gap);
  });
});
