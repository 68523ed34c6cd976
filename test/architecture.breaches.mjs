import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { fileURLToPath } from 'node:url';
import config from '../.dependency-cruiser.cjs';

/**
 * Prints, as JSON, the breaches of the architecture in the repository, among the offences, and
 * among the offences with each rule taken away. A program of its own, because dependency-cruiser
 * cannot be loaded into Jest's sandbox: it awaits at top level.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const offences = `${root}/test/architecture-offences`;
const tsConfig = extractTSConfig(`${root}/tsconfig.json`);

async function findBreaches(baseDir, folders, forbidden = config.forbidden) {
  const options = { ...config.options, baseDir, validate: true, ruleSet: { forbidden } };
  const { output } = await cruise(folders, options, {}, { tsConfig });
  return output.summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
}

const withoutRule = {};
for (const { name } of config.forbidden) {
  const others = config.forbidden.filter((rule) => rule.name !== name);
  withoutRule[name] = await findBreaches(offences, ['apps', 'libs', 'test'], others);
}

process.stdout.write(
  JSON.stringify({
    rules: config.forbidden.map(({ name }) => name),
    inRepository: await findBreaches(root, ['apps', 'libs', 'test', 'bench']),
    inOffences: await findBreaches(offences, ['apps', 'libs', 'test']),
    withoutRule,
  }),
);
