import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { toLine, toTable, type Line, type Suite } from './figures';

/** The suites by name; a suite is loaded only when it is asked for. */
const SUITES: Record<string, () => Promise<Suite>> = {
  'event-store': async () => (await import('./event-store')).eventStoreSuite,
  redemption: async () => (await import('./redemption')).redemptionSuite,
  reimbursement: async () => (await import('./reimbursement')).reimbursementSuite,
  'read-store': async () => (await import('./read-store')).readStoreSuite,
};

/**
 * `npm run bench -- SUITE [--quick]`: a line of JSON for each figure as it is measured, then a
 * Markdown table of all.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [name = ''] = positionals;
  const load = SUITES[name];
  if (!load || positionals.length > 1) {
    const usage = `npm run bench -- SUITE [--quick]\nsuites: ${Object.keys(SUITES).join(', ')}\n`;
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const lines: Line[] = [];
  const suite = await load();
  const startedAt = Date.now();
  await suite({
    quick: values.quick,
    report: (figure) => {
      const line = toLine(name, figure);
      lines.push(line);
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
  });
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const where = `Node ${process.version}, ${availableParallelism()} cores, ${seconds} s`;
  process.stdout.write(`\n${toTable(lines)}\n\n${where}${values.quick ? ', quick' : ''}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
