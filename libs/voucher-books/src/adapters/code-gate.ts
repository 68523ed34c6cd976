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
  /** Askers found clear: by device, or by address where nobody logged in; most ask for one place. */
  readonly #clear = new Map<string, readonly Clear[]>();
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
    const clear = this.#clear.get(nameOf(asker))?.find((each) => isSame(each, asker));
    if (clear !== undefined && clear.untilMs > atMs) return undefined;
    return this.#refuseClosed(asker, atMs);
  }

  async #refuseClosed(asker: Asker, atMs: number): Promise<void> {
    const untilMs = await this.#closedUntilMs(asker, atMs);
    if (untilMs > atMs) {
      refuse('too_many_attempts', { retryAfterSeconds: Math.ceil((untilMs - atMs) / 1_000) });
    }
    this.#believeClear(asker, atMs);
  }

  #believeClear(asker: Asker, atMs: number): void {
    if (this.#clear.size >= CLEAR_MAX) this.#clear.clear();
    const name = nameOf(asker);
    const others = (this.#clear.get(name) ?? []).filter(
      ({ placeId, untilMs }) => placeId !== asker.placeId && untilMs > atMs,
    );
    const clear = { ...asker, untilMs: atMs + CLEAR_MS };
    this.#clear.set(name, [clear, ...others.slice(0, CLEAR_PLACES_MAX - 1)]);
  }

  /** To be called for a code whose check symbol holds and whose tag does not. */
  async countWrongCode(asker: Asker): Promise<void> {
    const atMs = this.#clock.now().getTime();
    this.#clear.delete(nameOf(asker));
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
/** Of one device: whoever serves more places within `CLEAR_MS` asks Redis for the rest. */
const CLEAR_PLACES_MAX = 50;
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

const nameOf = ({ deviceId, address }: Asker): string => deviceId ?? address;

/** Every limit that binds the one binds the other. */
const isSame = (one: Asker, other: Asker): boolean =>
  one.placeId === other.placeId &&
  one.deviceId === other.deviceId &&
  one.organisationId === other.organisationId &&
  one.address === other.address;
