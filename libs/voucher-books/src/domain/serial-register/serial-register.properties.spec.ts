import * as fc from 'fast-check';
import { serialRegister } from './serial-register';
import type { SerialRegisterWish } from './serial-register.messages';

const anyOrder = fc.integer({ min: 1, max: 8 }).map((i) => `order ${i}`);
const anyWish = fc.oneof(
  fc
    .record({ orderId: anyOrder, books: fc.integer({ min: 1, max: 1_000 }) })
    .map((data): SerialRegisterWish => ({ type: 'AllotRange', data: { ...data, keyId: 'k1' } })),
  fc
    .record({ orderId: anyOrder, replacedBook: fc.integer({ min: 1, max: 5 }) })
    .map((data): SerialRegisterWish => ({
      type: 'AllotReplacement',
      data: { ...data, keyId: 'k1' },
    })),
);

describe('in any history of the register', () => {
  it('numbers go on without a gap, and no cause gets two ranges', () => {
    fc.assert(
      fc.property(fc.array(anyWish, { maxLength: 60 }), (wishes) => {
        let state = serialRegister.initialState;
        const causes = new Set<string>();
        let lastBook = 0;
        for (const wish of wishes) {
          const made = serialRegister.decide(wish, state);
          if (wish.type === 'RevokeKey') throw new Error('no key leaks here');
          const replacedBook = wish.type === 'AllotReplacement' ? wish.data.replacedBook : '';
          const cause = `${wish.data.orderId}/${replacedBook}`;
          expect(made.length).toBe(causes.has(cause) ? 0 : 1);
          causes.add(cause);
          for (const fact of made) {
            if (fact.type !== 'RangeAllotted') throw new Error('a range');
            expect(fact.data.firstBook).toBe(lastBook + 1);
            lastBook = fact.data.lastBook;
          }
          state = made.reduce(serialRegister.evolve, state);
        }
      }),
    );
  });
});
