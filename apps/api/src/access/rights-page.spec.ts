import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES, type RouteRights } from '@app/platform';
import { RIGHTS } from './rights';
import { inPage, reachOf, rightsTable } from './rights-page';

const PAGE = join(__dirname, '../../../../docs/operations/rights.md');

describe('the page of rights', () => {
  it('shows the table the api goes by; to refresh it: npm run docs:rights', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(inPage(page));
  });

  it('has a row for each route and a cell for each role', () => {
    const [head, , ...rows] = rightsTable().split('\n');
    expect(head).toContain(ROLES.join(' | '));
    expect(rows).toHaveLength(Object.keys(RIGHTS).length);
    expect(rows.every((row) => row.split(' | ').length === ROLES.length + 4)).toBe(true);
  });

  it('is not written where its marks are gone', () => {
    expect(() => inPage('# Rights')).toThrow('lost its');
  });
});

it('a role has one reach on a route', () => {
  for (const [route, rights] of Object.entries<RouteRights>(RIGHTS)) {
    const { all = [], own = [], none = [] } = rights;
    const named = [...all, ...own, ...none];
    expect([route, new Set(named).size]).toEqual([route, named.length]);
    expect([route, named.every((role) => reachOf(rights, role) !== undefined)]).toEqual([
      route,
      true,
    ]);
  }
});
