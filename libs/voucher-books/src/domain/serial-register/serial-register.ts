import type { Decider } from '@app/kernel';
import type { RangeAllotted, SerialRegisterFact } from '../../contract';
import { BOOK_NUMBER_MAX } from '../codes/code-layout';
import { refuse } from '../refuse';
import type { RevokeKey, SerialRegisterWish } from './serial-register.messages';

/** There is one register per deployment. */
export const SERIAL_REGISTER_ID = 'books';

export type SerialRegister = Readonly<{
  /** The first number never given. */
  nextBook: number;
  latest: Allotted | undefined;
  /** Leaked master keys, each with the one that took its place. */
  revokedKeys: Readonly<Record<string, string>>;
}>;

/** A chain, so that one more range costs the same however many there are. */
type Allotted = Readonly<{ range: Readonly<RangeAllotted['data']>; earlier: Allotted | undefined }>;

/** Gives every book its number: continuous, never twice, once per cause. Cancelled ranges stay. */
export const serialRegister: Decider<SerialRegisterWish, SerialRegister, SerialRegisterFact> = {
  name: 'serial-register',
  initialState: { nextBook: 1, latest: undefined, revokedKeys: {} },

  decide: (wish, register) => {
    switch (wish.type) {
      case 'AllotRange': {
        const { orderId, books, keyId } = wish.data;
        return allot(register, { orderId, keyId }, books);
      }
      case 'AllotReplacement': {
        const { orderId, replacedBook, keyId } = wish.data;
        return allot(register, { orderId, replacedBook, keyId }, 1);
      }
      case 'RevokeKey':
        return revokeKey(wish, register);
    }
  },

  evolve: (register, { type, data }) => {
    switch (type) {
      case 'RangeAllotted': {
        const latest = { range: data, earlier: register.latest };
        return { ...register, nextBook: data.lastBook + 1, latest };
      }
      case 'KeyRevoked': {
        const revokedKeys = { ...register.revokedKeys, [data.keyId]: data.newKeyId };
        return { ...register, revokedKeys };
      }
    }
  },
};

/** The range given for a cause: an order, or the replacement of one of its books. */
export function findAllotted(
  { latest }: SerialRegister,
  cause: Readonly<{ orderId: string; replacedBook?: number }>,
): RangeAllotted['data'] | undefined {
  for (let allotted = latest; allotted; allotted = allotted.earlier) {
    const { orderId, replacedBook } = allotted.range;
    if (orderId === cause.orderId && replacedBook === cause.replacedBook) return allotted.range;
  }
  return undefined;
}

/** The range a number lies in. */
export function findRangeOf(
  { latest }: SerialRegister,
  book: number,
): RangeAllotted['data'] | undefined {
  for (let allotted = latest; allotted; allotted = allotted.earlier) {
    const { firstBook, lastBook } = allotted.range;
    if (firstBook <= book && book <= lastBook) return allotted.range;
    // Numbers only grow: what came before is smaller still.
    if (book > lastBook) return undefined;
  }
  return undefined;
}

/** The master key that stands for `keyId` today: itself, unless it leaked. */
export function currentKeyOf(revokedKeys: Readonly<Record<string, string>>, keyId: string): string {
  let current = keyId;
  for (let next = revokedKeys[current]; next !== undefined; next = revokedKeys[current]) {
    current = next;
  }
  return current;
}

function allot(
  register: SerialRegister,
  cause: Readonly<{ orderId: string; replacedBook?: number; keyId: string }>,
  books: number,
): readonly SerialRegisterFact[] {
  if (findAllotted(register, cause)) return [];
  if (register.revokedKeys[cause.keyId] !== undefined) return refuse('key_revoked');
  if (!Number.isInteger(books) || books < 1) return refuse('books_out_of_range');
  const firstBook = register.nextBook;
  const lastBook = firstBook + books - 1;
  if (lastBook > BOOK_NUMBER_MAX) return refuse('serial_numbers_exhausted');
  return [{ type: 'RangeAllotted', data: { ...cause, firstBook, lastBook } }];
}

function revokeKey(
  { data }: RevokeKey,
  { revokedKeys }: SerialRegister,
): readonly SerialRegisterFact[] {
  if (revokedKeys[data.keyId] !== undefined) return refuse('already_so');
  // A key that leaked stays leaked: it cannot stand for another one, nor for itself.
  if (data.newKeyId === data.keyId || revokedKeys[data.newKeyId] !== undefined) {
    return refuse('key_revoked');
  }
  return [{ type: 'KeyRevoked', data }];
}
