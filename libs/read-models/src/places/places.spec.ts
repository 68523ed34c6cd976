import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LineVerdict, PlaceDetails } from '@app/places/contract';
import { ReadModel, ReadStore, type Keyed, type RecordedEvent } from '@app/platform';
import { givenFacts, givenTables, type GivenFact } from '@app/platform/testing/given-projection';
import { departmentOf } from './department';
import { directoryImports } from './directory-imports.projection';
import { DirectoryImportQueries } from './directory-imports.query';
import { organisations } from './organisations.projection';
import { OrganisationQueries } from './organisations.query';
import { places, type PlaceRow } from './places.projection';
import { PlaceQueries } from './places.query';

const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
const registration = { name: 'Asso', siret: '73282932000074', legalForm: 'association', address };
const registered = (organisationId: string, change = {}): GivenFact => ({
  type: 'OrganisationRegistered',
  data: { organisationId, ...registration, ...change },
});
const account = { bankAccountId: 'b', holderName: 'Asso', declaredAt: '2026-03-01T08:00:00.000Z' };
const declared: GivenFact = {
  type: 'BankAccountDeclared',
  data: { organisationId: 'o', ...account, iban: 'FR7630006000011234567890189', declaredBy: 'p' },
};

const details: PlaceDetails = { name: 'Lieu', address, services: ['atelier'] };
const listed = (placeId: string, change = {}): GivenFact => ({
  type: 'PlaceListed',
  data: { placeId, organisationId: 'o', ...details, ...change },
});
const labelled = (placeId: string, change = {}): GivenFact => ({
  type: 'PlaceLabelled',
  data: {
    ...{ placeId, validFromOn: '2026-01-01', validUntilOn: '2026-12-31', services: ['pix'] },
    ...change,
  },
});
const suspended = (placeId: string): GivenFact => ({
  type: 'PlaceSuspended',
  data: { placeId, reason: 'r' },
});
const withdrawn = (placeId: string): GivenFact => ({
  type: 'LabelWithdrawn',
  data: { placeId, reason: 'r', withdrawnOn: '2026-06-15' },
});

describe('the view of organisations', () => {
  const row = { key: 'o', organisationId: 'o', ...registration };
  const masked = { ...account, ibanMasked: 'FR76…0189' };

  it('shows accounts with their state, never a whole IBAN', () => {
    const verified = {
      type: 'BankAccountVerified',
      data: {
        ...{ organisationId: 'o', bankAccountId: 'b', outcome: 'match', verifiedBy: 'q' },
        ...{ verifiedAt: 'x', quarantinedUntilAt: '2026-03-04T08:00:00.000Z' },
      },
    };
    const quarantinedUntilAt = '2026-03-04T08:00:00.000Z';
    const verifiedAccount = { ...masked, status: 'verified', quarantinedUntilAt } as const;
    givenFacts(organisations, registered('o'), declared).then({
      ...row,
      bankAccounts: [{ ...masked, status: 'declared' }],
    });
    givenFacts(organisations, registered('o'), declared, verified).then({
      ...row,
      bankAccounts: [verifiedAccount],
    });
    givenFacts(organisations, registered('o'), declared, verified, {
      type: 'BankAccountRevoked',
      data: { organisationId: 'o', bankAccountId: 'b', reason: 'r' },
    }).then({ ...row, bankAccounts: [{ ...verifiedAccount, status: 'revoked' }] });
  });

  it('shows what was corrected', () =>
    givenFacts(organisations, registered('o'), declared, {
      type: 'OrganisationCorrected',
      data: { organisationId: 'o', ...registration, name: 'Asso 58' },
    }).then({ ...row, name: 'Asso 58', bankAccounts: [{ ...masked, status: 'declared' }] }));

  it('tells the owner of a SIRET, unless there are two', () =>
    inViews([registered('o'), registered('p', { siret: '1' }), registered('q')], (store) => {
      const queries = new OrganisationQueries(store);
      expect(queries.findBySiret('1')).toBe('p');
      expect(queries.findBySiret(registration.siret)).toBeUndefined();
      expect(queries.findBySiret('2')).toBeUndefined();
    }));
});

describe('the view of places', () => {
  const row: Keyed<PlaceRow> = {
    ...{ key: 'a', placeId: 'a', organisationId: 'o', directoryId: null, name: 'Lieu', address },
    ...{ department: '58', latitude: null, longitude: null, services: ['atelier'], hours: null },
    ...{ status: 'listed', labels: [], updatedOn: '2026-01-15' },
  };
  const label = { validFromOn: '2026-01-01', validUntilOn: '2026-12-31', services: ['pix'] };

  it('shows the life of a label', () => {
    givenFacts(places, listed('a')).then(row);
    givenFacts(places, listed('a'), labelled('a')).then({
      ...row,
      ...{ status: 'labelled', labels: [label] },
    });
    givenFacts(places, listed('a'), labelled('a'), suspended('a'), labelled('a')).then({
      ...row,
      ...{ status: 'suspended', labels: [label, label] },
    });
    givenFacts(places, listed('a'), labelled('a'), suspended('a'), {
      type: 'PlaceRestored',
      data: { placeId: 'a' },
    }).then({ ...row, status: 'labelled', labels: [label] });
    givenFacts(places, listed('a'), labelled('a'), withdrawn('a')).then({
      ...row,
      ...{ status: 'withdrawn', labels: [{ ...label, validUntilOn: '2026-06-14' }] },
    });
  });

  it('shows what was corrected and to whom it belongs', () => {
    const late = { recordedAt: new Date('2026-02-01T23:30:00Z') };
    const moved = { ...details, address: { ...address, communeCode: '2B033' }, latitude: 42.5 };
    givenFacts(
      places,
      listed('a', { organisationId: undefined, directoryId: 'd' }),
      { type: 'PlaceCorrected', data: { placeId: 'a', ...moved, hours: 'Mo-Fr' } },
      { ...late, type: 'PlaceAttached', data: { placeId: 'a', organisationId: 'x' } },
    ).then({
      ...row,
      ...{ organisationId: 'x', directoryId: 'd', address: moved.address, department: '2B' },
      ...{ latitude: 42.5, hours: 'Mo-Fr', updatedOn: '2026-02-02' },
    });
  });

  it.each([
    ['58', { postalCode: '58000' }],
    ['2A', { postalCode: '20199' }],
    ['2B', { postalCode: '20200' }],
    ['2A', { postalCode: '20600', communeCode: '2A004' }],
    ['974', { postalCode: '97400' }],
    ['988', { postalCode: '98800' }],
    ['21', { postalCode: '39100', communeCode: '21001' }],
    ['', { country: 'BE', postalCode: '1000' }],
  ])('finds département %j of %j', (department, change) =>
    expect(departmentOf({ ...address, ...change })).toBe(department),
  );
});

describe('the search for places', () => {
  const at = (latitude: number, longitude: number) => ({ latitude, longitude });
  const dijon = listed('dijon', {
    ...at(47.322, 5.0415),
    address: { ...address, postalCode: '21000' },
  });
  const beaune = listed('beaune', { ...at(47.026, 4.84), services: ['atelier', 'pix'] });
  const paris = listed('paris', at(48.8566, 2.3522));
  const nowhere = listed('nowhere');
  const near = { latitude: 47.322, longitude: 5.0415, radiusKm: 50 };
  const today = '2026-06-14';

  const found = (facts: readonly GivenFact[], search: object): (string | number)[][] => {
    let answer: (string | number)[][] = [];
    inViews(facts, (store) => {
      const rows = new PlaceQueries(store).search({ today, limit: 10, ...search });
      answer = rows.map(({ placeId, distanceKm }) =>
        distanceKm === null ? [placeId] : [placeId, Math.round(distanceKm * 10) / 10],
      );
    });
    return answer;
  };

  it('answers the nearest first, up to the radius', () => {
    const all = [paris, nowhere, beaune, dijon];
    expect(found(all, { near })).toEqual([
      ['dijon', 0],
      ['beaune', 36.3],
    ]);
    expect(found(all, { near: { ...near, radiusKm: 36.2 } })).toEqual([['dijon', 0]]);
    expect(found(all, { near: { ...near, radiusKm: 300 } }).at(-1)).toEqual(['paris', 262.7]);
    expect(found(all, {})).toEqual([['beaune'], ['dijon'], ['nowhere'], ['paris']]);
  });

  it('reaches across the date line and to the pole', () => {
    const [west, east] = [listed('west', at(-16.5, -179.9)), listed('east', at(-16.5, 179.9))];
    const acrossLine = { latitude: -16.5, longitude: 179.95, radiusKm: 50 };
    expect(found([west, east], { near: acrossLine }).map(([id]) => id)).toEqual(['east', 'west']);
    const nearPole = { latitude: 89.9, longitude: 0, radiusKm: 50 };
    expect(found([listed('other', at(89.9, 180))], { near: nearPole })).toEqual([['other', 22.2]]);
  });

  it('goes on after the last of a page, also where places share a point', () => {
    const same = ['a', 'b', 'c'].map((id) => listed(id, at(47.322, 5.0415)));
    expect(found(same, { near, limit: 2 })).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    const after = { distanceKm: 0, placeId: 'b' };
    expect(found([...same, beaune], { near, after })).toEqual([
      ['c', 0],
      ['beaune', 36.3],
    ]);
    expect(found(same, { after: { distanceKm: 0, placeId: 'a' } })).toEqual([['b'], ['c']]);
  });

  it('keeps to a département and a service', () => {
    expect(found([dijon, beaune], { department: '21' })).toEqual([['dijon']]);
    expect(found([dijon, beaune], { service: 'pix' })).toEqual([['beaune']]);
    expect(found([dijon, beaune], { service: "pix' OR 1" })).toEqual([]);
  });

  it('takes a label for what it is worth today', () => {
    const facts = [dijon, labelled('dijon'), beaune];
    expect(found(facts, { labelled: true })).toEqual([['dijon']]);
    expect(found(facts, { labelled: false })).toEqual([['beaune']]);
    expect(found(facts, { labelled: true, today: '2026-12-31' })).toEqual([['dijon']]);
    expect(found(facts, { labelled: true, today: '2027-01-01' })).toEqual([]);
    expect(found([...facts, suspended('dijon')], { labelled: true })).toEqual([]);
    expect(found([...facts, withdrawn('dijon')], { labelled: true })).toEqual([]);
    expect(found(facts, { labelled: true, service: 'pix' })).toEqual([['dijon']]);
    expect(found(facts, { labelled: true, service: 'atelier' })).toEqual([]);
    const renewed = [...facts, labelled('dijon', { services: ['cv'] })];
    expect(found(renewed, { labelled: true, service: 'pix' })).toEqual([]);
  });
});

describe('the view of imports', () => {
  const importId = 'i';
  const requested: GivenFact = {
    type: 'DirectoryImportRequested',
    data: { importId, sha256: 's', standard: '0.1', lines: 2, dryRun: false },
  };
  const judged = (...verdicts: LineVerdict[]): GivenFact => ({
    type: 'DirectoryLinesJudged',
    data: { importId, verdicts },
  });
  const first = { line: 2, verdict: 'created', directoryId: 'd', placeId: 'p' } as const;
  const second = {
    line: 3,
    verdict: 'refused',
    directoryId: 'e',
    reason: 'siret_invalid',
  } as const;
  const none = { created: 0, updated: 0, unchanged: 0, refused: 0, reason: null };
  const row = { importId, standard: '0.1', lines: 2, dryRun: false, ...none };

  it('counts the verdicts and keeps each', () =>
    givenTables(directoryImports, requested, judged(first), judged(second), {
      type: 'DirectoryImportCompleted',
      data: { importId, created: 1, updated: 0, unchanged: 0, refused: 1 },
    }).then({
      directory_imports: [{ ...row, status: 'completed', judged: 2, created: 1, refused: 1 }],
      directory_verdicts: [
        { importId, ...first, reason: null },
        { importId, ...second, placeId: null },
      ],
    }));

  it('tells which are running, and why one was abandoned', () => {
    givenTables(directoryImports, requested, {
      type: 'DirectoryImportAbandoned',
      data: { importId, reason: 'upload_missing' },
    }).then({
      directory_imports: [{ ...row, status: 'abandoned', judged: 0, reason: 'upload_missing' }],
      directory_verdicts: [],
    });
    inViews([requested, judged(first, second)], (store) => {
      const queries = new DirectoryImportQueries(store);
      expect(queries.listRunning().map(({ judged: done }) => done)).toEqual([2]);
      const page = { importId, verdict: undefined, afterLine: 2, limit: 9 };
      expect(queries.listVerdicts(page).map(({ line }) => line)).toEqual([3]);
      const created = { ...page, afterLine: 0, verdict: 'created' };
      expect(queries.listVerdicts(created).map(({ line }) => line)).toEqual([2]);
    });
  });
});

/** The views of places after these facts, from a file of their own. */
function inViews(facts: readonly GivenFact[], work: (store: ReadStore) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-places-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [organisations, places, directoryImports]);
  const store = new ReadStore(path);
  try {
    model.apply(model.views, facts.map(recorded));
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    work(store);
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const recorded = ({ type, data }: GivenFact, index: number): RecordedEvent => ({
  id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
  streamName: 'given-1',
  revision: index,
  position: BigInt(index + 1),
  ...{ type, data },
  metadata: {
    ...{ commandId: 'c', requestHash: '0', correlationId: 'x', causationId: 'x' },
    actor: { id: 'person', partyId: 'party', role: 'operator' },
  },
  recordedAt: new Date('2026-01-15T10:00:00Z'),
});
