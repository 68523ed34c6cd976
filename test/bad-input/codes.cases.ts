import { randomUUID } from 'node:crypto';
import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

/** A code that is good, changed as people and attackers do. */
const typed = (change: (code: string) => string) => (world: BadInputWorld) =>
  world.redeem(change(world.code(world.books.first, 1)));

const replaced = (by: string) => typed((code) => `${code.slice(0, 6)}${by}${code.slice(7)}`);

const inserted = (what: string) => typed((code) => `${code.slice(0, 7)}${what}${code.slice(7)}`);

/** Cases 43–56 and 68: codes. */
export const CODES: readonly BadCase[] = [
  ...each(43, '422 code_format', {
    '15 of 16 symbols': typed((code) => code.slice(0, -1)),
    '17 of 16 symbols': typed((code) => `${code}0`),
    'no symbol': typed(() => ''),
  }),
  {
    ...{ no: 44, what: 'a wrong check symbol', gets: '422 code_check' },
    ask: typed((code) => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`),
  },
  ...each(45, '200', {
    'lower case, spaces, hyphens': (world) =>
      world.check(world.code(world.books.other, 2).toLowerCase().replaceAll('-', ' - ')),
    'l for 1, o for 0': (world) =>
      world.check(
        world.code(world.books.other, 2).toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o'),
      ),
  }),
  ...each(46, '422 code_format', { U: replaced('U') }),
  ...each(47, '422 code_format', {
    'Cyrillic А': replaced('\u0410'),
    'Greek Ο': replaced('\u039f'),
    'Turkish ı': replaced('\u0131'),
    'Turkish İ': replaced('\u0130'),
    'long ſ': replaced('\u017f'),
    'Roman Ⅰ': replaced('\u2160'),
    'full-width １': replaced('\uff11'),
  }),
  ...each(48, '422 code_format', { 'a zero-width joiner': inserted('\u200d') }),
  ...each(49, '422 code_format', { 'a right-to-left mark': inserted('\u200f') }),
  ...each(50, '413 too_large', {
    '10,000 symbols': typed(() => '0'.repeat(10_000)),
    '10,000 symbols of a holder': () => ({
      ...{ path: '/v1/holder/balance', body: { code: '0'.repeat(10_000) } },
    }),
  }),
  ...each(51, '404 voucher_unknown', {
    'a code of another scheme': (world) => world.redeem(world.foreignCode()),
  }),
  ...each(52, '404 voucher_unknown', {
    'a code of no scheme': (world) => world.redeem(world.wrongCode()),
    'a code of no scheme, of a holder': (world) => ({
      ...{ path: '/v1/holder/balance', body: { code: world.wrongCode(1) } },
    }),
  }),
  {
    ...{ no: 53, what: 'a used voucher', gets: '409 voucher_used' },
    ask: async (world) => {
      const redeem = world.redeem(world.code(world.books.first, 2));
      const { status } = await world.send(redeem);
      if (status !== 201) throw new Error(`the first redemption: ${status}`);
      return redeem;
    },
  },
  {
    ...{ no: 53, what: 'a voucher used elsewhere', gets: '409 voucher_used' },
    ask: async (world) => {
      const code = world.code(world.books.first, 3);
      await world.send(world.redeem(code));
      const { placeId, cashier } = await world.orders.place();
      return { ...world.redeem(code, { placeId }), partyId: cashier.partyId };
    },
    // Where and when is the other place's.
    and: ({ text }, { till }) => {
      expect(text).not.toContain(till.placeId);
      expect(JSON.parse(text)).not.toHaveProperty('details.usedAt');
    },
  },
  ...each(54, '409 expired', {
    'a voucher after its last day': (world) =>
      world.redeem(world.code(world.books.expired, 1, world.expiredOrderId)),
  }),
  ...each(55, '409 service_not_covered', {
    'a service that the place has no label for': (world) =>
      world.redeem(world.code(world.books.first, 4), { service: 'coding' }),
  }),
  {
    ...{ no: 55, what: 'a place without a label', gets: '409 place_not_labelled' },
    ask: async (world) => {
      const { organisationId } = world.till;
      const address = { street: 'a', postalCode: '58000', city: 'Nevers', country: 'FR' };
      const { placeId } = await world.app.as('place-manager', organisationId).post('/v1/places', {
        ...{ organisationId, name: 'Autre', services: ['online-forms'], address },
      });
      return world.redeem(world.code(world.books.first, 4), { placeId });
    },
  },
  {
    ...{ no: 56, what: 'the eleventh wrong code', gets: '429 too_many_attempts' },
    ask: async (world) => {
      const id = randomUUID();
      for (let i = 0; i < 10; i += 1) await world.send({ ...world.check(world.wrongCode(i)), id });
      // Whether this one is right is not told any more.
      return { ...world.check(world.code(world.books.first, 1)), id };
    },
    and: ({ headers }) => expect(headers['retry-after']).toBe('900'),
  },
  ...each(65, '422 code_format', {
    'a script in a QR': typed((code) => `javascript:alert("${code}")`),
    'a QR of another host': typed((code) => `https://carnet.example/v#${code}`),
  }),
  {
    ...{ no: 68, what: 'one voucher at two tills at once', gets: '409 voucher_used' },
    ask: async (world) => {
      const code = world.code(world.books.first, 5);
      const tills: Sent[] = [world.redeem(code), world.redeem(code)];
      const answers = await Promise.all(tills.map((till) => world.send(till)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      return world.redeem(code);
    },
  },
];
