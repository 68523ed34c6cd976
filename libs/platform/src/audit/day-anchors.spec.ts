import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '../event-store/event-store';
import { AuditWorld } from '../testing/audit-world';
import { InMemoryEventStore } from '../testing/in-memory-event-store';
import { AuditKeys } from './audit-keys';
import { AUDIT_TRAIL_STREAM, type DayAnchored } from './audit-trail';
import { rootIn } from './day-anchors';
import type { DayRoot } from './day-roots';

let world: AuditWorld;

beforeEach(() => (world = new AuditWorld()));
afterEach(() => world.close());

const rootsOf = async (store: InMemoryEventStore): Promise<DayRoot[]> => {
  const events = await Array.fromAsync(store.readStream(AUDIT_TRAIL_STREAM));
  return events.map((event) => rootIn(event as unknown as DayAnchored));
};

describe('anchoring', () => {
  it('waits until a day is over and its last refusals are on disk', async () => {
    await world.passDay(2, 1);
    world.clock.set('2026-03-02T23:14:59.999Z'); // 00:14:59.999 in Paris
    expect(await world.anchors().findDue()).toBeUndefined();
    world.clock.set('2026-03-02T23:15:00.000Z');
    expect(await world.anchors().findDue()).toEqual({ first: '2026-03-02', days: 1 });
  });

  it('gives each day its own events, by their places in the log', async () => {
    await world.passDay(2, 0);
    await world.passDay(3, 2);
    await world.anchors().anchorDue();
    const roots = await rootsOf(world.store);
    expect(roots.map(({ statement: { day, log } }) => [day, log.count])).toEqual([
      ['2026-03-02', 2],
      ['2026-03-03', 3],
    ]);
    expect(roots[1]?.statement.previousRoot).toBe(roots[0]?.root);
    // Two refusals, and whose they are.
    expect(roots[1]?.statement.refusals.count).toBe(3);
    expect(await world.anchors().findDue()).toBeUndefined();
    expect(await world.verifyStore()).toEqual([]);
  });

  it('anchors days without anything too, so that a missing one shows', async () => {
    await world.passDay(1, 0);
    world.clock.advanceBy({ days: 3 });
    expect(await world.anchors().findDue()).toEqual({ first: '2026-03-02', days: 4 });
    await world.anchors().anchorDue();
    expect((await rootsOf(world.store)).map(({ statement }) => statement.day)).toEqual([
      ...['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'],
    ]);
  });

  it('keeps to the order of the log where the clock of the store goes back', async () => {
    await world.store.given('order-1', { type: 'Before', data: {} });
    world.clock.set('2026-03-03T00:10:00.000Z');
    await world.store.given('order-1', { type: 'AfterMidnight', data: {} });
    world.clock.set('2026-03-02T22:00:00.000Z');
    await world.store.given('order-1', { type: 'ClockWentBack', data: {} });
    world.clock.set('2026-03-05T10:00:00.000Z');
    await world.anchors().anchorDue();
    const counts = (await rootsOf(world.store)).map(({ statement }) => statement.log.count);
    expect(counts).toEqual([1, 2, 0]);
    expect(await world.verifyStore()).toEqual([]);
  });

  it('is not held up by an event from a future that never came', async () => {
    await world.store.given('order-1', { type: 'Before', data: {} });
    world.clock.set('2031-01-01T10:00:00.000Z');
    await world.store.given('order-1', { type: 'FromTheFuture', data: {} });
    world.clock.set('2026-03-02T11:00:00.000Z');
    await world.store.given('order-1', { type: 'After', data: {} });
    world.clock.set('2026-03-03T10:00:00.000Z');
    await world.anchors().anchorDue();
    expect((await rootsOf(world.store))[0]?.statement.log.count).toBe(3);
  });

  it('leaves out what a runner notes for itself, which the store may drop', async () => {
    await world.store.given('process-runner-worker-checkpoint', {
      ...{ type: 'RunnerCheckpointed', data: { positions: {} } },
    });
    await world.store.given('order-1', { type: 'RunnerCheckpointed', data: {} });
    world.clock.advanceBy({ days: 1 });
    await world.anchors().anchorDue();
    expect((await rootsOf(world.store))[0]?.statement.log.count).toBe(1);
  });
});

describe('a worker that is killed while it anchors', () => {
  /** Fails at the n-th thing it asks of the store, before or after it is done. */
  class Dying extends InMemoryEventStore {
    asked = 0;

    constructor(
      private readonly inner: InMemoryEventStore,
      private readonly diesAt: number,
      private readonly isDone: boolean,
    ) {
      super();
    }

    override async append(input: Parameters<InMemoryEventStore['append']>[0]) {
      this.#step(!this.isDone);
      const appended = await this.inner.append(input);
      this.#die(this.isDone);
      return appended;
    }

    override async *readStream(...args: Parameters<InMemoryEventStore['readStream']>) {
      this.#step(true);
      yield* this.inner.readStream(...args);
    }

    override async *readAll(...args: Parameters<InMemoryEventStore['readAll']>) {
      this.#step(true);
      for await (const event of this.inner.readAll(...args)) {
        yield event;
        this.#step(true);
      }
    }

    #step(dies: boolean): void {
      this.asked += 1;
      this.#die(dies);
    }

    #die(dies: boolean): void {
      if (dies && this.asked === this.diesAt) throw new Error('killed');
    }
  }

  it.each([false, true])('leaves the same roots, wherever it was (done: %s)', async (isDone) => {
    const reference = new AuditWorld();
    await reference.passDay(3, 2);
    await reference.passDay(2, 1);
    await reference.anchors().anchorDue();
    const expected = (await rootsOf(reference.store)).map(({ statement: { log, refusals } }) => ({
      ...{ log: log.head, refusals: refusals.head },
    }));
    reference.close();
    let kills = 0;
    for (let diesAt = 1; ; diesAt += 1) {
      const each = new AuditWorld();
      await each.passDay(3, 2);
      await each.passDay(2, 1);
      const dying = new Dying(each.store, diesAt, isDone);
      const outcome = await each
        .anchors(dying)
        .anchorDue()
        .catch((error: Error) => error.message);
      await each.anchors().anchorDue();
      const heads = (await rootsOf(each.store)).map(({ statement: { log, refusals } }) => ({
        ...{ log: log.head, refusals: refusals.head },
      }));
      expect(heads).toEqual(expected);
      expect(readdirSync(join(each.folder, 'roots'))).toHaveLength(2);
      expect(readdirSync(join(each.folder, 'refusals', 'open'))).toEqual([]);
      expect(await each.verifyStore()).toEqual([]);
      each.close();
      if (outcome === undefined) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(isDone ? 1 : 10);
  });

  it('seals no refusal twice where it died before the files were removed', async () => {
    await world.passDay(1, 2);
    const open = join(world.folder, 'refusals', 'open');
    const [name = ''] = readdirSync(open);
    const bytes = readFileSync(join(open, name));
    await world.anchors().anchorDue();
    writeFileSync(join(open, name), bytes);
    await world.passDay(1, 1);
    await world.anchors().anchorDue();
    const counts = (await rootsOf(world.store)).map(({ statement }) => statement.refusals.count);
    expect(counts).toEqual([3, 2]);
  });

  it('and two workers at once leave one root of a day, with all that was refused', async () => {
    // Twenty, since who writes what over whom is a matter of microseconds.
    for (let day = 1; day <= 20; day += 1) {
      await world.passDay(1, 2);
      await Promise.allSettled([world.anchors().anchorDue(), world.anchors().anchorDue()]);
      await world.anchors().anchorDue();
      expect(await rootsOf(world.store)).toHaveLength(day);
      expect(await world.verifyStore()).toEqual([]);
    }
  });
});

describe('verifying the store', () => {
  /** A log in which one event is not what it was. */
  class Tampered extends InMemoryEventStore {
    constructor(
      private readonly inner: InMemoryEventStore,
      private readonly change: (event: RecordedEvent) => RecordedEvent | undefined,
    ) {
      super();
    }

    override async *readStream(...args: Parameters<InMemoryEventStore['readStream']>) {
      for await (const event of this.inner.readStream(...args)) {
        const changed = this.change(event);
        if (changed) yield changed;
      }
    }

    override async *readAll(...args: Parameters<InMemoryEventStore['readAll']>) {
      for await (const event of this.inner.readAll(...args)) {
        const changed = this.change(event);
        if (changed) yield changed;
      }
    }
  }

  beforeEach(async () => {
    await world.passDay(3, 2);
    await world.passDay(2, 1);
    await world.anchors().anchorDue();
  });

  it.each<[string, (event: RecordedEvent) => RecordedEvent | undefined]>([
    ['what it says', (event) => ({ ...event, data: { each: 7 } })],
    ['when', (event) => ({ ...event, recordedAt: new Date(event.recordedAt.getTime() + 1) })],
    ['its type', (event) => ({ ...event, type: 'OrderCancelled' })],
    [
      'who asked',
      (event) => {
        const actor = { ...event.metadata.actor, id: 'person-9' };
        return { ...event, metadata: { ...event.metadata, actor } };
      },
    ],
    ['that it is there', () => undefined],
  ])('finds %s of one event changed, and names it beside an export', async (_, change) => {
    const { to: exported } = await world.export();
    const store = new Tampered(world.store, (event) =>
      event.streamName === 'order-2' && event.revision === 0 ? change(event) : event,
    );
    const found = await world.verifyStore({ store, exported });
    expect(found.map(({ where }) => where)).toEqual(['log of 2026-03-02']);
    expect(found[0]?.what).toContain('order-2@0');
  });

  it('names the event without an export, as long as the hashes of that day are there', async () => {
    const changed = (event: RecordedEvent) => ({ ...event, data: { each: 7 } });
    const tampered = (change: (event: RecordedEvent) => RecordedEvent | undefined) =>
      new Tampered(world.store, (event) =>
        event.streamName === 'order-2' && event.revision === 0 ? change(event) : event,
      );
    const first = async (store: Tampered) => (await world.verifyStore({ store }))[0]?.what;
    expect(await first(tampered(changed))).toMatch(
      /the first is record 2 of 3: order-2@0 \(OrderDelivered, event [\w-]{36}\) is changed$/,
    );
    expect(await first(tampered(() => undefined))).toMatch(
      /2 records, anchored are 3.*: the first is record 2 of 3 is taken out, which stood before order-3@0 \(/,
    );
    const hashes = join(world.folder, 'records', '2026-03-02');
    writeFileSync(hashes, readFileSync(hashes).subarray(16));
    expect(await first(tampered(changed))).toMatch(/not those$/);
    rmSync(hashes);
    expect(await first(tampered(changed))).toMatch(/not those$/);
    expect(await world.verifyStore()).toEqual([]);
  });

  it('finds a log whose end is cut by the roots on disk', async () => {
    const store = new Tampered(world.store, (event) =>
      event.streamName === AUDIT_TRAIL_STREAM && event.revision === 1 ? undefined : event,
    );
    expect(await world.verifyStore({ store })).toMatchObject([
      { what: 'it was anchored, and the log does not have it' },
    ]);
  });

  it('finds a refusal log that is changed, cut or gone', async () => {
    const path = join(world.folder, 'refusals', '2026-03-02.jsonl');
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[100] = (flipped[100] ?? 0) ^ 1;
    const [lastLine = ''] = bytes.toString().split('\n').slice(-2);
    for (const left of [flipped, bytes.subarray(0, -1), bytes.subarray(0, -lastLine.length - 1)]) {
      writeFileSync(path, left);
      expect(await world.verifyStore()).toMatchObject([{ where: 'refusals of 2026-03-02' }]);
    }
    rmSync(path);
    expect(await world.verifyStore()).toMatchObject([{ what: 'the file is missing' }]);
  });

  it('holds what it has to roots that are known from elsewhere', async () => {
    const [first] = await rootsOf(world.store);
    const known = new Map([['2026-03-02', first?.root ?? '']]);
    expect(await world.verifyStore({ trust: { roots: known } })).toEqual([]);
    const { to } = await world.export();
    expect(await world.verifyExport(to, { roots: known })).toEqual([]);
    const others = new Map([
      ['2026-03-02', '0'.repeat(64)],
      ['2026-03-09', '0'.repeat(64)],
    ]);
    for (const found of [
      await world.verifyStore({ trust: { roots: others } }),
      await world.verifyExport(to, { roots: others }),
    ]) {
      expect(found.map(({ where }) => where)).toEqual(['day 2026-03-02', 'day 2026-03-09']);
    }
  });

  it('deletes refusals after their time, and says no more than that of them', async () => {
    const path = join(world.folder, 'refusals', '2026-03-02.jsonl');
    const left = `${path}.1f2e3d4c-0000-4000-8000-000000000000.draft`;
    writeFileSync(left, 'of a worker that was killed');
    world.clock.advanceBy({ days: 8 });
    await world.anchors(world.store, 9).anchorDue();
    expect([path, left].map((each) => existsSync(each))).toEqual([false, false]);
    expect(await world.verifyStore({ keepDays: 9 })).toEqual([]);
    expect(await world.verifyStore({ keepDays: 400 })).toMatchObject([
      { where: 'refusals of 2026-03-02' },
    ]);
    expect(await world.verifyExport((await world.export()).to)).toEqual([]);
  });
});

describe('the key', () => {
  const file = () => join(world.root, 'audit-keys.json');

  it('is made once, for its owner alone', () => {
    const [one, other] = [world.keys, world.keys];
    expect(one.current).toBe(other.current);
    expect(readFileSync(file(), 'utf8')).toContain(one.current);
    expect(readdirSync(world.root)).toEqual(['audit-keys.json']);
  });

  it('is rotated without a break, and who trusts the first one trusts the next', async () => {
    await world.passDay(1, 1);
    await world.anchors().anchorDue();
    const before = world.keys.current;
    const after = AuditKeys.rotate(world.keysOptions).current;
    expect(after).not.toBe(before);
    await world.passDay(1, 1);
    await world.anchors().anchorDue();
    const keys = (await rootsOf(world.store)).map(({ statement }) => statement.key);
    expect(keys).toEqual([before, after]);
    expect(await world.verifyStore()).toEqual([]);
    const { to } = await world.export();
    expect(await world.verifyExport(to, { firstKey: before })).toEqual([]);
    expect(await world.verifyExport(to, { firstKey: after })).toMatchObject([{ where: 'keys' }]);
  });

  it('is refused where others can read it, or the halves do not fit', () => {
    const { current } = world.keys;
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text.replace(current, '0'.repeat(64)));
    expect(() => world.keys).toThrow('do not fit together');
    rmSync(file());
    writeFileSync(file(), text, { mode: 0o644 });
    expect(() => world.keys).toThrow('mode 644');
  });
});
