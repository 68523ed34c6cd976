import { ANY, NO_STREAM, STREAM_EXISTS, type StreamState, decideAppend } from './append';
import { decideDelete, decideTombstone } from './append';
import { event } from './append.examples';

const [first, second, third] = ['1', '2', '3'].map((n) =>
  event({ id: `00000000-0000-4000-8000-00000000000${n}` }),
) as [ReturnType<typeof event>, ReturnType<typeof event>, ReturnType<typeof event>];

/** A stream of these events. */
function stream(events: readonly { id: Buffer }[], more: Partial<StreamState> = {}): StreamState {
  return {
    current: events.length - 1,
    isTombstoned: false,
    isDeleted: false,
    hasIdAt: (revision, id) => events[revision]?.id.equals(id) ?? false,
    findId: (id) => events.findIndex((known) => known.id.equals(id)),
    ...more,
  };
}

const NEVER = stream([]);
const TWO = stream([first, second]);
const DELETED = stream([first, second], { isDeleted: true });
const GONE = stream([first], { isTombstoned: true });

describe('an append at an expected revision', () => {
  it.each([
    ['no stream, where there is none', NEVER, NO_STREAM, [first], 'write'],
    ['the current one', TWO, 1, [third], 'write'],
    ['one above the current', TWO, 2, [third], 'wrong-version'],
    ['one below, with another id', TWO, 0, [third], 'wrong-version'],
    ['one below, repeated', TWO, 0, [second], { repeatOf: 1 }],
    ['no stream, repeated whole', TWO, NO_STREAM, [first, second], { repeatOf: 1 }],
    ['no stream, repeated in part', TWO, NO_STREAM, [first], { repeatOf: 0 }],
    ['no stream, repeated and more', TWO, NO_STREAM, [first, second, third], 'wrong-version'],
    ['no stream, repeated out of order', TWO, NO_STREAM, [second, first], 'wrong-version'],
    ['no stream, of nothing', TWO, NO_STREAM, [], 'wrong-version'],
    ['any, where there is none', NEVER, ANY, [first], 'write'],
    ['any, of new ids', TWO, ANY, [third], 'write'],
    ['any, repeated', TWO, ANY, [first, second], { repeatOf: 1 }],
    ['any, known then new', TWO, ANY, [first, third], 'wrong-version'],
    ['any, new then known', TWO, ANY, [third, first], 'write'],
    ['a live stream, where there is none', NEVER, STREAM_EXISTS, [first], 'wrong-version'],
    ['a live stream', TWO, STREAM_EXISTS, [third], 'write'],
    ['a live stream, soft-deleted', DELETED, STREAM_EXISTS, [third], 'wrong-version'],
    ['no stream, soft-deleted', DELETED, NO_STREAM, [third], 'write'],
    ['its last revision, soft-deleted', DELETED, 1, [third], 'write'],
    ['an older revision, soft-deleted', DELETED, 0, [third], 'wrong-version'],
    ['any, tombstoned', GONE, ANY, [second], 'stream-deleted'],
    ['no stream, tombstoned', GONE, NO_STREAM, [first], 'stream-deleted'],
  ])('%s', (_, state, expected, events, decision) =>
    expect(decideAppend(state, expected, events)).toEqual(decision),
  );
});

describe('a deletion', () => {
  it.each([
    ['of a stream that never was', NEVER, ANY, 'wrong-version'],
    ['at any revision', TWO, ANY, 'write'],
    ['at the current one', TWO, 1, 'write'],
    ['at an older one', TWO, 0, 'wrong-version'],
    ['of a tombstoned stream', GONE, ANY, 'stream-deleted'],
  ])('%s', (_, state, expected, decision) => expect(decideDelete(state, expected)).toBe(decision));

  it('for ever may forbid a stream that never was', () => {
    expect(decideTombstone(NEVER, NO_STREAM)).toBe('write');
    expect(decideTombstone(NEVER, 0)).toBe('wrong-version');
  });
});
