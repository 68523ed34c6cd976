import { readFileSync, writeFileSync } from 'node:fs';
import { configTable, inReadme } from './config-table';

/** `npm run docs:config`: brings the README's table up to date with the code's. */
const [, , readme = 'libs/platform/README.md'] = process.argv;
writeFileSync(readme, inReadme(readFileSync(readme, 'utf8'), configTable()));
