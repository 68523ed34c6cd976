import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { rules } from './tools/lint/house-rules.mjs';

const SPECS = ['**/*.spec.ts', 'test/**/*.ts', 'libs/platform/src/testing/**/*.ts'];
/** Programs' entries, which speak to whoever typed the command. */
const MAINS = ['apps/*/src/main.ts', 'apps/*/src/**/*.cli.ts', 'bench/main.ts'];
/** Where a decision or a fold is made: the same answer to the same data, today and in ten years. */
const PURE = [
  'libs/kernel/src/**/*.ts',
  'libs/*/src/domain/**/*.ts',
  'libs/{processes,read-models}/src/**/*.ts',
];
/** What stands beside workflows and projections and is not pure: it waits, reads or is wired. */
const SHELL = ['**/*.{query,module,runner,adapter}.ts'];

/** The house rules by name, each an error. */
const house = (...names) => Object.fromEntries(names.map((name) => [`house/${name}`, 'error']));
const houseOff = (...names) => Object.fromEntries(names.map((name) => [`house/${name}`, 'off']));

export default defineConfig(
  globalIgnores(['dist/', '.cache/', '.data/', 'test/architecture-offences/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { house: { rules } },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...house('env-only-in-config', 'no-forward-ref', 'no-export-star'),
      ...house('no-default-export', 'no-console'),
      eqeqeq: 'error',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_' },
      ],
      // Async without await is how a port's sync implementation turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      // consistent-type-imports stays off: emitDecoratorMetadata needs the values of injected classes.
    },
  },
  {
    files: PURE,
    ignores: [...SPECS, ...SHELL],
    rules: {
      ...house('no-clock', 'no-chance', 'no-waiting', 'no-decorators', 'no-io'),
      // A default branch would swallow the event or the state that is added next year.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
    },
  },
  { files: ['libs/platform/src/config/**/*.ts'], rules: houseOff('env-only-in-config') },
  { files: MAINS, rules: houseOff('no-console') },
  {
    files: SPECS,
    rules: {
      // Specs start programs and look at what they wrote, and read bodies that have no type.
      ...houseOff('env-only-in-config', 'no-console'),
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
