import { ROLES, type Reach, type Role, type RouteRights } from '@app/platform';
import { RIGHTS } from './rights';

/** Markdown: a row for each route, a column for each role, for nobody and for machines. */
export function rightsTable(): string {
  const head = ['route', ...ROLES, 'nobody', 'API keys', 'besides'];
  const rows = Object.entries<RouteRights>(RIGHTS).map(([route, rights]) => [
    `\`${route}\``,
    ...ROLES.map((role) => SHOWN[reachOf(rights, role) ?? 'no']),
    rights.nobody ? SHOWN.none : SHOWN.no,
    rights.people ? SHOWN.no : SHOWN.none,
    rights.note ?? '',
  ]);
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Undefined where the route is not for that role; what is told to nobody in particular is for all. */
export const reachOf = (rights: RouteRights, role: Role): Reach | undefined => {
  const named = REACHES.filter((reach) => rights[reach] !== undefined);
  if (rights.nobody && named.length === 0) return 'none';
  return named.find((reach) => rights[reach]?.includes(role));
};

const REACHES = ['all', 'own', 'none'] as const;

const SHOWN = { all: 'all', own: 'own', none: '✓', no: '–' } as const;

/** The page with that table between its marks. Throws where it has lost them. */
export function inPage(page: string): string {
  const [begin, end] = ['<!-- rights:begin -->', '<!-- rights:end -->'];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the page has lost its ${begin} marks`);
  const table = `<!-- prettier-ignore -->\n${rightsTable()}`;
  return `${page.slice(0, before)}${begin}\n\n${table}\n\n${page.slice(after)}`;
}
