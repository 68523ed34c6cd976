import { createSecretKey } from 'node:crypto';
import { ROLES, type Role, type RouteRights } from '@app/platform';
import { VoucherCodes } from '@app/voucher-books';
import { reachOf } from '../../apps/api/src/access/rights-page';
import { AccessApp, bodyOf, isRefused, type Asked } from './access-app';
import { idsOf } from './access-world';
import type { Objects, Route, Sent } from './asking';
import type { Told } from './callers';

// Only a hang should end it on a busy machine.
jest.setTimeout(300_000);

let app: AccessApp;
beforeAll(async () => {
  app = await AccessApp.start();
});
afterAll(() => app.stop());

type Page = Readonly<{ items: readonly object[]; nextCursor: string | null }>;

/** Every list, as it is asked without a filter. */
function lists(): readonly Asked[] {
  const { paths } = app.scheme.contract.document;
  return app.asks.filter(({ route, ask, rights }) => {
    const [method = '', path = ''] = route.split(' ');
    const parameters = paths[path]?.[method.toLowerCase()]?.['parameters'] as { name: string }[];
    const isList = parameters.some(({ name }) => name === 'cursor');
    return isList && ask.names !== 'filter' && holdersOf(rights).length > 0;
  });
}

/** Of another party's list it is the matrix that says it is not there. */
const ownersOf = ({ rights, ask }: Asked): readonly Role[] =>
  ROLES.filter((each) => reachOf(rights, each) === 'own' && (ask.ownedAs ?? each) === each);

const holdersOf = (rights: RouteRights): readonly Role[] =>
  ROLES.filter((role) => !!(rights.all ?? rights.own) && reachOf(rights, role) !== undefined);

const askPage = async (asked: Asked, role: Role, query: string): Promise<Told> => {
  const { path } = asked.ask.sent(app.objects.own, app.objects.own);
  const sent = { path: `${path}${path.includes('?') ? '&' : '?'}${query}` };
  return app.callers.ask(asked.route, sent, await app.callers.good(role));
};

describe('a list', () => {
  it('is the own one, page by page and as CSV', async () => {
    const foreign = idsOf(app.world.foreign);
    const seen = new Set<string>();
    const namesNobodyElse = ({ text }: Told) => foreign.every((id) => !text.includes(id));
    for (const asked of lists()) {
      for (const role of ownersOf(asked)) {
        const what = `${asked.route} as ${role}`;
        let query = 'limit=1';
        for (let page = 1; query !== ''; page += 1) {
          const told = await askPage(asked, role, query);
          const { items = [], nextCursor = null } = JSON.parse(told.text) as Partial<Page>;
          const isOwn = told.status === 200 && namesNobodyElse(told);
          app.check('own page', told, isOwn, `${what}, page ${page}`);
          if (items.length > 0) seen.add(asked.route);
          query = nextCursor === null ? '' : `limit=1&cursor=${nextCursor}`;
        }
        const { path } = asked.ask.sent(app.objects.own, app.objects.own);
        const sent = { path, accept: 'text/csv' };
        const csv = await app.callers.ask(asked.route, sent, await app.callers.good(role));
        const isOwn = csv.type === 'text/csv' && namesNobodyElse(csv);
        app.check('own CSV', csv, isOwn, `${what}, as CSV`);
      }
    }
    expect(app.surprises()).toEqual([]);
    // What is empty names nobody either, so somebody has to have something in it.
    // But for the acts of an operator, of whom there are others here: test/audit has those.
    const isForOwners = ({ rights, route }: Asked) =>
      rights.own !== undefined && !route.startsWith('GET /v1/audit/');
    const routes = lists()
      .filter(isForOwners)
      .map(({ route }) => route);
    expect([...seen].sort()).toEqual([...new Set(routes)].sort());
  });

  it('goes on for the caller it began for alone', async () => {
    for (const asked of lists()) {
      const [first = 'operator', ...others] = holdersOf(asked.rights);
      const { nextCursor } = JSON.parse((await askPage(asked, first, 'limit=1')).text) as Page;
      if (nextCursor === null) continue;
      for (const role of others) {
        const told = await askPage(asked, role, `limit=1&cursor=${nextCursor}`);
        const what = `${asked.route} as ${role} with the cursor of ${first}`;
        app.check('cursor', told, isRefused(told, 400, 'cursor_invalid'), what);
      }
    }
    process.stdout.write(`${JSON.stringify(app.counts)}\n`);
    expect(app.surprises()).toEqual([]);
    expect(app.counts['cursor']).toBeGreaterThan(30);
  });
});

describe('a code of another scheme', () => {
  it.each<[Role | undefined, Route, (x: Objects) => object]>([
    [
      'place-cashier',
      'POST /v1/redemptions',
      ({ placeId, voucherCode }) => ({
        ...{ placeId, codes: [voucherCode], service: 'online-forms', priceCents: 5_000 },
      }),
    ],
    ['place-manager', 'POST /v1/vouchers/check', ({ voucherCode: code }) => ({ code })],
    [
      'prescriber',
      'POST /v1/distributions',
      ({ bookCode: code, prescriberId }) => ({ code, prescriberId, public: 'senior' }),
    ],
    [undefined, 'POST /v1/holder/balance', ({ voucherCode: code }) => ({ code })],
  ])('looks to %s like one that was never printed (%s)', async (role, route, body) => {
    const token = role && (await app.callers.good(role));
    const [, path = ''] = route.split(' ');
    const { own, missing } = app.objects;
    const { voucherCode, bookCode } = missing;
    const sent = (codes: Partial<Objects>): Sent => ({ path, body: body({ ...own, ...codes }) });
    const foreign = await app.callers.ask(route, sent(codesOfAnotherScheme(own)), token);
    const unknown = await app.callers.ask(route, sent({ voucherCode, bookCode }), token);
    expect([foreign.status, foreign.text]).toEqual([
      404,
      expect.stringContaining('voucher_unknown'),
    ]);
    expect(bodyOf(foreign)).toBe(bodyOf(unknown));
  });
});

/** Right in form and check symbol, for books that are here. */
function codesOfAnotherScheme({ orderId, book, handedOut }: Objects): Partial<Objects> {
  const foreign = new VoucherCodes({ masterKeyOf: () => createSecretKey(Buffer.alloc(32, 9)) });
  const key = { orderId, keyId: 'foreign' };
  return {
    voucherCode: foreign.codeOf(key, { book: handedOut, voucher: 7 }),
    bookCode: foreign.codeOf(key, { book, voucher: 0 }),
  };
}
