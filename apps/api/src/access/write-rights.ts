import { readFileSync, writeFileSync } from 'node:fs';
import { inPage } from './rights-page';

/** `npm run docs:rights`: brings the page of rights up to date with the code's table. */
const PAGE = 'docs/operations/rights.md';
writeFileSync(PAGE, inPage(readFileSync(PAGE, 'utf8')));
