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
      const rates = { raw: [] as number[], durable: [] as number[], inMemory: [] as number[] };
      // The machine is never quite still: what is compared is measured in turn, window by window.
      // The first window of each warms up and is left out.
      for (let window = 0; window <= windows; window++) {
        rates.raw.push(fdatasyncRate(places.dir, windowMs / 4));
        rates.durable.push(await ratePerSecond(inFlight, windowMs, durable.append));
        rates.inMemory.push(await ratePerSecond(inFlight, windowMs, inMemory.append));
      }
      const of = (values: number[]): number => median(values.slice(1));
      reportRates(bench, {
        writer,
        inFlight,
        ...(isFirst ? { raw: of(rates.raw) } : {}),
        limit: limitOf(inFlight, of(rates.inMemory), of(rates.raw)),
        durable: of(rates.durable),
        inMemory: of(rates.inMemory),
      });
      isFirst = false;
    }
    await durable.close();
    await inMemory.close();
  }
}

/**
 * One append after another waits for the way there and back and for the disk, in turn; with many in
 * flight one write to disk serves them all, and the way is the limit.
 */
function limitOf(inFlight: number, inMemory: number, raw: number): number {
  return inFlight === 1 ? 1 / (1 / inMemory + 1 / raw) : inMemory;
}

type Rates = {
  writer: string;
  inFlight: number;
  raw?: number;
  limit: number;
  durable: number;
  inMemory: number;
};

function reportRates({ report }: Bench, rates: Rates): void {
  const { writer, inFlight, raw, limit, durable, inMemory } = rates;
  const figure = `appends, ${inFlight} in flight`;
  const unit = '/s';
  if (raw !== undefined) {
    report({ case: 'raw disk', figure: 'write 512 bytes + fdatasync', value: raw, unit });
  }
  report({ case: `in memory, ${writer}`, figure, value: inMemory, unit });
  // The goals are those of the vendor's client; the port's writers are held against it.
  const isJudged = writer === 'client' && inFlight !== 64;
  const goal = isJudged ? { goal: { atLeast: 0.8 } } : {};
  report({ case: `durable, ${writer}`, figure, value: durable, unit, limit, ...goal });
}
