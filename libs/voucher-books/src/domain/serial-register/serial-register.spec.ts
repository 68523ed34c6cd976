import { given } from '@app/platform/testing/given';
import type { SerialRegisterFact } from '../../contract';
import { BOOK_NUMBER_MAX } from '../codes/code-layout';
import { currentKeyOf, findAllotted, serialRegister } from './serial-register';
import type { SerialRegisterWish } from './serial-register.messages';

const allot = (orderId: string, books: number, keyId = 'k1'): SerialRegisterWish => ({
  type: 'AllotRange',
  data: { orderId, books, keyId },
});
const allotted = (orderId: string, firstBook: number, lastBook: number): SerialRegisterFact => ({
  type: 'RangeAllotted',
  data: { orderId, keyId: 'k1', firstBook, lastBook },
});
const replacing = (orderId: string, replacedBook: number): SerialRegisterWish => ({
  type: 'AllotReplacement',
  data: { orderId, replacedBook, keyId: 'k1' },
});
const replacedBy = (orderId: string, replacedBook: number, book: number): SerialRegisterFact => ({
  type: 'RangeAllotted',
  data: { orderId, replacedBook, keyId: 'k1', firstBook: book, lastBook: book },
});
const facts = { reason: 'lost laptop', revokedAt: '2026-05-01T08:00:00.000Z' };
const revoke = (keyId: string, newKeyId: string): SerialRegisterWish => ({
  type: 'RevokeKey',
  data: { keyId, newKeyId, ...facts },
});
const revoked = (keyId: string, newKeyId: string): SerialRegisterFact => ({
  type: 'KeyRevoked',
  data: { keyId, newKeyId, ...facts },
});

describe('the serial register', () => {
  it('begins with 1 and goes on without a gap', () => {
    given(serialRegister)
      .when(allot('a', 100_000))
      .then(allotted('a', 1, 100_000));
    given(serialRegister, allotted('a', 1, 100))
      .when(allot('b', 1))
      .then(allotted('b', 101, 101));
  });

  it('gives an order its range once', () => {
    const history = [allotted('a', 1, 100), allotted('b', 101, 101)];
    given(serialRegister, ...history)
      .when(allot('a', 100))
      .thenNothing();
    given(serialRegister, ...history)
      .when(allot('b', 1))
      .thenNothing();
  });

  it('gives a replaced book one number once, beside its order’s range', () => {
    const history = [allotted('a', 1, 100)];
    given(serialRegister, ...history)
      .when(replacing('a', 7))
      .then(replacedBy('a', 7, 101));
    given(serialRegister, ...history, replacedBy('a', 7, 101))
      .when(replacing('a', 7))
      .thenNothing();
    given(serialRegister, ...history, replacedBy('a', 7, 101))
      .when(replacing('a', 8))
      .then(replacedBy('a', 8, 102));
    // A replacement that was lost can be replaced in its turn.
    given(serialRegister, ...history, replacedBy('a', 7, 101))
      .when(replacing('a', 101))
      .then(replacedBy('a', 101, 102));
  });

  it('finds what it gave, by cause', () => {
    const state = [allotted('a', 1, 100), replacedBy('a', 7, 101)].reduce(
      serialRegister.evolve,
      serialRegister.initialState,
    );
    expect(findAllotted(state, { orderId: 'a' })?.lastBook).toBe(100);
    expect(findAllotted(state, { orderId: 'a', replacedBook: 7 })?.firstBook).toBe(101);
    expect(findAllotted(state, { orderId: 'a', replacedBook: 8 })).toBeUndefined();
  });

  it('ends with the last number a code can hold', () => {
    const history = [allotted('a', 1, BOOK_NUMBER_MAX - 2)];
    given(serialRegister, ...history)
      .when(allot('b', 2))
      .then(allotted('b', BOOK_NUMBER_MAX - 1, BOOK_NUMBER_MAX));
    given(serialRegister, ...history)
      .when(allot('b', 3))
      .thenRefused('serial_numbers_exhausted');
  });

  it.each([0, -1, 1.5])('gives no range of %d books', (books) =>
    given(serialRegister).when(allot('a', books)).thenRefused('books_out_of_range'),
  );

  it('stays quick over a hundred thousand orders', () => {
    let state = serialRegister.initialState;
    for (let i = 1; i <= 100_000; i += 1) {
      state = serialRegister.evolve(state, allotted(`order ${i}`, i, i));
    }
    expect(serialRegister.decide(allot('order 1', 1), state)).toEqual([]);
    expect(serialRegister.decide(allot('new', 1), state)).toEqual([
      allotted('new', 100_001, 100_001),
    ]);
  });
});

describe('a leaked master key', () => {
  it('is replaced in every range by one event', () => {
    given(serialRegister, allotted('a', 1, 100))
      .when(revoke('k1', 'k2'))
      .then(revoked('k1', 'k2'));
    given(serialRegister, revoked('k1', 'k2')).when(revoke('k1', 'k3')).thenRefused('already_so');
  });

  it('serves no order any more', () => {
    given(serialRegister, revoked('k1', 'k2')).when(allot('a', 1)).thenRefused('key_revoked');
    const [fact] = serialRegister.decide(allot('a', 1, 'k2'), serialRegister.initialState);
    expect(fact?.data.keyId).toBe('k2');
  });

  it('is not replaced by itself or by another leaked one', () => {
    given(serialRegister).when(revoke('k1', 'k1')).thenRefused('key_revoked');
    given(serialRegister, revoked('k1', 'k2')).when(revoke('k2', 'k1')).thenRefused('key_revoked');
  });

  it('is followed to the key that stands today', () => {
    const keys = { k1: 'k2', k2: 'k3' };
    expect(['k1', 'k2', 'k3', 'k4'].map((key) => currentKeyOf(keys, key))).toEqual([
      ...['k3', 'k3', 'k3', 'k4'],
    ]);
  });
});
