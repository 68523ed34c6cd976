import { addDays, parisDayOf } from '@app/kernel';
import type { Caller } from '../support/caller';
import type { Carnet } from '../support/carnet';

/** Days of a story, around today in Paris. */
export const today = (): string => parisDayOf(new Date());
export const daysFromToday = (days: number): string => addDays(today(), days);

/** An invented establishment: nine digits, a branch and the check digit of Luhn. */
export function siretOf(number: number): string {
  const digits = `9${String(number).padStart(7, '0')}00001`;
  const luhn = [...digits].reverse().reduce((sum, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits}${(10 - (luhn % 10)) % 10}`;
}

export type Staff = Readonly<Record<'operator' | 'preparer' | 'approver' | 'auditor', Caller>>;

export async function hireStaff(carnet: Carnet): Promise<Staff> {
  return {
    operator: await carnet.caller('operator'),
    preparer: await carnet.caller('finance-preparer'),
    approver: await carnet.caller('finance-approver'),
    auditor: await carnet.caller('auditor'),
  };
}

/** Face value 10 EUR, books of 10, a fee of 4 % and VAT of 20 % on it: 10,480 cents a book. */
export const BOOK_COSTS_CENTS = 10_480;

export type Funding = Readonly<{ funderId: string; agreementId: string; funder: Caller }>;

/** A département, co-funded 60/20/20 by the State and a European fund. */
export async function signAgreement(carnet: Carnet, { operator }: Staff): Promise<Funding> {
  const name = 'Département de la Creuse';
  const { funderId } = await operator.post<{ funderId: string }>('/v1/funders', {
    ...{ name, siret: siretOf(1), kind: 'departement' },
  });
  const funder = await carnet.caller('funder', funderId);
  const { agreementId } = await funder.post<{ agreementId: string }>('/v1/agreements', {
    ...{ funderId, reference: 'CONV-2026-01', faceValueCents: 1_000, booksOf: [5, 10] },
    ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 1_000_000_000 },
    coFunders: [
      { name, shareBasisPoints: 6_000 },
      { name: 'État', shareBasisPoints: 2_000 },
      { name: 'FSE+', shareBasisPoints: 2_000, ceilingCents: 2_000_000 },
    ],
    restrictions: { territories: [], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  });
  return { funderId, agreementId, funder };
}

export type Deposit = Readonly<{ depositId: string; confirmed: boolean }>;

export function typeDeposit(
  { preparer }: Staff,
  deposit: Readonly<{ agreementId: string; amountCents: number; bankReference: string }>,
): Promise<Deposit> {
  return preparer.post<Deposit>('/v1/deposits', { ...deposit, valueOn: today() });
}

export function orderBooks(
  { funder, agreementId }: Funding,
  books: number,
): Promise<{ orderId: string }> {
  const order = { agreementId, books, vouchersPerBook: 10, validUntilOn: daysFromToday(200) };
  return funder.post<{ orderId: string }>('/v1/orders', order);
}

export type OrderAnswer = Readonly<{
  status: string;
  delivered: boolean;
  firstBook: number | null;
  lastBook: number | null;
  needCents: number;
}>;

export type Prescriber = Readonly<{ prescriberId: string; caller: Caller }>;

export function registerPrescribers(
  carnet: Carnet,
  { operator }: Staff,
  count: number,
): Promise<Prescriber[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { prescriberId } = await operator.post<{ prescriberId: string }>('/v1/prescribers', {
        ...{ name: `CCAS ${index}`, siret: siretOf(500 + index), commune: COMMUNES[index % 2] },
      });
      return { prescriberId, caller: await carnet.caller('prescriber', prescriberId) };
    }),
  );
}

/** Guéret and Nevers: two départements. */
const COMMUNES = ['23096', '58194'] as const;

export type Place = Readonly<{
  placeId: string;
  organisationId: string;
  manager: Caller;
  cashier: Caller;
}>;

/** Places of as many organisations, labelled for online forms since a month ago. */
export function labelPlaces(
  carnet: Carnet,
  { operator }: Staff,
  count: number,
  name = 'Lieu',
): Promise<readonly Place[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const communeCode = COMMUNES[index % 2];
      const postalCode = index % 2 === 0 ? '23000' : '58000';
      const address = { street: `${index + 1} rue du Commerce`, city: 'Ville', country: 'FR' };
      const { organisationId } = await operator.post<{ organisationId: string }>(
        '/v1/organisations',
        {
          ...{ name: `Espace numérique ${index}`, siret: siretOf(1_000 + index) },
          ...{ legalForm: 'association', address: { ...address, postalCode, communeCode } },
        },
      );
      const { placeId } = await operator.post<{ placeId: string }>('/v1/places', {
        ...{ organisationId, name: `${name} ${index}`, services: ['online-forms'] },
        address: { ...address, postalCode, communeCode },
      });
      await operator.post(`/v1/places/${placeId}/label`, {
        ...{ validFromOn: daysFromToday(-30), validUntilOn: daysFromToday(300) },
        services: ['online-forms'],
      });
      const manager = await carnet.caller('place-manager', organisationId);
      const cashier = await carnet.caller('place-cashier', organisationId);
      return { placeId, organisationId, manager, cashier };
    }),
  );
}
