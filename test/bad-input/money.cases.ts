import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const amount = (json: string) => (world: BadInputWorld) => world.deposit(json);

/** A refund of what the agreement holds, with this JSON for its amount. */
const refund =
  (json: string) =>
  ({ orders: { agreementId } }: BadInputWorld): Sent => ({
    ...{ path: `/v1/agreements/${agreementId}/refunds`, role: 'finance-preparer' },
    body: `{"amountCents":${json},"bankAccountId":"00000000-0000-4000-8000-000000000000"}`,
  });

/** Of vouchers of 10^12 cents, with as much for a ceiling, and no money yet. */
async function anotherAgreement({ orders }: BadInputWorld): Promise<string> {
  const terms = { faceValueCents: 1_000_000_000_000, ceilingCents: 1_000_000_000_000 };
  const { agreementId } = await orders.operator.post<{ agreementId: string }>('/v1/agreements', {
    ...{ funderId: orders.funder.partyId, reference: 'CONV-9', booksOf: [31] },
    ...{ feeBasisPoints: 10_000, vatBasisPoints: 10_000, ...terms },
    coFunders: [{ name: 'Département de la Nièvre', shareBasisPoints: 10_000 }],
    restrictions: { territories: [], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  });
  return agreementId;
}

/** Cases 25–33, 39, 40 and 42: amounts in JSON. */
export const MONEY: readonly BadCase[] = [
  ...each(25, '400 amount_range', { '-1': amount('-1'), '-1 of a refund': refund('-1') }),
  ...each(26, '400 amount_range', { '0': amount('0') }),
  ...each(27, '400 number_format', { '-0': amount('-0') }),
  ...each(28, '400 amount_integer', { '0.1': amount('0.1') }),
  ...each(29, '400 number_format', { '1e3': amount('1e3'), '1.0': amount('1.0') }),
  ...each(30, '400 number_format', { '1e400': amount('1e400') }),
  ...each(31, '400 number_format', { '2^53 + 1': amount('9007199254740993') }),
  ...each(32, '400 json_malformed', {
    ...{ NaN: amount('NaN'), Infinity: amount('Infinity'), '+1': amount('+1'), '01': amount('01') },
  }),
  ...each(33, '422 amount_limit', { '10^12 + 1': amount('1000000000001') }),
  ...each(39, '400 unknown_property', {
    'a currency': (world) => {
      const { body, ...sent } = world.deposit('100');
      return { ...sent, body: `${body.slice(0, -1)},"currency":"USD"}` };
    },
  }),
  {
    ...{ no: 40, what: 'a sum above all money', gets: '422 amount_limit' },
    // Each factor is within its bounds: 10^12 cents, 31 vouchers, a million books.
    ask: async (world) => {
      const agreementId = await anotherAgreement(world);
      return {
        ...{ path: '/v1/orders', role: 'funder', partyId: world.orders.funder.partyId },
        body: { agreementId, books: 1_000, vouchersPerBook: 31, validUntilOn: '2026-12-31' },
      };
    },
  },
  {
    ...{ no: 40, what: 'deposits above all money together', gets: '422 amount_limit' },
    ask: async (world) => {
      const agreementId = await anotherAgreement(world);
      const deposit = (bankReference: string, amountCents: number): Sent => ({
        ...{ path: '/v1/deposits', role: 'finance-preparer' },
        body: { agreementId, amountCents, bankReference, valueOn: '2026-01-15' },
      });
      const { status } = await world.send(deposit('ALL', 1_000_000_000_000));
      if (status !== 201) throw new Error(`the first deposit: ${status}`);
      return deposit('ONE MORE', 1);
    },
  },
  {
    ...{ no: 42, what: 'a bank reference with another amount', gets: '409 reference_conflict' },
    ask: async (world) => {
      const first = world.deposit('100');
      const { status } = await world.send(first);
      if (status !== 201) throw new Error(`the deposit: ${status}`);
      return { ...first, body: first.body.replace(':100}', ':101}') };
    },
  },
];
