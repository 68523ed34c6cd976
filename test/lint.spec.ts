import { ESLint } from 'eslint';

const DOMAIN = 'libs/funding/src/domain/agreement.ts';
const PROJECTION = 'libs/read-models/src/balance/balance.projection.ts';
const PROCESS = 'libs/processes/src/fund-order.ts';
const KERNEL = 'libs/kernel/src/money.ts';
const USE_CASE = 'libs/funding/src/use-cases/sign-agreement.ts';
const CONFIG = 'libs/platform/src/config/config.ts';
const MAIN = 'apps/api/src/main.ts';
const SPEC = 'libs/funding/src/domain/agreement.spec.ts';
const FOLD = 'libs/read-models/src/balance/postings.ts';
const QUERY = 'libs/read-models/src/balance/balance.query.ts';
const PURE = [DOMAIN, PROJECTION, FOLD, PROCESS, KERNEL];

/** What each rule bites on and where, what to do instead, and what it must leave alone. */
const OFFENCES = [
  {
    rule: 'house/no-clock',
    remedy: /Time enters with the command/,
    where: PURE,
    offenders: [
      'export const at = Date.now();',
      'export const at = new Date();',
      'export const at = Date();',
      'export const at = performance.now();',
    ],
    innocents: [
      "export const at = new Date('2026-06-30');",
      'export const at = Date.UTC(2026, 5);',
    ],
    allowed: [USE_CASE, QUERY, SPEC],
  },
  {
    rule: 'house/no-chance',
    remedy: /Ids and chance enter with the command/,
    where: PURE,
    offenders: ['export const id = Math.random();', 'export const id = crypto.randomUUID();'],
    innocents: [
      'export const most = Math.max(1, 2);',
      'export const f = (crypto: string) => crypto;',
    ],
    allowed: [USE_CASE, SPEC],
  },
  {
    rule: 'house/no-waiting',
    remedy: /fetch it in the use case/,
    where: PURE,
    offenders: [
      'export async function f() {}',
      'export const f = async () => 1;',
      'export type Later = Promise<string>;',
      'setTimeout(() => 1, 1);',
    ],
    innocents: ['export function* f() { yield 1; }'],
    allowed: [USE_CASE, QUERY, 'libs/processes/src/fund-order.runner.ts', SPEC],
  },
  {
    rule: 'house/no-decorators',
    remedy: /let a use case wire them/,
    where: PURE,
    offenders: ["import { Injectable } from 'a'; @Injectable() export class A {}"],
    innocents: ['export class A {}'],
    allowed: [USE_CASE, QUERY],
  },
  {
    rule: 'house/no-io',
    remedy: /use case or an adapter/,
    where: PURE,
    offenders: [
      "import { readFileSync } from 'node:fs'; readFileSync('a');",
      "import { readFileSync } from 'fs'; readFileSync('a');",
      "export { readFileSync } from 'node:fs';",
      "fetch('http://a');",
      'process.exit(1);',
      "export const a = import('a');",
      "export const a = require('a');",
    ],
    innocents: [
      "import { fs } from './fs'; fs();",
      'export const f = (process: string) => process;',
    ],
    allowed: [USE_CASE, SPEC],
  },
  {
    rule: 'house/env-only-in-config',
    remedy: /libs\/platform\/src\/config/,
    where: [USE_CASE, MAIN, 'libs/platform/src/http/server.ts', 'bench/main.ts'],
    offenders: [
      "export const port = process.env['PORT'];",
      "export const port = process['env'];",
      'export const { env } = process;',
      "import { env } from 'node:process'; env;",
    ],
    innocents: ['export const { pid } = process;', 'export const a = { env: 1 }.env;'],
    allowed: [CONFIG, SPEC],
  },
  {
    rule: 'house/no-forward-ref',
    remedy: /react to an event/,
    where: [USE_CASE, MAIN, CONFIG],
    offenders: ["import { forwardRef } from '@nestjs/common'; forwardRef;"],
    innocents: ["import { Inject } from '@nestjs/common'; Inject;"],
    allowed: [],
  },
  {
    rule: 'house/no-export-star',
    remedy: /export each thing by name/,
    where: [USE_CASE, 'libs/funding/src/index.ts', KERNEL, SPEC],
    offenders: ["export * from './a';", "export * as a from './a';"],
    innocents: ["export { a } from './a';"],
    allowed: [],
  },
  {
    rule: 'house/no-default-export',
    remedy: /export it by that name/,
    where: [USE_CASE, DOMAIN, MAIN],
    offenders: ['export default 1;', 'const a = 1; export { a as default };'],
    innocents: ['export const a = 1;'],
    allowed: ['jest.config.mjs'],
  },
  {
    rule: 'house/no-console',
    remedy: /Use the injected logger/,
    where: [USE_CASE, 'apps/api/src/funding/agreements.controller.ts', 'libs/platform/src/a.ts'],
    offenders: ["console.log('a');"],
    innocents: ['export const f = (console: { log(): void }) => console.log();'],
    allowed: [MAIN, 'apps/event-store/src/verify.cli.ts', 'bench/main.ts', SPEC],
  },
];

const root = `${__dirname}/..`;

/** House rules need no types, so this linter judges files that are nowhere but here. */
const houseLinter = new ESLint({
  cwd: root,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false } },
  },
  ruleFilter: ({ ruleId }) => ruleId.startsWith('house/'),
});

const judge = async (code: string, file: string, linter = houseLinter) => {
  const [result] = await linter.lintText(code, { filePath: `${root}/${file}` });
  return (result?.messages ?? []).map(({ ruleId, message }) => ({ rule: ruleId, message }));
};

describe.each(OFFENCES)('$rule', ({ rule, remedy, where, offenders, innocents, allowed }) => {
  it.each(where.flatMap((file) => offenders.map((code) => ({ file, code }))))(
    'in $file says what to do instead of: $code',
    async ({ file, code }) => {
      expect(await judge(code, file)).toContainEqual({
        rule,
        message: expect.stringMatching(remedy),
      });
    },
  );

  it.each(innocents)('leaves alone: %s', async (code) => {
    for (const file of where) expect(await judge(code, file)).toEqual([]);
  });

  for (const file of allowed) {
    it(`does not apply in ${file}`, async () => {
      for (const code of offenders) {
        expect((await judge(code, file)).map((found) => found.rule)).not.toContain(rule);
      }
    });
  }
});

describe('the house rules', () => {
  it('each have an offender', async () => {
    const config = (await houseLinter.calculateConfigForFile(`${root}/${DOMAIN}`)) as {
      plugins: { house: { rules: object } };
    };
    const rules = Object.keys(config.plugins.house.rules).map((name) => `house/${name}`);
    expect(OFFENCES.map(({ rule }) => rule).sort()).toEqual(rules.sort());
  });
});

describe('type-checked lint', () => {
  const typedLinter = new ESLint({ cwd: root });
  // The files exist, so that the type checker knows them; what it judges is the text given here.
  const KNOWN_PURE = 'libs/kernel/src/index.ts';
  const KNOWN_ELSEWHERE = 'libs/platform/src/index.ts';
  const lines = (count: number) => 'count();\n'.repeat(count);

  it.each([
    ['@typescript-eslint/no-floating-promises', 'export const f = () => { Promise.resolve(); };'],
    ['@typescript-eslint/no-explicit-any', 'export type A = any;'],
    [
      '@typescript-eslint/switch-exhaustiveness-check',
      `export function f(a: 'x' | 'y') { switch (a) { case 'x': return 1; } return 2; }
       export function g(a: 'x' | 'y') { switch (a) { case 'x': return 1; default: return 2; } }`,
    ],
    [
      'max-lines-per-function',
      `export function f(count: () => void) {\n${lines(59)}}\nf(() => {});\n
       export function g(count: () => void) {\n${lines(58)}}\ng(() => {});`,
    ],
    ['eqeqeq', 'export const f = (a: unknown, b: unknown) => a == b;'],
  ])('finds the one breach of %s', async (rule, code) => {
    const found = await judge(code, KNOWN_ELSEWHERE, typedLinter);
    expect(found.map((each) => each.rule)).toEqual([rule]);
  });

  it('lets no default branch stand for a case where decisions are made', async () => {
    const code = `export const f = (a: 'x' | 'y') => { switch (a) { case 'x': return 1; default: return 2; } };`;
    const found = await judge(code, KNOWN_PURE, typedLinter);
    expect(found.map(({ rule }) => rule)).toEqual([
      '@typescript-eslint/switch-exhaustiveness-check',
    ]);
  });
});
