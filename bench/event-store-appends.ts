import { portAppender, vendorAppender, type Appender, type Places } from './event-store-clients';
import type { Bench } from './figures';
import { fdatasyncRate, median, ratePerSecond } from './measure';

/** The ways to append that are measured against each other. */
const WRITERS: Record<string, (connectionString: string) => Appender> = {
  client: vendorAppender,
  'port over client': portAppender('client'),
  'port over http2': portAppender('http2'),
};

/** Appends a second, durable and in memory, beside what the disk and the client allow. */
export async function measureAppends(bench: Bench, places: Places): Promise<void> {
  const windowMs = bench.quick ? 400 : 1_000;
  const windows = bench.quick ? 3 : 7;
  let isFirst = true;
  for (const [writer, appender] of Object.entries(WRITERS)) {
    const durable = appender(places.durable);
    const inMemory = appender(places.inMemory);
    for (const inFlight of [1, 64, 128]) {
      const measured: Window[] = [];
      // The machine is never quite still: what is compared is measured in turn, window by window.
      // The first window warms up and is left out.
      for (let window = 0; window <= windows; window++) {
        measured.push({
          raw: fdatasyncRate(places.dir, windowMs / 4),
          durable: await ratePerSecond(inFlight, windowMs, durable.append),
          inMemory: await ratePerSecond(inFlight, windowMs, inMemory.append),
        });
      }
      reportRates(bench, { writer, inFlight, isFirst, windows: measured.slice(1) });
      isFirst = false;
    }
    await durable.close();
    await inMemory.close();
  }
}

/** Rates measured one right after the other, a second. */
type Window = Readonly<{ raw: number; durable: number; inMemory: number }>;

type Rates = { writer: string; inFlight: number; isFirst: boolean; windows: readonly Window[] };

function reportRates({ report }: Bench, { writer, inFlight, isFirst, windows }: Rates): void {
  const figure = `appends, ${inFlight} in flight`;
  const unit = '/s';
  const of = (value: (window: Window) => number): number => median(windows.map(value));
  const limit = (window: Window): number => limitOf(inFlight, window);
  if (isFirst) {
    const value = of(({ raw }) => raw);
    report({ case: 'raw disk', figure: 'write 512 bytes + fdatasync', value, unit });
  }
  const inMemory = of((window) => window.inMemory);
  report({ case: `in memory, ${writer}`, figure, value: inMemory, unit });
  // The goals are those of the vendor's client; the port's writers are held against it.
  const isJudged = writer === 'client' && inFlight !== 64;
  report({
    case: `durable, ${writer}`,
    figure,
    value: of(({ durable }) => durable),
    unit,
    limit: of(limit),
    ratio: of((window) => window.durable / limit(window)),
    ...(isJudged ? { goal: { atLeast: 0.8 } } : {}),
  });
}

/**
 * One append after another waits for the way there and back and for the disk, in turn; with many in
 * flight one write to disk serves them all, and the way is the limit.
 */
function limitOf(inFlight: number, { inMemory, raw }: Window): number {
  return inFlight === 1 ? 1 / (1 / inMemory + 1 / raw) : inMemory;
}
