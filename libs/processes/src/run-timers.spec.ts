import { dueOpening, openingWish } from './run-timers';

const MONDAY = 1;
const opened = (openedOn: string, cleared = true) => ({ openedOn, cleared });

describe('the weekly run', () => {
  it('is due on its weekday, and later if nobody was there', () => {
    expect(dueOpening('2027-03-08', MONDAY, opened('2027-03-01'))).toBe('2027-03-08');
    expect(dueOpening('2027-03-14', MONDAY, opened('2027-03-01'))).toBe('2027-03-08');
    expect(dueOpening('2027-03-07', MONDAY, opened('2027-03-01'))).toBeUndefined();
  });

  it('is not due when a run was opened since, on demand too', () => {
    expect(dueOpening('2027-03-10', MONDAY, opened('2027-03-08'))).toBeUndefined();
    expect(dueOpening('2027-03-10', MONDAY, opened('2027-03-09'))).toBeUndefined();
  });

  it('waits for the run before to have its file', () =>
    expect(dueOpening('2027-03-08', MONDAY, opened('2027-03-01', false))).toBeUndefined());

  it('waits for its day where no run ever was', () => {
    expect(dueOpening('2027-03-09', MONDAY, undefined)).toBeUndefined();
    expect(dueOpening('2027-03-08', MONDAY, undefined)).toBe('2027-03-08');
  });

  it('is one wish for its day, however often it is wished', () => {
    const [first, again, next] = ['2027-03-08', '2027-03-08', '2027-03-15'].map(openingWish);
    expect(again?.context.commandId).toBe(first?.context.commandId);
    expect(next?.context.commandId).not.toBe(first?.context.commandId);
  });
});
