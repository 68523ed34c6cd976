import {
  type AuditFinding,
  AuditKeys,
  auditKeyPath,
  auditPath,
  connectConfiguredStore,
  type EventStore,
  exportTrail,
  readConfig,
  SystemClock,
  SystemRandomness,
  type Trust,
  verifyExport,
  verifyStore,
} from '@app/platform';
import { type Wanted, wantedBy } from './arguments';

const FIELDS = [
  ...(['eventStoreUrl', 'appendWriter', 'appendDeadlineMs', 'dataDir'] as const),
  ...(['auditKeyFile', 'auditKeepDays'] as const),
] as const;

/** Findings shown; all are counted. */
const SHOWN_MAX = 100;

const clock = new SystemClock();

/**
 * A line of JSON per finding, then the sums. Exit code 1 when something is not as it was anchored, 2 when
 * it could not be looked at.
 */
async function main(): Promise<void> {
  const wanted = wantedBy(process.argv.slice(2));
  if (wanted.verb === 'verify') return verify(wanted);
  const config = readConfig(FIELDS);
  const file = auditKeyPath(config);
  if (wanted.verb === 'rotate') {
    const { publicKeys } = AuditKeys.rotate({ file, clock, randomness: new SystemRandomness() });
    return print({ key: publicKeys.at(-1)?.key, keys: publicKeys.length });
  }
  const keys = AuditKeys.read(file);
  await withStore(config, async (store) => {
    const { to } = wanted;
    print(await exportTrail({ store, keys, clock, folder: auditPath(config), to }));
  });
}

async function verify({ store, dir, key, roots }: Wanted & { verb: 'verify' }): Promise<void> {
  const trust: Trust = { roots, ...(key !== undefined && { firstKey: key }) };
  let found = 0;
  const tell = (finding: AuditFinding): void => {
    found += 1;
    if (found <= SHOWN_MAX) print(finding);
  };
  if (dir !== undefined) print({ export: await verifyExport(dir, tell, trust) });
  if (store) {
    const config = readConfig(FIELDS);
    const { publicKeys } = AuditKeys.read(auditKeyPath(config));
    const { auditKeepDays: keepDays } = config;
    await withStore(config, async (events) => {
      const input = { store: events, publicKeys, clock, folder: auditPath(config), keepDays };
      const exported = dir === undefined ? {} : { exported: dir };
      print({ store: await verifyStore({ ...input, ...exported, tell, trust }) });
    });
  }
  print({ found });
  process.exitCode = found > 0 ? 1 : 0;
}

async function withStore(
  config: Parameters<typeof connectConfiguredStore>[0],
  use: (store: EventStore) => Promise<void>,
): Promise<void> {
  const store = connectConfiguredStore(config);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

main().catch((error: unknown) => {
  process.stderr.write(`audit: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
