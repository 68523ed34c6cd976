import { randomUUID } from 'node:crypto';
import type { Role, RecordedEvent } from '@app/platform';
import { VoucherCodes } from '@app/voucher-books';
import { daysFromToday, siretOf } from '../stories/cast';
import { ibanOf } from '../stories/paying-cast';
import type { Fleet } from './fleet';
import type { History } from './history';
import { Door, Person } from './person';

const PLACES = 6;
const DAY_S = 24 * 3_600;
const ADDRESS = { street: '1 rue du Commerce', postalCode: '23000', city: 'Guéret', country: 'FR' };

export type PaidPlace = Readonly<{ placeId: string; organisationId: string; cashier: Person }>;
export type Prescribing = Readonly<{ prescriberId: string; prescriber: Person }>;

/** One agreement, a prescriber, a handful of places with accounts, and the people around them. */
export type Scheme = Readonly<{
  door: Door;
  history: History;
  codes: VoucherCodes;
  /** Nothing rotates it here. */
  keyId: string;
  funder: Person;
  funderId: string;
  agreementId: string;
  preparer: Person;
  approver: Person;
  auditor: Person;
  prescribing: Prescribing;
  places: readonly PaidPlace[];
}>;

/** Begins a scheme on programs that serve. */
export async function beginScheme(fleet: Fleet, history: History): Promise<Scheme> {
  const door = new Door(history, fleet.doors, await routesOf(fleet));
  const hire = async (role: Role, partyId: string = randomUUID()): Promise<Person> => {
    const expires = Math.floor(Date.now() / 1_000) + DAY_S;
    return new Person(door, partyId, await fleet.issuer.token({ roles: [role], partyId, expires }));
  };
  const operator = await hire('operator');
  const { funderId } = await operator.post<{ funderId: string }>('/v1/funders', {
    ...{ name: 'Département de la Creuse', siret: siretOf(1), kind: 'departement' },
  });
  const funder = await hire('funder', funderId);
  const { prescriberId } = await operator.post<{ prescriberId: string }>('/v1/prescribers', {
    ...{ name: 'CCAS', siret: siretOf(500), commune: '23096' },
  });
  const places: PaidPlace[] = [];
  for (let at = 0; at < PLACES; at += 1) places.push(await openPlace(at, { operator, hire }));
  return {
    ...{ door, history, funder, funderId, places },
    codes: new VoucherCodes(fleet.keyRing),
    keyId: fleet.keyRing.currentKeyId,
    agreementId: await signAgreement(funder, funderId),
    preparer: await hire('finance-preparer'),
    approver: await hire('finance-approver'),
    auditor: await hire('auditor'),
    prescribing: { prescriberId, prescriber: await hire('prescriber', prescriberId) },
  };
}

async function signAgreement(funder: Person, funderId: string): Promise<string> {
  const { agreementId } = await funder.post<{ agreementId: string }>('/v1/agreements', {
    ...{ funderId, reference: 'CONV-1', faceValueCents: 1_000, booksOf: [10] },
    ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 100_000_000_000 },
    coFunders: [{ name: 'Département de la Creuse', shareBasisPoints: 10_000 }],
    restrictions: { territories: [], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  });
  return agreementId;
}

type Hire = (role: Role, partyId?: string) => Promise<Person>;

/** Labelled since a month ago, with an account that a run pays to at once. */
async function openPlace(
  at: number,
  { operator, hire }: { operator: Person; hire: Hire },
): Promise<PaidPlace> {
  const { organisationId } = await operator.post<{ organisationId: string }>('/v1/organisations', {
    ...{ name: `Espace ${at}`, siret: siretOf(1_000 + at), legalForm: 'association' },
    address: { ...ADDRESS, communeCode: '23096' },
  });
  const services = ['online-forms'];
  const { placeId } = await operator.post<{ placeId: string }>('/v1/places', {
    ...{ organisationId, name: `Lieu ${at}`, services },
    address: { ...ADDRESS, communeCode: '23096' },
  });
  await operator.post(`/v1/places/${placeId}/label`, {
    ...{ validFromOn: daysFromToday(-30), validUntilOn: daysFromToday(300), services },
  });
  const path = `/v1/organisations/${organisationId}/bank-accounts`;
  const manager = await hire('place-manager', organisationId);
  const account = { iban: ibanOf(at + 1), holderName: `Espace ${at}` };
  const { bankAccountId } = await manager.post<{ bankAccountId: string }>(path, account);
  // Who verifies an account approves no run.
  const verifier = await hire('finance-approver');
  await verifier.post(`${path}/${bankAccountId}/verification`, { outcome: 'match' });
  return { placeId, organisationId, cashier: await hire('place-cashier', organisationId) };
}

/** As the programs know them: those with the fewest parameters first. */
async function routesOf(fleet: Fleet): Promise<readonly string[]> {
  const response = await fetch(`${fleet.doors[0]}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, unknown> };
  const routes = Object.keys(paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
  const parameters = (route: string): number => route.split(':').length;
  return routes.sort((a, b) => parameters(a) - parameters(b));
}

/** All that is in the log now, processes' own notes left out, in its order. */
export async function readLog(fleet: Fleet): Promise<RecordedEvent[]> {
  const all = await Array.fromAsync(fleet.store.readAll() as AsyncIterable<RecordedEvent>);
  return all.filter(({ streamName }) => !streamName.startsWith('process-'));
}
