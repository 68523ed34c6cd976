import { randomUUID } from 'node:crypto';
import { World, type Person } from './world';

let world: World;
beforeAll(async () => (world = await World.start()));
afterAll(() => world.stop());

const operator: Person = { roles: ['operator'] };
const approver: Person = { roles: ['finance-approver'], id: 'approver' };
const auditor: Person = { roles: ['auditor'] };
const managerOf = (partyId: string): Person => ({
  roles: ['place-manager'],
  id: 'manager',
  partyId,
});

const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
const details = { name: 'Asso', siret: '73282932000074', legalForm: 'association', address };
const account = { iban: 'fr76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', holderName: 'Asso' };
const details58 = { ...details, name: 'Asso 58' };

async function anOrganisation(change = {}): Promise<string> {
  const { body } = await world.post('/v1/organisations', { ...details, ...change }, operator);
  return body.organisationId as string;
}

async function aPlace(change = {}): Promise<string> {
  const organisationId = await anOrganisation();
  const place = { organisationId, name: 'Lieu', address, services: ['pix'], ...change };
  const { body } = await world.post('/v1/places', place, operator);
  return body.placeId as string;
}

describe('an organisation', () => {
  it('is registered, corrected, shown and listed', async () => {
    const registered = await world.post('/v1/organisations', details, operator);
    expect([registered.status, Object.keys(registered.body)]).toEqual([201, ['organisationId']]);
    expect(registered.headers['event-position']).toMatch(/^\d+$/);
    const { organisationId } = registered.body;
    const path = `/v1/organisations/${organisationId}`;
    expect((await world.get(path, auditor)).body).toEqual({
      ...{ organisationId, ...details, bankAccounts: [], places: [] },
    });
    expect((await world.post(`${path}/correction`, details58, operator)).status).toBe(200);
    expect((await world.post(`${path}/correction`, details58, operator)).body.code).toBe(
      'already_so',
    );
    expect((await world.get(path, managerOf(organisationId))).body.name).toBe('Asso 58');
    const listed = await world.get('/v1/organisations?limit=500', approver);
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ organisationId, name: 'Asso 58' }),
    );
    const csv = await world.get('/v1/organisations', approver, { accept: 'text/csv' });
    expect(csv.text).toContain(`${organisationId},Asso 58,73282932000074,association,`);
  });

  it('is the same one when asked again with the same key, and no other', async () => {
    const key = randomUUID();
    const first = await world.post('/v1/organisations', details, operator, key);
    const partyId = randomUUID();
    const someone = { ...operator, partyId };
    const mine = await world.post('/v1/organisations', details, someone, key);
    const before = await world.countEvents();
    const again = await world.post('/v1/organisations', details, someone, key);
    expect([again.status, again.body]).toEqual([mine.status, mine.body]);
    expect(mine.body).not.toEqual(first.body);
    const other = await world.post('/v1/organisations', details58, someone, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    expect(await world.countEvents()).toBe(before);
  });

  it.each([
    [422, 'siret_invalid', { siret: '73282932000075' }],
    [422, 'siret_invalid', { siret: '356000000000481' }],
    [400, 'required', { name: undefined }],
    [400, 'text_empty', { name: ' ' }],
    [400, 'unknown_property', { status: 'verified' }],
    [400, 'country_invalid', { address: { ...address, country: 'France' } }],
    [400, 'commune_code_invalid', { address: { ...address, communeCode: '5819' } }],
  ])('is refused with %i %s for %j, and nothing changes', async (status, code, change) => {
    const before = await world.countEvents();
    const refused = await world.post('/v1/organisations', { ...details, ...change }, operator);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(await world.countEvents()).toBe(before);
  });

  it('of La Poste has a SIRET of its own kind', async () =>
    expect(await anOrganisation({ siret: '35600000063516' })).toBeDefined());

  it('is nobody else’s: foreign is like missing, and a role too small is told', async () => {
    const organisationId = await anOrganisation();
    const stranger = managerOf(randomUUID());
    const foreign = await world.get(`/v1/organisations/${organisationId}`, stranger);
    const missing = await world.get(`/v1/organisations/${randomUUID()}`, stranger);
    const same = ({ traceId: _, ...body }: Record<string, unknown>) => body;
    expect([foreign.status, same(foreign.body)]).toEqual([404, same(missing.body)]);
    const declared = await world.post(
      `/v1/organisations/${organisationId}/bank-accounts`,
      ...([account, stranger] as const),
    );
    expect([declared.status, same(declared.body)]).toEqual([404, same(missing.body)]);
    expect((await world.post('/v1/organisations', details, stranger)).status).toBe(403);
    expect((await world.get(`/v1/organisations/${organisationId}`)).status).toBe(401);
    expect((await world.get('/v1/organisations/no-id', auditor)).body.code).toBe('id_invalid');
  });
});

describe('a bank account', () => {
  const accountsOf = (organisationId: string) =>
    `/v1/organisations/${organisationId}/bank-accounts`;

  it('is declared, verified by another person, and the next one waits 48 hours', async () => {
    const organisationId = await anOrganisation();
    const accounts = accountsOf(organisationId);
    const declare = async (as: Person) => {
      const { status, body } = await world.post(accounts, account, as);
      expect([status, body.status]).toEqual([201, 'declared']);
      return body.bankAccountId as string;
    };
    const verify = (id: string, as: Person) =>
      world.post(`${accounts}/${id}/verification`, { outcome: 'match' }, as);
    const first = await declare(managerOf(organisationId));
    expect((await verify(first, managerOf(organisationId))).status).toBe(403);
    const { body: verified } = await verify(first, approver);
    expect(verified).toEqual({ bankAccountId: first, status: 'verified' });
    const second = await declare(approver);
    const refused = await verify(second, approver);
    expect([refused.status, refused.body.code]).toEqual([409, 'same_person']);
    const { body } = await verify(second, { ...approver, id: 'another' });
    const until = new Date(world.clock.now().getTime() + 48 * 3_600_000).toISOString();
    expect(body).toMatchObject({ status: 'verified', quarantinedUntilAt: until });
    const revoked = await world.post(
      ...([
        `${accounts}/${first}/revocation`,
        { reason: 'closed' },
        managerOf(organisationId),
      ] as const),
    );
    expect(revoked.body).toEqual({ bankAccountId: first, status: 'revoked' });
    const shown = await world.get(`/v1/organisations/${organisationId}`, managerOf(organisationId));
    expect(shown.body.bankAccounts).toMatchObject([
      { bankAccountId: first, ibanMasked: 'FR76…0189', status: 'revoked' },
      { bankAccountId: second, status: 'verified', quarantinedUntilAt: until },
    ]);
    expect(shown.text).not.toContain('30006000011234567890189');
  });

  it('is kept in electronic form', async () => {
    const organisationId = await anOrganisation();
    await world.post(accountsOf(organisationId), account, approver);
    const events: unknown[] = [];
    for await (const { data } of world.store.readStream(`organisation-${organisationId}`))
      events.push(data);
    expect(events.at(-1)).toMatchObject({ iban: 'FR7630006000011234567890189', bic: 'AGRIFRPP' });
  });

  it.each([
    ['a wrong check', { iban: 'FR7630006000011234567890188' }, 'iban_invalid'],
    ['a wrong length', { iban: 'FR76300060000112345678901' }, 'iban_invalid'],
    ['a country outside SEPA', { iban: 'BR1800360305000010009795493C1' }, 'iban_invalid'],
    ['a BIC that is none', { bic: 'AGRI' }, 'bic_invalid'],
  ])('is refused for %s', async (_, change, code) => {
    const organisationId = await anOrganisation();
    const before = await world.countEvents();
    const refused = await world.post(
      accountsOf(organisationId),
      { ...account, ...change },
      approver,
    );
    expect([refused.status, refused.body.code]).toEqual([422, code]);
    expect(refused.text).not.toContain(account.iban);
    expect(await world.countEvents()).toBe(before);
  });

  it('that nobody declared is not there', async () => {
    const path = `${accountsOf(await anOrganisation())}/${randomUUID()}/verification`;
    const refused = await world.post(path, { outcome: 'match' }, approver);
    expect([refused.status, refused.body.code]).toEqual([404, 'bank_account_unknown']);
  });
});

describe('a place', () => {
  const from = (days: number) => {
    const day = new Date(`${world.clock.today()}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + days);
    return day.toISOString().slice(0, 10);
  };

  it('is listed, labelled, suspended, restored and withdrawn', async () => {
    const placeId = await aPlace({ latitude: 47, longitude: 3.16 });
    const path = `/v1/places/${placeId}`;
    const status = async () => (await world.get(path, auditor)).body.status as string;
    expect(await status()).toBe('listed');
    const suspend = () => world.post(`${path}/suspension`, { reason: 'visit' }, operator);
    expect((await suspend()).body.code).toBe('place_not_labelled');
    const label = { validFromOn: from(0), validUntilOn: from(365), services: ['pix'], level: 'A' };
    const labelled = await world.post(`${path}/label`, label, operator);
    expect([labelled.status, labelled.body]).toEqual([200, { placeId, ...label }]);
    expect((await world.get(path, auditor)).body).toMatchObject({ status: 'labelled', label });
    const isFound = async () => {
      const { body } = await world.get('/v1/places?labelled=true&limit=500');
      return body.items.some((item: { placeId: string }) => item.placeId === placeId) as boolean;
    };
    expect(await isFound()).toBe(true);
    expect((await suspend()).body).toEqual({ placeId, status: 'suspended' });
    expect([await isFound(), (await suspend()).status]).toEqual([false, 409]);
    const restored = await world.post(`${path}/restoration`, {}, operator);
    expect([restored.body.status, await isFound()]).toEqual(['labelled', true]);
    const withdrawn = await world.post(`${path}/withdrawal`, { reason: 'closed' }, operator);
    expect(withdrawn.body).toEqual({ placeId, status: 'withdrawn', withdrawnOn: from(0) });
    expect([await status(), await isFound()]).toEqual(['withdrawn', false]);
  });

  it('takes no body for a restoration', async () => {
    const placeId = await aPlace();
    const label = { validFromOn: from(0), validUntilOn: from(1), services: ['pix'] };
    await world.post(`/v1/places/${placeId}/label`, label, operator);
    await world.post(`/v1/places/${placeId}/suspension`, { reason: 'r' }, operator);
    const restored = await world.post(`/v1/places/${placeId}/restoration`, undefined, operator);
    expect(restored.status).toBe(200);
  });

  it('is listed and corrected by its own manager, and by no other', async () => {
    const organisationId = await anOrganisation();
    const place = { name: 'Lieu', address, services: ['pix'] };
    const [own, other] = [managerOf(organisationId), managerOf(randomUUID())];
    expect((await world.post('/v1/places', { ...place, organisationId }, other)).status).toBe(404);
    const { body } = await world.post('/v1/places', { ...place, organisationId }, own);
    const correction = `/v1/places/${body.placeId}/correction`;
    const moved = { ...place, hours: 'Mo-Fr 09:00-12:00' };
    expect((await world.post(correction, moved, other)).status).toBe(404);
    expect((await world.post(correction, moved, own)).status).toBe(200);
    const shown = await world.get(`/v1/places/${body.placeId}`, other);
    expect(shown.body).toMatchObject({ organisationId, hours: 'Mo-Fr 09:00-12:00' });
    const { body: parent } = await world.get(`/v1/organisations/${organisationId}`, own);
    expect(parent.places).toEqual([{ placeId: body.placeId, name: 'Lieu', status: 'listed' }]);
  });

  it('cannot be labelled by its manager, nor until a day before the first', async () => {
    const placeId = await aPlace();
    const label = { validFromOn: '2026-02-28', validUntilOn: '2026-02-27', services: ['pix'] };
    const path = `/v1/places/${placeId}/label`;
    expect((await world.post(path, label, operator)).body.code).toBe('date_invalid');
    const impossible = { ...label, validUntilOn: '2026-02-30' };
    expect((await world.post(path, impossible, operator)).status).toBe(400);
    expect((await world.post(path, label, managerOf(randomUUID()))).status).toBe(403);
    const unknown = await world.post(
      `/v1/places/${randomUUID()}/label`,
      ...([{ ...label, validUntilOn: '2026-03-01' }, operator] as const),
    );
    expect([unknown.status, unknown.body.code]).toEqual([404, 'place_unknown']);
  });

  it.each([
    ['coordinates_incomplete', { latitude: 47 }],
    ['number_range', { latitude: 90.5, longitude: 0 }],
    ['number_type', { latitude: '47', longitude: 3 }],
    ['list_empty', { services: [] }],
    ['word_invalid', { services: ['<b>'] }],
    ['id_invalid', { organisationId: { $gt: '' } }],
  ])('is refused with %s for %j', async (code, change) => {
    const organisationId = await anOrganisation();
    const place = { organisationId, name: 'Lieu', address, services: ['pix'], ...change };
    const refused = await world.post('/v1/places', place, operator);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
  });

  it('has a balance from its first day, now and then, and so has its organisation', async () => {
    const organisationId = await anOrganisation();
    const place = { organisationId, name: 'Lieu', address, services: ['pix'] };
    const { body } = await world.post('/v1/places', place, operator);
    const nothing = {
      ...{ redeemedCents: 0, owedCents: 0, owedByPlaceCents: 0, heldCents: 0, inRunCents: 0 },
      ...{ paidCents: 0, vouchersRedeemed: 0, heldReasons: [] },
    };
    for (const path of [`/v1/places/${body.placeId}`, `/v1/organisations/${organisationId}`]) {
      for (const asOf of ['', '?asOf=2026-01-01T00:00:00Z']) {
        const own = await world.get(`${path}/balance${asOf}`, managerOf(organisationId));
        expect([own.status, own.body]).toEqual([200, nothing]);
      }
      const local = await world.get(`${path}/balance?asOf=2026-03-29T02:30:00`, auditor);
      expect([local.status, local.body.code]).toEqual([400, 'zone_required']);
      expect((await world.get(`${path}/balance`, managerOf(randomUUID()))).status).toBe(404);
      expect((await world.get(`${path}/balance`, { roles: ['place-cashier'] })).status).toBe(403);
    }
    expect((await world.get(`/v1/places/${randomUUID()}/balance`, auditor)).status).toBe(404);
  });
});

describe('the search', () => {
  // In the middle of the Pacific, where no other test has a place.
  const at = (longitude: number) => ({ latitude: -40, longitude });
  const near = 'near=-40,-140&radiusKm=100';
  let ids: string[];

  beforeAll(async () => {
    ids = [];
    for (const longitude of [-140, -140.5, -140, -139, -120]) {
      ids.push(await aPlace({ ...at(longitude), name: `-${longitude}` }));
    }
  });

  it('needs no login, and answers the nearest first', async () => {
    const { status, body } = await world.get(`/v1/places?${near}`);
    const [first, second, third, fourth] = ids;
    expect(status).toBe(200);
    const distances = body.items.map(({ distanceKm }: { distanceKm: number }) =>
      Math.round(distanceKm),
    );
    expect(distances).toEqual([0, 0, 43, 85]);
    const found = body.items.map(({ placeId }: { placeId: string }) => placeId);
    expect(found).toEqual([...[first, third].sort(), second, fourth]);
    expect(body.items[0]).not.toHaveProperty('organisationId');
  });

  it('is read page by page, each place once', async () => {
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor && `&cursor=${cursor}`;
      const { body, status } = await world.get(`/v1/places?${near}&limit=1${after}`);
      expect([status, body.code]).toEqual([200, undefined]);
      found.push(...body.items.map(({ placeId }: { placeId: string }) => placeId));
      cursor = body.nextCursor;
    }
    expect(found).toHaveLength(4);
    expect(new Set(found)).toEqual(new Set(ids.slice(0, 4)));
  });

  it('is a map for whoever wants one', async () => {
    const answer = await world.get(`/v1/places?${near}&limit=1`, undefined, {
      accept: 'application/geo+json',
    });
    expect(answer.headers['content-type']).toMatch(/^application\/geo\+json/);
    const body = JSON.parse(answer.text);
    expect(body).toMatchObject({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [-140, -40] },
          properties: { distanceKm: 0, labelled: false },
        },
      ],
      nextCursor: expect.any(String),
    });
  });

  it.each([
    ['near=91,0', 'point_invalid'],
    ['near=47', 'point_invalid'],
    ['near=1e1,2', 'point_invalid'],
    ['near=47,5&radiusKm=0', 'radius_range'],
    ['near=47,5&radiusKm=200.1', 'radius_range'],
    ['department=5', 'department_invalid'],
    ['labelled=maybe', 'choice_unknown'],
    ['limit=0', 'limit_range'],
    ['limit=501', 'limit_range'],
    ['cursor=abc', 'cursor_invalid'],
    ['service=a&service=b', 'text_type'],
    ['sort=__proto__', 'unknown_property'],
  ])('refuses %s with %s', async (query, code) => {
    const refused = await world.get(`/v1/places?${query}`);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
  });

  it('keeps a cursor to its own filters', async () => {
    const { body } = await world.get(`/v1/places?${near}&limit=1`);
    const refused = await world.get(`/v1/places?limit=1&cursor=${body.nextCursor}`);
    expect([refused.status, refused.body.code]).toEqual([400, 'cursor_invalid']);
  });
});
