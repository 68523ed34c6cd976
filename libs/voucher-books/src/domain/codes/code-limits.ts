/**
 * How many wrong codes are borne before a guesser is stopped. A wrong code is one whose check symbol
 * holds and whose tag does not: what the check symbol catches is a typing error and counts nowhere.
 */
export type Asker = Readonly<{
  /** The cashier or the device; absent on public routes. */
  deviceId?: string;
  placeId?: string | undefined;
  organisationId?: string;
  /** Network address as the balancer saw it. */
  address: string;
}>;

/** `max` wrong codes within `windowMs` are borne; with the last of them the door closes. */
export type CodeLimit = Readonly<{
  scope: 'device' | 'place' | 'address' | 'organisation' | 'public';
  key: string;
  max: number;
  windowMs: number;
}>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const FIRST_LOCK_MS = 15 * MINUTE_MS;
const LOCK_MAX_MS = DAY_MS;
/** Long enough to see a lock of 24 hours and its seven predecessors, 32 hours in all. */
export const STRIKES_REMEMBERED_MS = 7 * DAY_MS;

/** Without the shared counters each process counts alone: four of them together bear the same. */
const LOCAL_DIVISOR = 4;

/**
 * The limits that bind this asker. Public routes (nobody logged in) share one for all, so that
 * guessing from everywhere closes them and logged-in places stay open.
 * @param counting `local` is stricter: the shared counters are away.
 */
export function codeLimitsOf(
  { deviceId, placeId, organisationId, address }: Asker,
  { counting }: Readonly<{ counting: 'shared' | 'local' }>,
): readonly CodeLimit[] {
  const isPublic = deviceId === undefined;
  const limits: (CodeLimit | undefined)[] = [
    limitOf('device', deviceId, 10, 10 * MINUTE_MS),
    limitOf('place', placeId, 50, HOUR_MS),
    limitOf('address', address, 60, HOUR_MS),
    limitOf('organisation', organisationId, 500, HOUR_MS),
    limitOf('public', isPublic ? 'all' : undefined, 10_000, DAY_MS),
  ];
  const divisor = counting === 'local' ? LOCAL_DIVISOR : 1;
  return limits
    .filter((limit) => limit !== undefined)
    .map((limit) => ({ ...limit, max: Math.floor(limit.max / divisor) }));
}

/** What was counted within a window; instants in milliseconds of the epoch. */
type Tally = Readonly<{ count: number; oldestAtMs?: number; latestAtMs?: number }>;

/** Until when a device is locked, by its strikes of the last week; 0 when it never was. */
export const lockedUntilMs = ({ count, latestAtMs = 0 }: Tally): number =>
  count === 0 ? 0 : latestAtMs + lockMsOf(count);

/** Until when the wrong codes counted close a limit; 0 when they do not. */
export const closedUntilMs = (
  { max, windowMs }: CodeLimit,
  { count, oldestAtMs = 0 }: Tally,
): number => (count < max ? 0 : oldestAtMs + windowMs);

/**
 * Whether this wrong code earns its device a strike. Of several at once exactly one is the last one
 * borne, and a lock outlasts the window, so the next count begins at nothing.
 */
export const isStrike = (limit: CodeLimit, { count }: Tally): boolean =>
  limit.scope === 'device' && count === limit.max;

/** 15 minutes for the first strike, doubling to 24 hours. @param strikes from 1. */
export const lockMsOf = (strikes: number): number =>
  Math.min(FIRST_LOCK_MS * 2 ** (strikes - 1), LOCK_MAX_MS);

function limitOf(
  scope: CodeLimit['scope'],
  id: string | undefined,
  max: number,
  windowMs: number,
): CodeLimit | undefined {
  return id === undefined ? undefined : { scope, key: `${scope}:${id}`, max, windowMs };
}
