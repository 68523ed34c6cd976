import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');
const PAGES = ['README.md', ...globSync('{docs,libs,apps}/**/*.md', { cwd: ROOT })];

describe('the documentation', () => {
  it('says why each package is there', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const packages = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    );
    const explained = [...read('docs/stack.md').matchAll(/`([@\w/*-]+)`/g)].map(([, name]) => name);
    const isExplained = (name: string): boolean =>
      explained.includes(name.startsWith('@types/') ? '@types/*' : name);
    expect(packages.filter((name) => !isExplained(name))).toEqual([]);
  });

  it('has one table of variables, in both places; to refresh it: npm run docs:config', () => {
    const table = (page: string): string | undefined =>
      /<!-- config:begin -->(.*)<!-- config:end -->/s.exec(read(page))?.[1];
    expect(table('README.md')).toMatch(/CARNET_/);
    expect(table('README.md')).toBe(table('libs/platform/README.md'));
  });

  it.each(PAGES)('%s links to nothing that is missing', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^\w+:/.test(link));
    const missing = local.filter((link) => !existsSync(join(ROOT, dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it.each(PAGES)('%s names no npm script that is missing', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
