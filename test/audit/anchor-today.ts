import {
  AuditKeys,
  DayAnchors,
  RefusalLog,
  StreamAggregateStore,
  SystemRandomness,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import type { SchemeApp } from '../support/scheme-app';

type Refused = Parameters<RefusalLog['record']>[0];

/** What a worker does after midnight, on the log as it is now; answers the last day it anchored. */
export async function anchorToday(
  app: SchemeApp,
  refusals: readonly Refused[] = [],
): Promise<string> {
  const { store, clock, auditFolder: folder } = app;
  const randomness = new SystemRandomness();
  const onFailure = (error: unknown): void => {
    throw error;
  };
  const log = new RefusalLog({ folder, clock, randomness, onFailure });
  for (const each of refusals) log.record(each);
  await log.close();
  const tomorrow = new FakeClock(clock.now().toISOString());
  tomorrow.advanceBy({ days: 1 });
  const keys = { file: `${folder}-keys.json`, clock, randomness };
  const openKeys = (): AuditKeys => AuditKeys.open(keys);
  const aggregates = new StreamAggregateStore({ store });
  const input = { store, aggregates, clock: tomorrow, folder, keepDays: 400, openKeys };
  await new DayAnchors(input).anchorDue();
  return clock.today();
}
