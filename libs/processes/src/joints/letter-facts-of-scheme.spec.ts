import { agreement } from '@app/funding';
import { hashOf, StreamAggregateStore, uuidV5 } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import type { PlaceQueries } from '@app/read-models';
import { LetterFactsOfScheme } from './letter-facts-of-scheme.adapter';

const ID = '00000000-0000-5000-8000-000000000001';
const aggregates = new StreamAggregateStore({ store: new InMemoryEventStore() });

/** A labelled place in the view; `distanceKm` where a point was given. */
const place = (name: string, communeCode: string, services: readonly string[], km: number) => ({
  ...{ name, department: communeCode.slice(0, 2), label: { services } },
  address: { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR', communeCode },
  km,
});

const all = [
  place('far', '58194', ['pix', 'online-forms'], 12.34),
  place('near', '58194', ['online-forms'], 0.42),
  place('other service', '58194', ['pix'], 0.1),
  place('other commune', '58086', ['online-forms'], 0.2),
  place('other department', '23096', ['online-forms'], 0.3),
];

const places = {
  search: ({ department, near }: { department?: string; near?: object }) => {
    return all
      .filter((each) => department === undefined || each.department === department)
      .map(({ km, ...each }) => ({ ...each, distanceKm: near === undefined ? null : km }));
  },
} as unknown as PlaceQueries;

const facts = new LetterFactsOfScheme(aggregates, places, new FakeClock());

async function sign(number: number, territories: string[], services: string[]): Promise<string> {
  const agreementId = uuidV5(ID, `${number}`);
  const data = {
    ...{ agreementId, funderId: ID, reference: 'C', faceValueCents: 1_000, booksOf: [10] },
    ...{ feeBasisPoints: 0, vatBasisPoints: 0, ceilingCents: 1_000_000, funderName: 'Nièvre' },
    coFunders: [
      { name: 'État', shareBasisPoints: 4_000 },
      { name: 'Nièvre', shareBasisPoints: 6_000 },
    ],
    restrictions: { territories, services, publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  };
  const wish = { type: 'SignAgreement', data } as const;
  await aggregates.handle(agreement, agreementId, wish, {
    ...{ commandId: agreementId, requestHash: hashOf(data), correlationId: 'c', causationId: 'c' },
    actor: { id: 'ana', partyId: ID, role: 'operator' },
  });
  return agreementId;
}

const near = { latitude: 47, longitude: 3.16 };
const namesOf = async (agreementId: string, options = { near, placesMax: 8 }) =>
  (await facts.listPlaces(agreementId, options)).map(({ name }) => name);

describe('what a covering letter says', () => {
  it('names the funder first and everybody once', async () => {
    expect(await facts.listPayers(await sign(1, [], []))).toEqual(['Nièvre', 'État']);
  });

  it('names the nearest places first, with their distance to 100 m', async () => {
    const agreementId = await sign(2, ['58194'], ['online-forms']);
    expect(await namesOf(agreementId)).toEqual(['near', 'far']);
    const [nearest] = await facts.listPlaces(agreementId, { near, placesMax: 1 });
    expect(nearest).toEqual({
      ...{ name: 'near', street: '1 rue A', postalCode: '58000', city: 'Nevers' },
      ...{ services: ['online-forms'], distanceKm: 0.4 },
    });
  });

  it('names no place outside the agreement’s territory, and any where it has none', async () => {
    expect(await namesOf(await sign(3, ['58'], ['online-forms']))).not.toContain(
      'other department',
    );
    expect(await namesOf(await sign(4, [], []))).toHaveLength(all.length);
  });

  it('names no more than there is room for, and no distance from nowhere', async () => {
    const agreementId = await sign(5, [], []);
    const found = await facts.listPlaces(agreementId, { near: undefined, placesMax: 2 });
    expect(found).toHaveLength(2);
    expect(found[0]).not.toHaveProperty('distanceKm');
  });
});
