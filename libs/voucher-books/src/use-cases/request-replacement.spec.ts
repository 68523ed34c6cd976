import type { Event } from '@app/kernel';
import { StreamAggregateStore, uuidV5, type CommandContext } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { active, AGREEMENT_ID, FUNDER_ID, KEY_ID, ORDER_ID } from '../domain/order/order.examples';
import { OrdersOfBooks } from '../lookups/orders-of-books';
import { RequestReplacement, RequestReplacementHandler } from './request-replacement';

const owner = { book: 7, orderId: ORDER_ID, agreementId: AGREEMENT_ID, funderId: FUNDER_ID };
const blocked: Event = {
  type: 'BookBlocked',
  data: { ...owner, reason: 'lost', blockedAt: '2026-03-01T10:00:00.000Z', unusedVouchers: 0 },
};
const unblocked: Event = {
  type: 'BookUnblocked',
  data: { ...owner, unblockedAt: '2026-03-01T11:00:00.000Z', unusedVouchers: 0 },
};

async function scheme() {
  const store = new InMemoryEventStore();
  await store.given('serial-register-books', {
    type: 'RangeAllotted',
    data: { orderId: ORDER_ID, keyId: KEY_ID, firstBook: 1, lastBook: 100 },
  });
  await store.given(`order-${ORDER_ID}`, ...active);
  const aggregates = new StreamAggregateStore({ store });
  const ofBook = {
    restrictions: { territories: [], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false, isShort: false },
  };
  const agreements = { find: () => Promise.resolve({ ofBook } as never) };
  const handler = new RequestReplacementHandler(
    aggregates,
    new OrdersOfBooks(aggregates, agreements),
    { currentKeyId: KEY_ID } as never,
    new FakeClock('2026-03-02T10:00:00Z'),
  );
  const ask = (name: string) => handler.execute(new RequestReplacement({ book: 7 }, asked(name)));
  const types = async (stream: string) =>
    (await Array.fromAsync(store.readStream(stream))).map(({ type }) => type);
  return { store, ask, types };
}

const asked = (name: string): CommandContext => ({
  commandId: uuidV5('6ba7b810-9dad-51d1-80b4-00c04fd430c8', name),
  requestHash: 'the same wish',
  actor: { id: 'person', partyId: 'party', role: 'operator' },
  correlationId: name,
  causationId: name,
});

describe('a replacement that is asked for', () => {
  it('spends no number on a book that cannot be replaced', async () => {
    const { ask, types } = await scheme();
    await expect(ask('first')).rejects.toMatchObject({ code: 'book_not_blocked' });
    expect(await types('serial-register-books')).toEqual(['RangeAllotted']);
  });

  it('takes the number given before, where the book came back before the process did', async () => {
    const { store, ask, types } = await scheme();
    await store.given('book-7', blocked);
    expect(await ask('first')).toMatchObject({ newBook: 101 });
    // The process came with the number, and was refused: the book was not blocked then.
    await store.given('book-7', unblocked, blocked);
    expect(await ask('second')).toMatchObject({ newBook: 101 });
    expect(await types('serial-register-books')).toEqual(['RangeAllotted', 'RangeAllotted']);
    expect((await types('book-7')).at(-1)).toBe('BookReplaced');
    // Whoever asks again is answered as before; whoever asks anew is told that it is so.
    expect(await ask('first')).toMatchObject({ newBook: 101 });
    expect(await ask('second')).toMatchObject({ newBook: 101 });
    await expect(ask('third')).rejects.toMatchObject({ code: 'already_so' });
    expect(await types('book-7')).toHaveLength(4);
  });
});
