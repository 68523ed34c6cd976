import { networkOf, type Clock, type Counters } from '@app/platform';
import {
  type Asker,
  closedUntilMs,
  codeLimitsOf,
  isStrike,
  lockedUntilMs,
  STRIKES_REMEMBERED_MS,
} from '../domain/codes/code-limits';
import { refuse } from '../domain/refuse';

/**
 * Stands before every question with a code in it: check, redeem, holder's balance. Counts live in
 * Redis; when it is away this process counts alone, with stricter limits, and never fails open.
 */
export class CodeGate {
  readonly #shared: Counters;
  readonly #local: Counters;
  readonly #clock: Clock;
  /** Askers found clear: by device, or by address where nobody logged in, then by place. */
  readonly #clear = new Map<string, Map<string, Clear>>();
  #clearCount = 0;
  #awayUntilMs = 0;

  constructor({ shared, local, clock }: { shared: Counters; local: Counters; clock: Clock }) {
    this.#shared = shared;
    this.#local = local;
    this.#clock = clock;
  }

  /**
   * To be called before a code is looked at: a locked guesser must not learn that one was right.
   * At once for an asker found clear just now.
   * @throws DomainError `too_many_attempts`, with `retryAfterSeconds`.
   */
  refuseGuesser(asker: Asker): Promise<void> | undefined {
    const atMs = this.#clock.now().getTime();
    const clear = this.#clear.get(asker.deviceId ?? asker.address)?.get(asker.placeId ?? '');
    if (clear !== undefined && clear.untilMs > atMs && isSame(clear, asker)) return undefined;
    return this.#refuseClosed(asker, atMs);
  }

  async #refuseClosed(asker: Asker, atMs: number): Promise<void> {
    const untilMs = await this.#closedUntilMs(asker, atMs);
    if (untilMs > atMs) {
      refuse('too_many_attempts', { retryAfterSeconds: Math.ceil((untilMs - atMs) / 1_000) });
    }
    this.#believeClear(asker, atMs + CLEAR_MS);
  }

  #believeClear(asker: Asker, untilMs: number): void {
    if (this.#clearCount >= CLEAR_MAX) {
      this.#clear.clear();
      this.#clearCount = 0;
    }
    const { deviceId, placeId = '', address } = asker;
    const places = this.#clear.get(deviceId ?? address) ?? new Map<string, Clear>();
    if (!places.has(placeId)) this.#clearCount += 1;
    this.#clear.set(deviceId ?? address, places.set(placeId, { ...asker, untilMs }));
  }

  /** To be called for a code whose check symbol holds and whose tag does not. */
  async countWrongCode(asker: Asker): Promise<void> {
    const atMs = this.#clock.now().getTime();
    this.#clear.delete(asker.deviceId ?? asker.address);
    const isShared = await this.#unlessAway(() => count(this.#shared, 'shared', asker, atMs), atMs);
    // Here too even while Redis counts, so that losing it does not begin again at nothing; strikes
    // only in its place, since by the stricter limits they would add up over days.
    if (isShared) await this.#local.add(limitsOf(asker, 'local'), atMs);
    else await count(this.#local, 'local', asker, atMs);
  }

  async #closedUntilMs(asker: Asker, atMs: number): Promise<number> {
    return (
      (await this.#unlessAway(() => readClosed(this.#shared, 'shared', asker, atMs), atMs)) ??
      (await readClosed(this.#local, 'local', asker, atMs))
    );
  }

  /** Undefined when Redis is away; for a while it is not asked, so that nobody waits for it. */
  async #unlessAway<T>(ask: () => Promise<T>, atMs: number): Promise<T | undefined> {
    if (atMs < this.#awayUntilMs) return undefined;
    try {
      return await ask();
    } catch {
      this.#awayUntilMs = atMs + AWAY_MS;
      return undefined;
    }
  }
}

type Counting = 'shared' | 'local';

type Clear = Asker & Readonly<{ untilMs: number }>;

/** How long another process may not notice here that it locked an asker. */
const CLEAR_MS = 1_000;
const CLEAR_MAX = 10_000;
const AWAY_MS = 5_000;

/** True, once it is counted. */
async function count(
  counters: Counters,
  counting: Counting,
  asker: Asker,
  atMs: number,
): Promise<true> {
  const limits = limitsOf(asker, counting);
  const tallies = await counters.add(limits, atMs);
  const hasStruck = limits.some((limit, i) => isStrike(limit, tallies[i] ?? { count: 0 }));
  if (hasStruck) await counters.add(strikesOf(asker), atMs);
  return true;
}

async function readClosed(
  counters: Counters,
  counting: Counting,
  asker: Asker,
  atMs: number,
): Promise<number> {
  const limits = limitsOf(asker, counting);
  const tallies = await counters.read([...limits, ...strikesOf(asker)], atMs);
  const strikes = tallies[limits.length] ?? { count: 0 };
  const closings = limits.map((limit, i) => closedUntilMs(limit, tallies[i] ?? { count: 0 }));
  return Math.max(lockedUntilMs(strikes), ...closings);
}

/** By the network of an address: who has a network of IPv6 has as many addresses as guesses. */
const limitsOf = (asker: Asker, counting: Counting) =>
  codeLimitsOf({ ...asker, address: networkOf(asker.address) }, { counting });

const strikesOf = ({ deviceId }: Asker) =>
  deviceId === undefined ? [] : [{ key: `strikes:${deviceId}`, windowMs: STRIKES_REMEMBERED_MS }];

/** Every limit that binds the one binds the other. */
const isSame = (one: Asker, other: Asker): boolean =>
  one.deviceId === other.deviceId &&
  one.placeId === other.placeId &&
  one.organisationId === other.organisationId &&
  one.address === other.address;
