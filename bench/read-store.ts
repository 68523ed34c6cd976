import type { Event } from '@app/kernel';
import {
  projection,
  ReadModel,
  ReadStore,
  tablesProjection,
  type RecordedEvent,
} from '@app/platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Suite } from './figures';

type Redeemed = Event<
  'VouchersRedeemed',
  { bookId: string; placeId: string; agreementId: string; cents: number; on: string }
>;

type Balance = { agreementId: string; redeemedCents: number; redemptions: number };

/** One row per book: nearly every event touches another one, the worst case of a keyed view. */
const bookBalances = projection<Balance, Redeemed>({
  name: 'book-balances',
  version: 1,
  key: ({ data }) => data.bookId,
  empty: { agreementId: '', redeemedCents: 0, redemptions: 0 },
  on: {
    VouchersRedeemed: (row, { agreementId, cents }) => ({
      agreementId,
      redeemedCents: row.redeemedCents + cents,
      redemptions: row.redemptions + 1,
    }),
  },
});

/** One row per place: a few thousand rows, each touched again and again. */
const placeBalances = projection<Balance, Redeemed>({
  ...{ name: 'place-balances', version: 1, key: ({ data }) => data.placeId },
  empty: { agreementId: '', redeemedCents: 0, redemptions: 0 },
  on: {
    VouchersRedeemed: (row, { agreementId, cents }) => ({
      agreementId,
      redeemedCents: row.redeemedCents + cents,
      redemptions: row.redemptions + 1,
    }),
  },
});

type Rows = {
  movements: {
    position: bigint;
    line: number;
    at: string;
    agreementId: string;
    placeId: string;
    bookId: string;
    from: string;
    to: string;
    cents: number;
  };
  dailyClosings: { agreementId: string; day: string; owedCents: number };
};

/** One appended row per event with two indexes, and a closing per agreement and day. */
const movements = tablesProjection<Rows, Redeemed>({
  name: 'movements',
  version: 1,
  tables: {
    movements: {
      columns: {
        position: 'position',
        line: 'integer',
        at: 'text',
        agreementId: 'text',
        placeId: 'text',
        bookId: 'text',
        from: 'text',
        to: 'text',
        cents: 'integer',
      },
      key: ['position', 'line'],
      indexes: [
        ['agreementId', 'position'],
        ['placeId', 'position'],
      ],
    },
    dailyClosings: {
      columns: { agreementId: 'text', day: 'text', owedCents: 'integer' },
      key: ['agreementId', 'day'],
    },
  },
  on: {
    VouchersRedeemed: ({ data, position, recordedAt }, tables) => {
      const { bookId, placeId, agreementId, cents } = data;
      const at = recordedAt.toISOString();
      const places = { agreementId, placeId, bookId, from: 'distributed', to: 'owed' };
      tables.movements.insert({ position, line: 0, at, ...places, cents });
      const day = tables.dailyClosings.get(agreementId, data.on);
      const owedCents = (day?.owedCents ?? 0) + cents;
      tables.dailyClosings.put({ agreementId, day: data.on, owedCents });
    },
  },
});

const EVENTS = 300_000;

/** As the projector rebuilds. */
const BATCH = 10_000;

/** How fast views are rebuilt from their events, and read. */
export const readStoreSuite: Suite = async ({ quick, report }) => {
  const log = events(quick ? EVENTS / 10 : EVENTS);
  const cases = {
    'keyed, a row per book': [bookBalances],
    'keyed, a row per place': [placeBalances],
    movements: [movements],
    'all three together': [bookBalances, placeBalances, movements],
  };
  for (const [name, views] of Object.entries(cases)) {
    const value = inFolder((path) => replayed(path, views, log));
    const goal = views.length > 1 && !quick ? { goal: { atLeast: 60_000 } } : {};
    report({ case: name, figure: 'replayed', value, unit: 'events/s', ...goal });
  }
  const value = inFolder((path) => {
    replayed(path, [bookBalances], log);
    return readsPerSecond(path, Math.min(log.length, 100_000));
  });
  report({ case: 'find by key', figure: 'read', value, unit: 'rows/s' });
};

function replayed(
  path: string,
  views: ConstructorParameters<typeof ReadModel>[1],
  log: readonly RecordedEvent[],
): number {
  const model = new ReadModel(path, views);
  const from = performance.now();
  for (let at = 0; at < log.length; at += BATCH) {
    model.apply(model.views, log.slice(at, at + BATCH));
  }
  model.views.forEach((view) => model.putLive(view));
  const seconds = (performance.now() - from) / 1_000;
  const stopped = model.views.find((view) => view.stopped)?.stopped;
  if (stopped) throw stopped;
  model.close();
  return Math.round(log.length / seconds);
}

function readsPerSecond(path: string, count: number): number {
  const reads = new ReadStore(path);
  const from = performance.now();
  for (let i = 0; i < count; i++) {
    if (!reads.find(bookBalances.table, bookId(i))) throw new Error('a row is missing');
  }
  const seconds = (performance.now() - from) / 1_000;
  reads.close();
  return Math.round(count / seconds);
}

/** Redemptions of 100,000 books at 3,000 places under 40 agreements over a year. */
function events(count: number): RecordedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const at = Date.UTC(2026, 0, 1) + Math.floor((i * 365 * 86_400_000) / count);
    return {
      id: `${i}`,
      streamName: `book-${bookId(i)}`,
      revision: 0,
      position: BigInt(i + 1) * 300n,
      type: 'VouchersRedeemed',
      data: {
        bookId: bookId(i),
        placeId: `4f1c2a30-0000-4000-8000-${String((i * 7_919) % 3_000).padStart(12, '0')}`,
        agreementId: `9b0d7e10-0000-4000-8000-${String((i * 31) % 40).padStart(12, '0')}`,
        cents: 1_000,
        on: new Date(at).toISOString().slice(0, 10),
      },
      metadata: {
        commandId: '',
        requestHash: '',
        actor: { id: '', partyId: '', role: '' },
        correlationId: '',
        causationId: '',
      },
      recordedAt: new Date(at),
    };
  });
}

function bookId(i: number): string {
  return String((i * 48_271) % 100_000).padStart(9, '0');
}

function inFolder<T>(work: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-bench-'));
  try {
    return work(join(folder, 'views.sqlite'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
