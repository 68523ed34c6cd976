import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

describe('endpoints on this machine', () => {
  it('are let in by no program and by no variable', () => {
    const sources = globSync('{apps,libs}/**/*.ts', { cwd: ROOT });
    const saying = sources.filter((file) => {
      const isSpec = file.endsWith('.spec.ts');
      return !isSpec && readFileSync(join(ROOT, file), 'utf8').includes('webhooksOnLoopback');
    });
    // It is taken there, and given nowhere.
    expect(saying).toEqual(['libs/processes/src/scheme.module.ts']);
    const variables = readFileSync(join(ROOT, 'libs/platform/src/config/variables.ts'), 'utf8');
    expect(variables.toLowerCase()).not.toMatch(/loopback|webhook/);
  });
});
