import type { BookRow, OrderRow, Tables } from './ledger.tables';
import { orderOf, type Move } from './posting';

/** Vouchers of one public, out of one book's hand-outs. */
export type Share = Readonly<{ public: string; vouchers: number; cents: number }>;

type OrderAccount = 'active' | 'distributed' | 'owed';

/**
 * Moves value of one book between the accounts its order has, and brings the order's own sums up to
 * date. After ValidityEnded expired stands for active and distributed, whatever a command knew:
 * what then would go from expired to expired is no movement.
 */
export const moveOfBook = (
  tables: Tables,
  { book, orderId, prescriberId, department }: BookRow,
  { from, to, shares }: { from: OrderAccount; to: OrderAccount; shares: readonly Share[] },
  keys: Pick<Move, 'placeId' | 'organisationId' | 'department' | 'on'> = {},
): readonly Move[] => {
  const order = orderOf(tables, orderId);
  const cents = shares.reduce((sum, share) => sum + share.cents, 0);
  const source = standsFor(order, from);
  const target = standsFor(order, to);
  if (source === target) return [];
  tables.orders.put(added(added(order, source, -cents), target, cents));
  for (const share of shares) {
    const part = { orderId, department, public: share.public };
    if (source === 'distributed') addPart(tables, part, -share.cents);
    if (target === 'distributed') addPart(tables, part, share.cents);
  }
  return shares.map((share) => ({
    ...keys,
    orderId,
    book,
    prescriberId,
    department: keys.department ?? department,
    from: source,
    to: target,
    cents: share.cents,
    vouchers: share.vouchers,
    public: share.public,
  }));
};

/** All that is active and distributed of an order expires, by who handed out to whom. */
export const expireOrder = (tables: Tables, orderId: string): readonly Move[] => {
  const order = orderOf(tables, orderId);
  const { activeCents, distributedCents, expiredCents, faceValueCents } = order;
  const handedOut = tables.orderParts.where({ orderId }).map((part): Move => {
    const { department, public: category, distributedCents: cents } = part;
    tables.orderParts.put({ ...part, distributedCents: 0 });
    const vouchers = cents / faceValueCents;
    const keys = { orderId, department, public: category };
    return { from: 'distributed', to: 'expired', cents, vouchers, ...keys };
  });
  tables.orders.put({
    ...order,
    ended: true,
    activeCents: 0,
    distributedCents: 0,
    expiredCents: expiredCents + activeCents + distributedCents,
  });
  const vouchers = activeCents / faceValueCents;
  return [...handedOut, { from: 'active', to: 'expired', cents: activeCents, vouchers, orderId }];
};

const standsFor = ({ ended }: OrderRow, account: OrderAccount): OrderAccount | 'expired' =>
  ended && account !== 'owed' ? 'expired' : account;

const added = (order: OrderRow, account: OrderAccount | 'expired', cents: number): OrderRow => {
  switch (account) {
    case 'active':
      return { ...order, activeCents: order.activeCents + cents };
    case 'distributed':
      return { ...order, distributedCents: order.distributedCents + cents };
    case 'expired':
      return { ...order, expiredCents: order.expiredCents + cents };
    case 'owed':
      return { ...order, redeemedCents: order.redeemedCents + cents };
  }
};

const addPart = (
  tables: Tables,
  part: Readonly<{ orderId: string; department: string; public: string }>,
  cents: number,
): void => {
  const { orderId, department, public: category } = part;
  const before = tables.orderParts.get(orderId, department, category)?.distributedCents ?? 0;
  tables.orderParts.put({ ...part, distributedCents: before + cents });
};
