import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import { given } from './given';

type Opened = Event<'Opened', { by: string }>;
type Closed = Event<'Closed', { by: string }>;
type Close = Command<'Close', { by: string }>;
type Door = { openedBy: string[] };

const opened = (by: string): Opened => ({ type: 'Opened', data: { by } });
const closed = (by: string): Closed => ({ type: 'Closed', data: { by } });
const close = (by: string): Close => ({ type: 'Close', data: { by } });

const door: Decider<Close, Door, Opened | Closed> = {
  name: 'door',
  initialState: { openedBy: [] },
  decide: ({ data: { by } }, { openedBy }) => {
    if (by === 'a vandal') openedBy.push(by);
    if (by === 'a fool') throw new TypeError('a bug');
    if (openedBy.length === 0) return [];
    if (!openedBy.includes(by)) throw new DomainError('not_yours', { by });
    return [closed(by)];
  },
  evolve: ({ openedBy }, { type, data: { by } }) => ({
    openedBy: type === 'Opened' ? [...openedBy, by] : openedBy.filter((name) => name !== by),
  }),
};

describe('given, when, then', () => {
  it('accepts what was decided', () => {
    given(door, opened('ann')).when(close('ann')).then(closed('ann'));
  });

  it('fails on another event, on none and on one too many', () => {
    const decision = given(door, opened('ann')).when(close('ann'));
    expect(() => decision.then(closed('bob'))).toThrow();
    expect(() => decision.thenNothing()).toThrow();
    expect(() => decision.then(closed('ann'), closed('ann'))).toThrow();
  });

  it('accepts a refusal by code and details', () => {
    const decision = given(door, opened('ann')).when(close('bob'));
    decision.thenRefused('not_yours');
    decision.thenRefused('not_yours', { by: 'bob' });
    expect(() => decision.thenRefused('not_open')).toThrow();
    expect(() => decision.thenRefused('not_yours', { by: 'ann' })).toThrow();
  });

  it('tells a refusal from a decision and from a bug', () => {
    expect(() => given(door, opened('ann')).when(close('ann')).thenRefused('x')).toThrow('decided');
    expect(() => given(door, opened('ann')).when(close('a fool')).thenRefused('x')).toThrow('bug');
  });

  it('accepts nothing where nothing was to do', () => {
    given(door).when(close('ann')).thenNothing();
  });

  it('fails an event its own evolve cannot take', () => {
    const evolve = (): never => {
      throw new TypeError('cannot be folded');
    };
    const brittle = { ...door, initialState: { openedBy: ['ann'] }, evolve };
    expect(() => given(brittle).when(close('ann')).then(closed('ann'))).toThrow('folded');
  });

  it('fails a decider that changes the state it was handed', () => {
    expect(() => given(door).when(close('a vandal')).then(closed('a vandal'))).toThrow(TypeError);
  });
});
