import { addDays, departmentOfPostcode, splitByBasisPoints, type Day } from '@app/kernel';
import type { Role } from '@app/platform';
import type { DemoIssuer } from '../demo-issuer';
import { ibanOf, siretOf } from './fictitious';
import type { PastScheme } from './past-scheme';
import { Person, type Written } from './person';
import type { ListedPlace } from './places-file';

/** Catalogue of the demo's own: the real directory names no services of such places. */
export const SERVICES = ['online-forms', 'first-steps', 'job-search', 'safe-internet'] as const;

export const PUBLICS = ['senior', 'job-seeker', 'youth', 'family'] as const;

export type Till = Readonly<{ placeId: string; department: string; cashier: Person }>;

export type Agreement = Readonly<{
  name: string;
  funder: Person;
  agreementId: string;
  vouchersPerBook: number;
  /** Empty: everywhere. */
  territories: readonly string[];
  publics: readonly string[];
  prescribers: readonly Person[];
}>;

/** Everybody at the demo, and what they have signed. Names and numbers are fictitious, places may be real. */
export class World {
  readonly operator: Person;
  readonly preparer: Person;
  readonly approver: Person;
  readonly auditor: Person;
  readonly tills: Till[] = [];
  readonly agreements: Agreement[] = [];
  imported = 0;

  constructor(
    readonly scheme: PastScheme,
    private readonly issuer: DemoIssuer,
    private readonly written: Written = { position: undefined },
  ) {
    this.operator = this.person('operator', OPERATOR, 'olivia');
    this.preparer = this.person('finance-preparer', OPERATOR, 'claire');
    this.approver = this.person('finance-approver', OPERATOR, 'denis');
    this.auditor = this.person('auditor', OPERATOR, 'agnes');
  }

  person(role: Role, partyId: string, id: string): Person {
    const api = { url: this.scheme.url, issuer: this.issuer, written: this.written };
    return new Person(api, { id: `demo-${id}`, roles: [role], partyId });
  }

  get today(): Day {
    return this.scheme.clock.today();
  }

  /** Imports the directory, and labels the places that take vouchers for organisations of the demo's own. */
  async listPlaces(file: Buffer, places: readonly ListedPlace[]): Promise<void> {
    const { importId } = await this.operator.send<{ importId: string }>(
      ...(['/v1/places/imports', file, 'text/csv'] as const),
    );
    await this.scheme.sweep();
    const verdicts = await this.operator.list<{ directoryId: string; placeId?: string }>(
      `/v1/places/imports/${importId}/verdicts`,
    );
    const ids = new Map(verdicts.map(({ directoryId, placeId }) => [directoryId, placeId]));
    this.imported = verdicts.filter(({ placeId }) => placeId).length;
    for (const [number, place] of places.filter((each) => each.takesVouchers).entries()) {
      const placeId = ids.get(place.directoryId);
      if (placeId) this.tills.push(await this.#label(placeId, place, number));
    }
  }

  async #label(placeId: string, place: ListedPlace, number: number): Promise<Till> {
    const { postalCode, city } = place;
    const street = place.street || '1 place de la Mairie';
    const { organisationId } = await this.operator.post<{ organisationId: string }>(
      '/v1/organisations',
      {
        ...{ name: `${place.name} (structure fictive)`.slice(0, 140), legalForm: 'association' },
        ...{ siret: siretOf(1_000 + number), address: { street, postalCode, city, country: 'FR' } },
      },
    );
    await this.addAccount(organisationId, number, place.name);
    await this.operator.post(`/v1/places/${placeId}/attachment`, { organisationId });
    await this.operator.post(`/v1/places/${placeId}/label`, {
      ...{ validFromOn: this.today, validUntilOn: addDays(this.today, 3 * 365) },
      services: SERVICES,
    });
    const cashier = this.person('place-cashier', organisationId, `caisse-${number}`);
    return { placeId, department: departmentOfPostcode(postalCode), cashier };
  }

  /** Declared by the place, verified by the finance approver: two people. */
  async addAccount(organisationId: string, number: number, holder: string): Promise<void> {
    const manager = this.person('place-manager', organisationId, `responsable-${number}`);
    const accounts = `/v1/organisations/${organisationId}/bank-accounts`;
    const { bankAccountId } = await manager.post<{ bankAccountId: string }>(accounts, {
      ...{ iban: ibanOf(number), holderName: holder.slice(0, 70) },
    });
    await this.approver.post(`${accounts}/${bankAccountId}/verification`, { outcome: 'match' });
  }

  /** Three funders with different rules. */
  async signAgreements(): Promise<void> {
    await this.#sign({
      ...{ name: 'Département (fictif)', kind: 'departement', booksOf: 10, number: 1 },
      coFunders: [
        ['Département (fictif)', 4_000],
        ['État', 3_000, 20_000_00],
        ['Fonds social européen', 3_000],
      ],
      ...{ territories: [this.#mainDepartment()], publics: [], singleHandOut: false },
      prescribers: ['CCAS de la préfecture', 'Mission locale', 'CAF', 'Maison du département'],
    });
    await this.#sign({
      ...{ name: 'Communauté de communes (fictive)', kind: 'intercommunality' },
      ...{ booksOf: 5, number: 2, coFunders: [['Communauté de communes (fictive)', 10_000]] },
      ...{ territories: [], publics: [], singleHandOut: false },
      prescribers: COMMUNES.map(({ name }) => `Mairie de ${name}`),
    });
    await this.#sign({
      ...{ name: 'Fondation (fictive)', kind: 'foundation', booksOf: 10, number: 3 },
      coFunders: [['Fondation (fictive)', 10_000]],
      ...{ territories: [], publics: ['youth', 'job-seeker'], singleHandOut: true },
      prescribers: ['Association des jeunes', 'Régie de quartier'],
    });
  }

  /** Where most of the labelled places are. */
  #mainDepartment(): string {
    const counts = Map.groupBy(this.tills, ({ department }) => department);
    const [most] = [...counts].sort(([, a], [, b]) => b.length - a.length);
    return most?.[0] ?? '58';
  }

  async #sign(terms: Terms): Promise<void> {
    const { name, kind, booksOf, number, coFunders, territories, publics, singleHandOut } = terms;
    const { funderId } = await this.operator.post<{ funderId: string }>('/v1/funders', {
      ...{ name, kind, siret: siretOf(number) },
    });
    const { agreementId } = await this.operator.post<{ agreementId: string }>('/v1/agreements', {
      ...{ funderId, reference: `CONV-DEMO-${number}`, faceValueCents: 1_000, booksOf: [booksOf] },
      ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 10_000_000_00 },
      coFunders: coFunders.map(([coFunder, shareBasisPoints, ceilingCents]) => ({
        ...{ name: coFunder, shareBasisPoints },
        ...(ceilingCents !== undefined && { ceilingCents }),
      })),
      restrictions: { territories, services: [], publics },
      ...{ singleHandOut, allowPrescribingPlace: false },
    });
    const prescribers: Person[] = [];
    for (const [at, prescriber] of terms.prescribers.entries()) {
      prescribers.push(await this.#registerPrescriber(prescriber, at));
    }
    const funder = this.person('funder', funderId, `financeur-${number}`);
    const signed = {
      name,
      funder,
      agreementId,
      vouchersPerBook: booksOf,
      territories,
      prescribers,
    };
    this.agreements.push({ ...signed, publics: publics.length > 0 ? publics : PUBLICS });
  }

  async #registerPrescriber(name: string, at: number): Promise<Person> {
    const { code } = COMMUNES[at % COMMUNES.length] ?? COMMUNES[0];
    const { prescriberId } = await this.operator.post<{ prescriberId: string }>('/v1/prescribers', {
      ...{ name: `${name} (fictif)`, commune: code },
    });
    return this.person('prescriber', prescriberId, `prescripteur-${prescriberId.slice(0, 8)}`);
  }
}

const OPERATOR = '0e3a1c52-5d0c-4f6f-9a44-6d1a70e2c001';

type Terms = Readonly<{
  name: string;
  kind: string;
  booksOf: number;
  number: number;
  coFunders: readonly (readonly [name: string, basisPoints: number, ceilingCents?: number])[];
  territories: readonly string[];
  publics: readonly string[];
  singleHandOut: boolean;
  prescribers: readonly string[];
}>;

/** Communes of the intercommunality and how many of a hundred people in need live in each. */
const COMMUNES = [
  { name: 'Nevers', code: '58194', need: 38 },
  { name: 'Decize', code: '58095', need: 21 },
  { name: 'Clamecy', code: '58079', need: 17 },
  { name: 'Imphy', code: '58134', need: 14 },
  { name: 'Corbigny', code: '58083', need: 10 },
] as const;

/** So many books each, and the rest by need: as Lens-Liévin did, to the last book. */
export function allotByNeed(books: number): readonly number[] {
  const each = Math.min(10, Math.floor(books / COMMUNES.length));
  const rest = books - each * COMMUNES.length;
  const shares = COMMUNES.map(({ need }) => need * 100);
  return splitByBasisPoints(rest, shares).map((share) => each + share);
}
