import type { EventStore } from '@app/platform';
import { Audit, type Finding } from '../../../verify/src/audit';
import type { PastScheme } from './past-scheme';
import type { World } from './world';

export type Checked = Readonly<{ events: number; invariants: number; broken: readonly string[] }>;

/** Everything that must hold at the end of a history; each line of `broken` is one thing that does not. */
export async function check(scheme: PastScheme, world: World): Promise<Checked> {
  const { audit, findings } = await auditOf(scheme.store);
  const broken = findings.map(({ invariant, what }) => `${invariant}: ${what}`);
  for (const incident of scheme.incidents) broken.push(`process: ${JSON.stringify(incident)}`);
  broken.push(...(await findDifferences(world)));
  return { events: audit.events, invariants: audit.invariants.length, broken };
}

async function auditOf(store: EventStore) {
  const findings: Finding[] = [];
  const audit = new Audit((finding) => void findings.push(finding));
  for await (const event of store.readAll()) audit.see(event);
  audit.end();
  return { audit, findings };
}

type Balance = Readonly<Record<string, number>>;

/** I-1 and I-11 as the views show them: each agreement's equation, and the bank's word. */
async function findDifferences({ auditor, agreements }: World): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { agreementId, name } of agreements) {
    const balance = await auditor.get<Balance>(`/v1/agreements/${agreementId}/balance`);
    const cents = (bucket: string): number => balance[`${bucket}Cents`] ?? NaN;
    const sum = BUCKETS.reduce((total, bucket) => total + cents(bucket), -cents('owedByPlaces'));
    if (sum !== cents('deposited') + cents('shortfall')) found.push(`${name} does not add up`);
  }
  const { inAll } = await auditor.get<{ inAll: { status: string; differenceCents: number } }>(
    '/v1/solvency',
  );
  if (inAll.status !== 'agrees') found.push(`solvency: ${JSON.stringify(inAll)}`);
  return found;
}

const BUCKETS = [
  ...['available', 'reserved', 'active', 'distributed', 'owed', 'inRun', 'paid', 'expired'],
  ...['returned', 'fees'],
];
