import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** Specs compile with the same compiler, options and aliases as the build. */
export default {
  rootDir: '.',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/architecture-offences/'],
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: Object.fromEntries(
    Object.entries(swc.jsc.paths).map(([alias, [file]]) => [
      `^${alias.replace('*', '(.+)')}$`,
      `<rootDir>/${file.replace('*', '$1')}`,
    ]),
  ),
  testEnvironment: 'node',
  testTimeout: 60_000,
  // On two cores jest would run all suites in its own process, which keeps some 20 MB of each: 4 GB in all.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  cacheDirectory: '<rootDir>/.cache/jest',
};
