import type { Recorded } from '@app/platform';
import { parisDayOf, type Event } from '@app/kernel';
import { bookedOf, moveCash, type CashMove } from './cash';
import type {
  Account,
  AgreementRow,
  Count,
  FigureRow,
  Movement,
  OrderRow,
  Tables,
} from './ledger.tables';
import { movePair } from './pairs';
import { addMovement, paidVouchers } from './roll-forward';

/**
 * A movement as an event's handler states it: keys that do not apply are left out. `on` is the day
 * from which it waits for a payment, where that is not the day of the posting.
 */
export type Move = Readonly<{ from: Account; to: Account; cents: number; on?: string }> &
  Partial<Pick<Movement, Key | 'vouchers'>>;

type Key =
  'orderId' | 'book' | 'prescriberId' | 'placeId' | 'organisationId' | 'public' | 'department';

/** A change of the counts, as an event's handler states it. */
export type Tally = Partial<
  Pick<Count, 'issued' | 'started' | 'blocked' | 'department' | 'public'>
>;

/**
 * Writes what one event moved and counted of one agreement, and brings every sum that depends on it
 * up to date. Movements of 0 cents are none.
 * @param firstSeq where an event moves money of several agreements, what was answered for the last.
 */
export const post = (
  tables: Tables,
  event: Recorded<Event>,
  agreementId: string,
  entries: Readonly<{ moves?: readonly Move[]; tallies?: readonly Tally[]; cash?: CashMove }>,
  firstSeq = 0,
): number => {
  const { atMs, day } = tick(tables, event);
  const agreement = agreementOn(tables, agreementId, day);
  const { funderId } = agreement;
  const shared = { position: event.position, atMs, agreementId, funderId };
  let after = agreement;
  let seq = firstSeq;
  for (const move of entries.moves ?? []) {
    if (move.cents === 0) continue;
    const before = after;
    after = addMovement(before, move);
    const vouchers = (move.vouchers ?? 0) + wholePaid(before, after, move);
    const movement = movementOf(move, { ...shared, vouchers, day, seq });
    tables.movements.insert(movement);
    movePair(tables, movement, move.on ?? day);
    moveFigures(tables, movement);
    seq += 1;
  }
  for (const tally of entries.tallies ?? []) {
    const count: Count = { ...NO_COUNTS, ...tally, ...shared, seq };
    if (count.issued === 0 && count.started === 0 && count.blocked === 0) continue;
    tables.counts.insert(count);
    after = {
      ...after,
      issued: after.issued + count.issued,
      started: after.started + count.started,
      blocked: after.blocked + count.blocked,
    };
    const { department, issued, started } = count;
    addFigures(tables, { day, funderId, department, public: count.public }, { issued, started });
    seq += 1;
  }
  tables.agreements.put(after);
  const cashCents = bookedOf(after) - bookedOf(agreement);
  if (cashCents !== 0 || entries.cash) {
    moveCash(tables, { ...shared, day }, { cashCents, ...entries.cash });
  }
  return seq;
};

/** Whole vouchers that a movement brings to paid or takes from it: a part is counted once full. */
const wholePaid = (before: AgreementRow, after: AgreementRow, { to }: Move): number => {
  if (before.paidCents === after.paidCents) return 0;
  const [from, until] = to === 'paid' ? [before, after] : [after, before];
  return paidVouchers(until) - paidVouchers(from);
};

/**
 * The time of this event on a clock that never goes back: the store's, held at its latest. The
 * log's order decides, and a server whose clock was set back must not reorder `asOf`.
 */
export const tick = (
  tables: Tables,
  { position, recordedAt }: Pick<Recorded<Event>, 'position' | 'recordedAt'>,
): { atMs: number; day: string } => {
  const before = tables.clock.get(CLOCK);
  const recordedMs = recordedAt.getTime();
  if (before === undefined || recordedMs > before.atMs) {
    // Days of Paris begin on the hour, so one hour is of one day.
    const isSameHour = before && hourOf(recordedMs) === hourOf(before.atMs);
    const day = isSameHour ? before.day : parisDayOf(recordedAt);
    tables.clock.put({ name: CLOCK, atMs: recordedMs, day });
    tables.days.put({ day, lastPosition: position });
    return { atMs: recordedMs, day };
  }
  tables.days.put({ day: before.day, lastPosition: position });
  return { atMs: before.atMs, day: before.day };
};

const hourOf = (atMs: number): number => Math.floor(atMs / 3_600_000);

const CLOCK = 'ledger';

type Posted = Pick<
  Movement,
  'position' | 'seq' | 'atMs' | 'day' | 'agreementId' | 'funderId' | 'vouchers'
>;

/** Each column by its name: millions of rows are made here, and copying objects costs twice as much. */
const movementOf = (move: Move, posted: Posted): Movement => ({
  position: posted.position,
  seq: posted.seq,
  atMs: posted.atMs,
  day: posted.day,
  agreementId: posted.agreementId,
  funderId: posted.funderId,
  orderId: move.orderId ?? '',
  book: move.book ?? 0,
  prescriberId: move.prescriberId ?? '',
  placeId: move.placeId ?? '',
  organisationId: move.organisationId ?? '',
  public: move.public ?? '',
  department: move.department ?? '',
  from: move.from,
  to: move.to,
  cents: move.cents,
  vouchers: posted.vouchers,
});

const NO_COUNTS = { issued: 0, started: 0, blocked: 0, department: '', public: '' };

/** The agreement's row, on this day: yesterday's last state is kept as that day's closing. */
const agreementOn = (tables: Tables, agreementId: string, day: string): AgreementRow => {
  const row = tables.agreements.get(agreementId);
  if (row === undefined) throw new Error(`agreement ${agreementId} moves before it is signed`);
  if (row.day === day) return row;
  tables.agreementClosings.put(row);
  return { ...row, day };
};

const moveFigures = (tables: Tables, movement: Movement): void => {
  const { from, to, vouchers, day, funderId, department } = movement;
  if (vouchers === 0) return;
  const flows = flowsOf(from, to, vouchers);
  if (flows === undefined) return;
  addFigures(tables, { day, funderId, department, public: movement.public }, flows);
};

type Flows = Partial<Omit<FigureRow, 'day' | 'funderId' | 'department' | 'public'>>;

/** The figures are a funnel: what was redeemed was distributed, what was distributed was active. */
export const flowsOf = (from: Account, to: Account, vouchers: number): Flows | undefined => {
  switch (`${from}>${to}`) {
    case 'reserved>active':
      return { active: vouchers };
    case 'active>distributed':
      return { distributed: vouchers };
    case 'distributed>active':
      return { distributed: -vouchers };
    case 'distributed>owed':
      return { redeemed: vouchers };
    case 'expired>owed':
      return { redeemed: vouchers, expired: -vouchers };
    case 'owed>distributed':
      return { redeemed: -vouchers };
    case 'owed>expired':
      return { redeemed: -vouchers, expired: vouchers };
    case 'active>expired':
    case 'distributed>expired':
      return { expired: vouchers };
    case 'inRun>paid':
    case 'owed>paid':
      return { paid: vouchers };
    case 'paid>owed':
      return { paid: -vouchers };
    default:
      return undefined;
  }
};

const addFigures = (
  tables: Tables,
  key: Pick<FigureRow, 'day' | 'funderId' | 'department' | 'public'>,
  flows: Flows,
): void => {
  const row = tables.figures.get(key.day, key.funderId, key.department, key.public);
  const before: FigureRow = row ?? { ...key, ...NO_FLOWS };
  tables.figures.put({
    ...before,
    issued: before.issued + (flows.issued ?? 0),
    active: before.active + (flows.active ?? 0),
    distributed: before.distributed + (flows.distributed ?? 0),
    started: before.started + (flows.started ?? 0),
    redeemed: before.redeemed + (flows.redeemed ?? 0),
    paid: before.paid + (flows.paid ?? 0),
    expired: before.expired + (flows.expired ?? 0),
  });
};

const NO_FLOWS = {
  issued: 0,
  active: 0,
  distributed: 0,
  started: 0,
  redeemed: 0,
  paid: 0,
  expired: 0,
};

/** The order's row; its events come after it was ordered, so it is there. */
export const orderOf = (tables: Tables, orderId: string): OrderRow => {
  const row = tables.orders.get(orderId);
  if (row === undefined) throw new Error(`order ${orderId} moves before it is ordered`);
  return row;
};
