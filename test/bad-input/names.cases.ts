import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const account =
  (iban: string, changes: object = {}) =>
  ({ till: { organisationId } }: BadInputWorld): Sent => ({
    ...{ path: `/v1/organisations/${organisationId}/bank-accounts`, role: 'place-manager' },
    ...{ partyId: organisationId, body: { iban, holderName: 'Espace', ...changes } },
  });

const organisation = (changes: object) => (): Sent => ({
  ...{ path: '/v1/organisations', role: 'operator' },
  body: {
    ...{ name: 'Espace', siret: '73282932000074', legalForm: 'association' },
    address: { street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' },
    ...changes,
  },
});

/** As JSON with its escapes, which say what no well-formed text can. */
const escaped = (text: string) => () => {
  const { body, ...sent } = organisation({ name: 'NAME' })();
  return { ...sent, body: JSON.stringify(body).replace('"NAME"', `"${text}"`) };
};

const GOOD = 'FR7630006000011234567890189';

/** Cases 98–102: names and IBANs. */
export const NAMES: readonly BadCase[] = [
  ...each(98, '422 iban_invalid', {
    'a wrong check digit': account(`${GOOD.slice(0, -1)}0`),
    'a length too short': account(GOOD.slice(0, -1)),
    'right check digits, wrong length': account('FR14200410100505000'),
    'a country outside SEPA': account('SA0380000000608010167519'),
    'another alphabet': account(GOOD.replace('FR', '\u0415R')),
    '10,000 characters': account('F'.repeat(10_000)),
    nothing: account(''),
  }),
  ...each(98, '400 text_type', {
    'a number': ({ till }) => account('x', { iban: 76 })({ till } as BadInputWorld),
  }),
  ...each(98, '422 bic_invalid', { 'a wrong BIC': account(GOOD, { bic: 'AGRIFR' }) }),
  ...each(98, '201', { 'lower case and spaces': account('fr76 3000 6000 0112 3456 7890 189') }),
  ...each(100, '400 text_too_long', {
    '71 characters for a payment': account(GOOD, { holderName: 'a'.repeat(71) }),
    '141 characters': organisation({ name: 'a'.repeat(141) }),
    'a megabyte of a name': organisation({ name: 'a'.repeat(1_000_000) }),
  }),
  ...each(100, '400 text_empty', { 'spaces for a name': organisation({ name: ' \u00a0\u2003' }) }),
  ...each(101, '400 unknown_property', {
    'free lines beside an address': organisation({
      address: {
        ...{ street: 'a', postalCode: '58000', city: 'Nevers', country: 'FR' },
        lines: ['1 rue', '58000 Nevers'],
      },
    }),
  }),
  ...each(101, '400 required', {
    'an address without a town': organisation({
      address: { street: 'a', postalCode: '58000', country: 'FR' },
    }),
  }),
  ...each(102, '400 encoding', {
    NUL: escaped('a\\u0000b'),
    'a control character': escaped('a\\u0007b'),
    'half a surrogate': escaped('a\\ud83d'),
    'its other half': escaped('\\ude00a'),
  }),
  ...each(102, '400 text_control_character', {
    'two lines': escaped('a\\nb'),
    DEL: escaped('a\\u007fb'),
    'a line separator': escaped('a\\u2028b'),
  }),
  ...each(102, '400 bad_request', {
    'NUL in an address': () => ({ path: '/v1/funders/%zz', role: 'auditor' }),
  }),
];
