import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportTrail, type Exported } from '../audit/audit-export';
import { AuditKeys } from '../audit/audit-keys';
import { DayAnchors } from '../audit/day-anchors';
import type { AuditFinding, Trust } from '../audit/day-sequence';
import { RefusalLog, type RefusalLimits } from '../audit/refusal-log';
import type { RefusedRequest } from '../audit/refusal-records';
import { verifyExport } from '../audit/verify-export';
import { verifyStore } from '../audit/verify-store';
import { StreamAggregateStore } from '../event-store/aggregate-store';
import type { EventStore } from '../event-store/event-store';
import { FakeClock } from './fake-clock';
import { FakeRandomness } from './fake-randomness';
import { InMemoryEventStore } from './in-memory-event-store';

/** A log, a refusal log and a worker's anchors, on a folder and a clock of their own. */
export class AuditWorld {
  readonly root = mkdtempSync(join(tmpdir(), 'carnet-audit-'));
  readonly folder = join(this.root, 'audit');
  readonly clock = new FakeClock('2026-03-02T10:00:00.000Z');
  readonly store = new InMemoryEventStore({ now: () => this.clock.now() });
  readonly randomness = new FakeRandomness('audit');
  readonly failures: unknown[] = [];
  #exports = 0;

  get keysOptions() {
    const { clock, randomness } = this;
    return { file: join(this.root, 'audit-keys.json'), clock, randomness };
  }

  get keys(): AuditKeys {
    return AuditKeys.open(this.keysOptions);
  }

  anchors(store: EventStore = this.store, keepDays = 400): DayAnchors {
    const { clock, folder } = this;
    const aggregates = new StreamAggregateStore({ store });
    return new DayAnchors({
      store,
      aggregates,
      clock,
      folder,
      keepDays,
      openKeys: () => this.keys,
    });
  }

  log(limits: Partial<RefusalLimits> = {}): RefusalLog {
    const { folder, clock, randomness, failures } = this;
    const onFailure = (error: unknown): void => void failures.push(error);
    return new RefusalLog({ folder, clock, randomness, onFailure, limits });
  }

  refused(what: Partial<RefusedRequest> = {}): RefusedRequest {
    return {
      ...{ kind: 'refused', at: this.clock.now().toISOString(), traceId: 'trace-1' },
      ...{ route: 'POST /v1/orders', status: 403, code: 'forbidden', objects: [] },
      actor: { id: 'person-2', partyId: 'party-2', role: 'prescriber' },
      ...what,
    };
  }

  /** A day with changes and refusals, and the morning after. */
  async passDay(changes: number, refusals: number): Promise<void> {
    for (let each = 1; each <= changes; each += 1) {
      await this.store.given(`order-${each}`, { type: 'OrderDelivered', data: { each } });
    }
    const log = this.log();
    for (let each = 1; each <= refusals; each += 1) {
      log.record(this.refused({ traceId: `trace-${each}` }));
    }
    await log.close();
    this.clock.advanceBy({ days: 1 });
  }

  async export(): Promise<Exported & Readonly<{ to: string }>> {
    const { store, keys, clock, folder } = this;
    const to = join(this.root, `export-${(this.#exports += 1)}`);
    return { ...(await exportTrail({ store, keys, clock, folder, to })), to };
  }

  async verifyExport(dir: string, trust?: Trust): Promise<AuditFinding[]> {
    const found: AuditFinding[] = [];
    await verifyExport(dir, (finding) => void found.push(finding), trust);
    return found;
  }

  async verifyStore(
    input: Readonly<{
      store?: EventStore;
      trust?: Trust;
      exported?: string;
      keepDays?: number;
    }> = {},
  ): Promise<AuditFinding[]> {
    const found: AuditFinding[] = [];
    const { publicKeys } = this.keys;
    await verifyStore({
      ...{ store: this.store, publicKeys, clock: this.clock, folder: this.folder, keepDays: 400 },
      ...input,
      tell: (finding) => void found.push(finding),
    });
    return found;
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
