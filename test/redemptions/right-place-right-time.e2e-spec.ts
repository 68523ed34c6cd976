import type { Event } from '@app/kernel';
import { effectiveLabels, place, type Place } from '@app/places';
import type { PlaceFact } from '@app/places/contract';
import { InMemoryEventStore, type RecordedEvent } from '@app/platform';
import { order, type Order } from '@app/voucher-books';
import type { BookFact, OrderFact, VouchersRedeemed } from '@app/voucher-books/contract';
import * as fc from 'fast-check';
import { Scheme, type Till } from './scheme';
import { RedemptionApi } from './till';
import { UnreliableStore } from './unreliable-store';

/**
 * I-6: at the position a redemption is stamped with, every condition on its place and its order held,
 * and in its book's stream every condition on the book. Judged from the log alone, whatever the api
 * had heard when it decided.
 */
type Step =
  | Readonly<{ do: 'redeem'; book: number; voucher: number }>
  | Readonly<{ do: 'place'; fact: 'suspend' | 'restore' | 'withdraw' | 'label' }>
  | Readonly<{ do: 'book'; book: number; fact: 'distribute' | 'block' | 'unblock' }>
  | Readonly<{ do: 'hold' | 'release' }>;

const BOOKS = 2;
const bookNumber = fc.integer({ min: 1, max: BOOKS });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('redeem' as const),
      book: bookNumber,
      voucher: fc.integer({ min: 1, max: 3 }),
    }),
  },
  fc.record({
    do: fc.constant('place' as const),
    fact: fc.constantFrom('suspend' as const, 'restore', 'withdraw', 'label'),
  }),
  fc.record({
    do: fc.constant('book' as const),
    book: bookNumber,
    fact: fc.constantFrom('distribute' as const, 'block', 'unblock'),
  }),
  fc.record({ do: fc.constantFrom('hold' as const, 'release') }),
);

describe('every redemption, at the position it is stamped with', () => {
  it('was in the right place at the right time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const store = new UnreliableStore(new InMemoryEventStore());
        const scheme = await Scheme.in(store, { books: BOOKS });
        const till = await scheme.place();
        const api = await (await RedemptionApi.start(scheme)).caughtUp();
        try {
          for (const each of steps) await take(each, { store, scheme, till, api });
          refuseWrong(await Array.fromAsync(store.readAll()));
        } finally {
          await api.close();
          scheme.remove();
        }
      }),
      { numRuns: 40 },
    );
  });
});

type World = Readonly<{
  store: UnreliableStore;
  scheme: Scheme;
  till: Till;
  api: RedemptionApi;
}>;

async function take(step: Step, { store, scheme, till, api }: World): Promise<void> {
  switch (step.do) {
    case 'hold':
      return store.holdFollowers();
    case 'release':
      return store.releaseFollowers();
    case 'redeem': {
      const codes = [scheme.codeOf(step.book, step.voucher)];
      const { status } = await api.redeem(till, { codes });
      expect([201, 409]).toContain(status);
      return;
    }
    case 'place':
      return scheme.write(`place-${till.placeId}`, placeFact(step.fact, till.placeId));
    case 'book':
      return scheme.write(`book-${step.book}`, bookFact(step.fact, step.book, scheme));
  }
}

function placeFact(fact: 'suspend' | 'restore' | 'withdraw' | 'label', placeId: string): Event {
  const label = { validFromOn: '2026-01-01', validUntilOn: '2027-06-30' };
  switch (fact) {
    case 'suspend':
      return { type: 'PlaceSuspended', data: { placeId, reason: 'x' } };
    case 'restore':
      return { type: 'PlaceRestored', data: { placeId } };
    case 'withdraw':
      return { type: 'LabelWithdrawn', data: { placeId, reason: 'x', withdrawnOn: '2026-06-10' } };
    case 'label':
      return { type: 'PlaceLabelled', data: { placeId, ...label, services: ['online-forms'] } };
  }
}

function bookFact(fact: 'distribute' | 'block' | 'unblock', book: number, scheme: Scheme): Event {
  const { orderId, agreementId, funderId } = scheme;
  const at = '2026-06-10T08:00:00.000Z';
  const owner = { book, orderId, agreementId, funderId, unusedVouchers: 0 };
  switch (fact) {
    case 'distribute':
      return scheme.distributed(book);
    case 'block':
      return { type: 'BookBlocked', data: { ...owner, reason: 'lost', blockedAt: at } };
    case 'unblock':
      return { type: 'BookUnblocked', data: { ...owner, unblockedAt: at } };
  }
}

/** The rules once more, in the words of design.md. */
function refuseWrong(log: readonly RecordedEvent[]): void {
  for (const event of log) {
    if (event.type !== 'VouchersRedeemed') continue;
    const redeemed = event.data as VouchersRedeemed['data'];
    const { placeId, orderId, performedOn, service, redemptionId } = redeemed;
    const followed = BigInt(event.metadata.followedPosition ?? -1);
    const known = log.filter(({ position }) => position <= followed);
    const at: Place = known
      .filter(({ streamName }) => streamName === `place-${placeId}`)
      .reduce(
        (state, { type, data }) => place.evolve(state, { type, data } as PlaceFact),
        place.initialState,
      );
    const placed: Order = known
      .filter(({ streamName }) => streamName === `order-${orderId}`)
      .reduce(
        (state, { type, data }) => order.evolve(state, { type, data } as OrderFact),
        order.initialState,
      );
    expect(placed.status).toBe('active');
    expect(at.status).not.toBe('suspended');
    const labels = at.status === 'unknown' ? [] : effectiveLabels(at);
    const covers = labels.some(
      ({ validFromOn, validUntilOn, services }) =>
        validFromOn <= performedOn && performedOn <= validUntilOn && services.includes(service),
    );
    expect(covers).toBe(true);
    refuseWrongBook(
      log.filter((each) => each.streamName === event.streamName && each.revision < event.revision),
      redeemed.vouchers,
    );
    expect(event.metadata.commandId).toBe(redemptionId);
  }
}

/** Exact: the book's own stream up to the redemption. */
function refuseWrongBook(before: readonly RecordedEvent[], vouchers: readonly number[]): void {
  const facts = before.map(({ type, data }) => ({ type, data }) as BookFact);
  expect(facts.some(({ type }) => type === 'BookDistributed')).toBe(true);
  const gate = facts.findLast(({ type }) => type === 'BookBlocked' || type === 'BookUnblocked');
  expect(gate?.type).not.toBe('BookBlocked');
  const used = facts.flatMap((fact) =>
    fact.type === 'VouchersRedeemed' ? fact.data.vouchers : [],
  );
  for (const voucher of vouchers) expect(used).not.toContain(voucher);
}
