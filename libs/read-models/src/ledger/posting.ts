import type { Recorded, TableWriter } from '@app/platform';
import { parisDayOf, type Event } from '@app/kernel';
import type {
  Account,
  AgreementRow,
  Count,
  FigureRow,
  LedgerRows,
  Movement,
  OrderRow,
  PairRow,
} from './ledger.tables';
import { addMovement, addToPair, isOfPairs } from './roll-forward';

export type Tables = Readonly<{ [Name in keyof LedgerRows]: TableWriter<LedgerRows[Name]> }>;

/** A movement as an event's handler states it: keys that do not apply are left out. */
export type Move = Readonly<{ from: Account; to: Account; cents: number }> &
  Partial<Pick<Movement, Key | 'vouchers'>>;

type Key =
  'orderId' | 'book' | 'prescriberId' | 'placeId' | 'organisationId' | 'public' | 'department';

/** A change of the counts, as an event's handler states it. */
export type Tally = Partial<
  Pick<Count, 'issued' | 'started' | 'blocked' | 'department' | 'public'>
>;

/**
 * Writes what one event moved and counted, and brings every sum that depends on it up to date.
 * Movements of 0 cents are none.
 */
export const post = (
  tables: Tables,
  event: Recorded<Event>,
  agreementId: string,
  entries: Readonly<{ moves?: readonly Move[]; tallies?: readonly Tally[] }>,
): void => {
  const { atMs, day } = tick(tables, event);
  const agreement = agreementOn(tables, agreementId, day);
  const { funderId } = agreement;
  const shared = { position: event.position, atMs, agreementId, funderId };
  let after = agreement;
  let seq = 0;
  for (const move of entries.moves ?? []) {
    if (move.cents === 0) continue;
    const movement: Movement = { ...NO_KEYS, ...move, ...shared, day, seq };
    tables.movements.insert(movement);
    after = addMovement(after, movement);
    movePair(tables, movement);
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
    const day = parisDayOf(recordedAt);
    tables.clock.put({ name: CLOCK, atMs: recordedMs, day });
    tables.days.put({ day, lastPosition: position });
    return { atMs: recordedMs, day };
  }
  tables.days.put({ day: before.day, lastPosition: position });
  return { atMs: before.atMs, day: before.day };
};

const CLOCK = 'ledger';

const NO_KEYS = {
  orderId: '',
  book: 0,
  prescriberId: '',
  placeId: '',
  organisationId: '',
  public: '',
  department: '',
  vouchers: 0,
};

const NO_COUNTS = { issued: 0, started: 0, blocked: 0, department: '', public: '' };

/** The agreement's row, on this day: yesterday's last state is kept as that day's closing. */
const agreementOn = (tables: Tables, agreementId: string, day: string): AgreementRow => {
  const row = tables.agreements.get(agreementId);
  if (row === undefined) throw new Error(`agreement ${agreementId} moves before it is signed`);
  if (row.day === day) return row;
  tables.agreementClosings.put(row);
  return { ...row, day };
};

const movePair = (tables: Tables, movement: Movement): void => {
  const { from, to, agreementId, placeId, organisationId, day } = movement;
  if (!isOfPairs(from) && !isOfPairs(to)) return;
  if (placeId === '') throw new Error(`${from} → ${to} names no place`);
  const known = tables.pairs.get(agreementId, placeId);
  if (known && known.day !== day) tables.pairClosings.put(known);
  const before: PairRow = known ?? { ...NO_PAIR, agreementId, placeId, organisationId, day };
  tables.pairs.put(addToPair({ ...before, day }, movement));
};

const NO_PAIR = { owedCents: 0, inRunCents: 0, paidCents: 0, vouchersRedeemed: 0 };

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
