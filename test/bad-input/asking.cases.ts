import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const OPERATOR = '11111111-1111-4111-8111-111111111111';

const asked = (path: string) => (): Sent => ({ path, role: 'operator', partyId: OPERATOR });

/** The same for each path. */
const paths = (...all: readonly string[]) =>
  Object.fromEntries(all.map((path) => [path.slice(0, 80), asked(path)]));

const auditor = (path: string) => (): Sent => ({ path, role: 'auditor' });

const figures = (asOf: string): string => `/v1/solvency?asOf=${encodeURIComponent(asOf)}`;

/** The first page of the prescribers has a second. */
async function cursorOf(world: BadInputWorld): Promise<string> {
  const { text } = await world.send(asked('/v1/prescribers?limit=1')());
  const { nextCursor } = JSON.parse(text) as { nextCursor: string | null };
  if (nextCursor === null) throw new Error('one page is all');
  return nextCursor;
}

const page =
  (change: (cursor: string) => string, changes: Partial<Sent> = {}) =>
  async (world: BadInputWorld): Promise<Sent> => {
    const cursor = change(await cursorOf(world));
    const path = `${changes.path ?? '/v1/prescribers?limit=1'}&cursor=${cursor}`;
    return { role: 'operator', partyId: OPERATOR, ...changes, path };
  };

const order =
  (changes: object) =>
  ({ orders: { agreementId, funder } }: BadInputWorld): Sent => ({
    ...{ path: '/v1/orders', role: 'funder', partyId: funder.partyId },
    body: { agreementId, books: 1, vouchersPerBook: 10, validUntilOn: '2026-12-31', ...changes },
  });

/** Cases 85–96: paging, filters, dates. */
export const ASKING: readonly BadCase[] = [
  ...each(85, '200', { 'a cursor as it was given': page((cursor) => cursor) }),
  ...each(85, '400 cursor_invalid', {
    'a cut cursor': page((cursor) => cursor.slice(0, -2)),
    'an altered cursor': page(
      (cursor) => `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`,
    ),
    'one of another list': page((cursor) => cursor, { path: '/v1/organisations?limit=1' }),
    'one of other filters': page((cursor) => cursor, { path: '/v1/orders?status=active' }),
    'one of another party': page((cursor) => cursor, { partyId: OPERATOR.replaceAll('1', '2') }),
    'no cursor': asked('/v1/prescribers?cursor='),
  }),
  ...each(85, '400 cursor_invalid', {
    'two cursors': asked('/v1/prescribers?cursor=a&cursor=b'),
  }),
  ...each(
    86,
    '400 limit_range',
    paths(
      ...['0', '-1', '501', '1e9', 'abc', '1.5', '01', '', '%201', '1&limit=2'].map(
        (limit) => `/v1/funders?limit=${limit}`,
      ),
    ),
  ),
  ...each(
    87,
    '400 unknown_property',
    paths(
      ...[
        'sort=__proto__',
        'sort=password',
        '__proto__=1',
        'constructor=1',
        'order%5B%5D=desc',
      ].map((query) => `/v1/funders?${query}`),
    ),
  ),
  ...each(88, '200', {
    'a wildcard is a character': asked('/v1/places?service=%25'),
    'a quote is a character': asked(`/v1/places?service=${encodeURIComponent("'--")}`),
  }),
  ...each(88, '400 text_too_long', {
    'a pattern': asked(`/v1/places?service=${encodeURIComponent('(a+)+$'.repeat(1_000))}`),
  }),
  ...each(88, '431 headers_too_large', {
    '50 kB of a pattern': asked(`/v1/places?service=${'(a%2B)%2B$'.repeat(5_000)}`),
  }),
  ...each(89, '400 date_invalid', {
    '2026-02-30': order({ validUntilOn: '2026-02-30' }),
    '2026-02-30 of a period': auditor('/v1/accounting/journal?from=2026-02-30&to=2026-03-31'),
    '2025-02-29 as an instant': asked(figures('2025-02-29T00:00:00Z')),
  }),
  ...each(90, '400 zone_required', {
    'a time that does not exist in Paris': asked(figures('2026-03-29T02:30:00')),
  }),
  ...each(91, '400 zone_required', {
    'a time that exists twice in Paris': asked(figures('2026-10-25T02:30:00')),
  }),
  ...each(91, '200', { 'which of them': asked(figures('2026-10-25T02:30:00+02:00')) }),
  ...each(92, '400 date_invalid', {
    'year 0': order({ validUntilOn: '0000-01-01' }),
    'year 275,761': order({ validUntilOn: '275761-01-01' }),
    'year +275,761': asked(figures('+275761-01-01T00:00:00Z')),
  }),
  ...each(93, '400 date_invalid', { 'a leap second': asked(figures('2016-12-31T23:59:60Z')) }),
  ...each(94, '400 period_invalid', {
    'a journal': auditor('/v1/accounting/journal?from=2026-03-31&to=2026-03-01'),
  }),
  ...each(94, '400 date_invalid', {
    'a label': ({ till }) => ({
      ...{ path: `/v1/places/${till.placeId}/label`, role: 'operator' },
      body: { validFromOn: '2027-01-01', validUntilOn: '2026-12-31', services: ['online-forms'] },
    }),
  }),
  ...each(95, '400 date_invalid', {
    'a day as people write it': order({ validUntilOn: '31/12/2026' }),
    'an instant for a day': order({ validUntilOn: '2026-12-31T23:59:59Z' }),
  }),
  ...each(96, '400 date_invalid', {
    ...{
      'a week': order({ validUntilOn: '2026-W53' }),
      'a day of the year': order({ validUntilOn: '2026-366' }),
    },
  }),
];
