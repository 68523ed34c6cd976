import { randomUUID } from 'node:crypto';
import { userIdOf } from '@app/platform';
import { SchemeApp } from '../support/scheme-app';
import { anchorToday } from './anchor-today';

type Days = { items: { day: string; root: string; changes: number; refusals: number }[] };
type Rows = {
  items: { type?: string; kind?: string; number?: number; actor?: { id: string } | null }[];
  nextCursor: string | null;
};

const ADDRESS = { street: '1 rue du Pont', postalCode: '58000', city: 'Nevers', country: 'FR' };
const ORGANISATION = {
  ...{ name: 'Espace', siret: '73282932000074', legalForm: 'association', address: ADDRESS },
};

let app: SchemeApp;
let operator: ReturnType<SchemeApp['as']>;
let operatorId: string;
let day: string;

beforeAll(async () => {
  app = await SchemeApp.start();
  operator = app.as('operator');
  await operator.post('/v1/organisations', ORGANISATION);
  await app.as('operator').post('/v1/organisations', ORGANISATION);
  operatorId = userIdOf(app.http.issuer.issuer, `operator-${operator.partyId}`);
  const at = app.clock.now().toISOString();
  const refused = {
    ...({ kind: 'refused', at, traceId: randomUUID(), route: 'POST /v1/orders' } as const),
    ...{ status: 403, code: 'forbidden', objects: [] },
  };
  const actor = { id: operatorId, partyId: randomUUID(), role: 'operator' };
  day = await anchorToday(app, [
    { ...refused, actor },
    { ...refused, actor: null },
    { kind: 'sign-in', at, traceId: randomUUID(), actor },
  ]);
});

afterAll(() => app.stop());

describe('the audit trail over HTTP', () => {
  it('lists the days with their roots, and shows what a root stands for', async () => {
    const auditor = app.as('auditor');
    const { items } = await auditor.get<Days>('/v1/audit/days');
    expect(items).toMatchObject([{ day, refusals: 4 }]);
    const shown = await auditor.get<Record<string, unknown>>(`/v1/audit/days/${day}`);
    expect(shown).toMatchObject({
      root: items[0]?.root,
      statement: { day, log: { count: items[0]?.changes } },
    });
  });

  it('shows an auditor every change and refusal of the day, page by page', async () => {
    const auditor = app.as('auditor');
    const path = `/v1/audit/days/${day}`;
    const { items: days } = await auditor.get<Days>('/v1/audit/days');
    const types: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Rows = await auditor.get<Rows>(
        `${path}/changes?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      types.push(...page.items.map(({ type }) => type ?? ''));
      cursor = page.nextCursor;
    }
    expect(types).toHaveLength(days[0]?.changes ?? -1);
    expect(types.filter((type) => type === 'OrganisationRegistered')).toHaveLength(2);
    const { items } = await auditor.get<Rows>(`${path}/refusals`);
    expect(items.map(({ kind }) => kind)).toEqual(['segment', 'refused', 'refused', 'sign-in']);
    const { items: rest } = await auditor.get<Rows>(`${path}/refusals?limit=500`);
    expect(rest).toEqual(items);
  });

  it('shows an operator what they did and were refused, and nothing of others', async () => {
    const mine = await operator.get<Rows>(`/v1/audit/days/${day}/changes`);
    expect(mine.items).toHaveLength(1);
    expect(mine.items[0]?.actor?.id).toBe(operatorId);
    const refusals = await operator.get<Rows>(`/v1/audit/days/${day}/refusals`);
    expect(refusals.items.map(({ kind }) => kind)).toEqual(['refused', 'sign-in']);
    const other = await app.as('operator').get<Rows>(`/v1/audit/days/${day}/changes`);
    expect(other.items).toEqual([]);
  });

  it('does not find a day without a root, or what is no day', async () => {
    for (const missing of ['2026-01-14', '2031-01-01', 'today', '2026-02-30']) {
      for (const part of ['', '/changes', '/refusals']) {
        const path = `/v1/audit/days/${missing}${part}`;
        expect(await app.as('auditor').refusedToRead(path)).toBe('404 not_found');
      }
    }
  });
});
