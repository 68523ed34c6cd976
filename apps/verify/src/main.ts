import { connectConfiguredStore, ConfigError, readConfig } from '@app/platform';
import { Audit } from './audit';

const FIELDS = ['eventStoreUrl', 'appendWriter', 'appendDeadlineMs'] as const;

/** Of each invariant, so that one fault does not bury the others. */
const SHOWN_MAX = 20;

/**
 * Reads the whole log and holds it to every invariant: a line of JSON per finding, then the sums.
 * Exit code 1 when one is broken, 2 when the log could not be read.
 */
async function main(): Promise<void> {
  const store = connectConfiguredStore(readConfig(FIELDS));
  const shown = new Map<string, number>();
  const audit = new Audit((finding) => {
    const before = shown.get(finding.invariant) ?? 0;
    shown.set(finding.invariant, before + 1);
    if (before < SHOWN_MAX) print(finding);
  });
  try {
    for await (const event of store.readAll()) audit.see(event);
  } finally {
    await store.close();
  }
  audit.end();
  const { events, invariants, broken } = audit;
  print({ events, invariants: invariants.length, broken: [...broken] });
  process.exitCode = broken.size > 0 ? 1 : 0;
}

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

main().catch((error: unknown) => {
  const message = error instanceof ConfigError || error instanceof Error ? error.message : error;
  process.stderr.write(`verify: ${String(message)}\n`);
  process.exitCode = 2;
});
