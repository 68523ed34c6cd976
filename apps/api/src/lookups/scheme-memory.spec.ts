import type { BookKnowledge } from '@app/voucher-books';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { SchemeMemory } from './scheme-memory';

const TODAY = '2026-06-10';
const ADDRESS = {
  ...{ street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' },
  communeCode: '58194',
};
const PLACE = 'place';

const need = { faceCents: 10_000, feeCents: 0, vatCents: 0 };

/** An agreement with an active order `id` of books `firstBook` to `lastBook`. */
async function writeOrder(store: InMemoryEventStore, id: string, range: readonly [number, number]) {
  const [firstBook, lastBook] = range;
  const ids = { orderId: id, agreementId: `agreement of ${id}` };
  await store.given(`agreement-${ids.agreementId}`, {
    type: 'AgreementSigned',
    data: {
      ...{ agreementId: ids.agreementId, funderId: 'funder', reference: 'C', booksOf: [10] },
      ...{ faceValueCents: 1_000, feeBasisPoints: 0, vatBasisPoints: 0, ceilingCents: 10 ** 9 },
      ...{ funderName: 'Nièvre', coFunders: [{ name: 'Nièvre', shareBasisPoints: 10_000 }] },
      restrictions: { territories: ['58'], services: [], publics: [] },
      ...{ singleHandOut: false, allowPrescribingPlace: false },
    },
  });
  const validity = {
    ...{ validUntilOn: '2026-12-31', graceDays: 30, remittanceDays: 6 },
    ...{ lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05', orderedOn: TODAY },
  };
  const placed = { ...ids, funderId: 'funder', books: lastBook - firstBook + 1 };
  await store.given(
    `order-${id}`,
    {
      type: 'BooksOrdered',
      data: { ...placed, vouchersPerBook: 10, faceValueCents: 1_000, ...validity, ...need },
    },
    { type: 'FundsReserved', data: ids },
    { type: 'BooksIssued', data: { ...ids, firstBook, lastBook, keyId: 'k1' } },
    { type: 'OrderDelivered', data: { ...ids, deliveredOn: TODAY } },
    { type: 'OrderActivated', data: { ...ids, funderId: 'funder', invoicedOn: TODAY, ...need } },
  );
  const allotted = { orderId: id, firstBook, lastBook, keyId: 'k1' };
  await store.given('serial-register-books', { type: 'RangeAllotted', data: allotted });
}

/** Memory that follows, and the answer of both: what it recalls is what the streams say. */
async function schemeOf() {
  const store = new InMemoryEventStore();
  const memory = new SchemeMemory(store);
  let followed = 0;
  await writeOrder(store, 'a', [1, 10]);
  await writeOrder(store, 'b', [11, 11]);
  await writeOrder(store, 'c', [20, 40]);
  const services = ['online-forms'];
  const details = { name: 'O', siret: '73282932000074', legalForm: 'association' };
  const organisation = { organisationId: 'owner', ...details, address: ADDRESS };
  await store.given('organisation-owner', { type: 'OrganisationRegistered', data: organisation });
  const label = { validFromOn: '2026-01-01', validUntilOn: '2026-12-31', services };
  const listed = { placeId: PLACE, organisationId: 'owner', name: 'Espace', address: ADDRESS };
  await store.given(
    `place-${PLACE}`,
    { type: 'PlaceListed', data: { ...listed, services } },
    { type: 'PlaceLabelled', data: { placeId: PLACE, ...label } },
  );
  const ask = async (book: number): Promise<BookKnowledge> => {
    const events = await Array.fromAsync(store.readAll());
    for (const event of events.slice(followed)) memory.observe(event);
    followed = events.length;
    const { position = 0n } = events.at(-1) ?? {};
    const recalled = memory.recall({ book, placeId: PLACE }, position);
    // Asked a second time it is remembered, not worked out.
    expect(memory.recall({ book, placeId: PLACE }, position)).toEqual(recalled);
    expect(await memory.readAt({ book, placeId: PLACE }, position)).toEqual(recalled);
    return recalled;
  };
  return { store, memory, ask };
}

describe('the memory of a scheme', () => {
  it.each([
    [0, undefined],
    [1, 'a'],
    [10, 'a'],
    [11, 'b'],
    [12, undefined],
    [19, undefined],
    [20, 'c'],
    [40, 'c'],
    [41, undefined],
  ])('has book %i in order %s', async (book, orderId) => {
    const { ask } = await schemeOf();
    const { order, origin, funderName } = await ask(book);
    expect([order?.orderId, origin?.orderId]).toEqual([orderId, orderId]);
    expect(funderName).toBe(orderId && 'Nièvre');
  });

  it('hears at once what becomes of an order, of its key and of a place', async () => {
    const { store, ask } = await schemeOf();
    const { order, place } = await ask(1);
    expect(order).toMatchObject({ wasActivated: true, validityEnded: false });
    expect(place).toMatchObject({ siret: '73282932000074', suspended: false });
    const ended = { orderId: 'a', agreementId: 'agreement of a', funderId: 'funder' };
    await store.given('order-a', { type: 'ValidityEnded', data: { ...ended, endedOn: TODAY } });
    expect((await ask(1)).order?.validityEnded).toBe(true);
    const revoked = { keyId: 'k1', newKeyId: 'k2', reason: 'leaked', revokedAt: `${TODAY}T09:00Z` };
    await store.given('serial-register-books', { type: 'KeyRevoked', data: revoked });
    expect((await ask(1)).origin?.keyId).toBe('k2');
    const suspended = { placeId: PLACE, reason: 'fraud' };
    await store.given(`place-${PLACE}`, { type: 'PlaceSuspended', data: suspended });
    expect((await ask(1)).place?.suspended).toBe(true);
  });

  it('counts a replacement once the old book names it', async () => {
    const { store, ask } = await schemeOf();
    const allotted = { orderId: 'a', replacedBook: 3, firstBook: 41, lastBook: 41, keyId: 'k1' };
    await store.given('serial-register-books', { type: 'RangeAllotted', data: allotted });
    const { order, origin } = await ask(41);
    expect([order, origin?.orderId]).toEqual([undefined, 'a']);
    const owner = { orderId: 'a', agreementId: 'agreement of a', funderId: 'funder' };
    const replaced = { newBook: 41, vouchersInNewBook: 4, movedCents: 4_000 };
    await store.given('book-3', {
      type: 'BookReplaced',
      data: { book: 3, ...owner, ...replaced, replacedAt: `${TODAY}T09:00:00.000Z` },
    });
    expect((await ask(41)).order?.vouchersInBook).toBe(4);
  });

  it('knows nothing of a place nobody listed', async () => {
    const { memory, ask } = await schemeOf();
    await ask(1);
    expect(memory.recall({ book: 1, placeId: 'another' }, 0n).place).toBeUndefined();
    expect(memory.recall({ book: 1 }, 0n).place).toBeUndefined();
    expect(Array.from(memory.places(), ({ said }) => said?.placeId)).toEqual([PLACE]);
  });
});
