import { VARIABLES, type Variable } from './variables';

/** Markdown, one row per variable. */
export function configTable(): string {
  const rows = Object.values<Variable<unknown>>(VARIABLES).map((variable) => {
    const { name, kind, secret, explains } = variable;
    // Whatever has a default is written as it is, but for nothing.
    const preset = String((variable.default as string | number | readonly string[]) ?? '');
    const fallback = preset === '' ? 'none' : `\`${preset}\``;
    return `| \`${name}\` | ${kind.name} | ${fallback} | ${secret ? 'yes' : 'no'} | ${explains} |`;
  });
  const head = ['| variable | type | default | secret | what it is |', '|---|---|---|---|---|'];
  return [...head, ...rows].join('\n');
}

/** The README with that table between its `config` marks. */
export function inReadme(readme: string, table: string): string {
  const begin = '<!-- config:begin -->';
  const [before, after] = [readme.indexOf(begin), readme.indexOf('<!-- config:end -->')];
  if (before < 0 || after < before) throw new Error(`the README has lost its ${begin} marks`);
  const ignore = '<!-- prettier-ignore -->';
  return `${readme.slice(0, before)}${begin}\n\n${ignore}\n${table}\n\n${readme.slice(after)}`;
}
