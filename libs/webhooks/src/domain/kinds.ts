/** Whose events an endpoint may ask for. */
export type Audience = 'funder' | 'organisation' | 'scheme';

/** What a funder is told of: its own deposits, orders and what it gets back. */
const OF_FUNDERS = [
  'deposit.confirmed',
  'deposit.recalled',
  'order.active',
  'order.closing_opened',
  'order.stock_blocked',
  'order.validity_ended',
  'order.statement_drawn',
  'order.statement_agreed',
  'order.closed',
  'credit_note.issued',
  'refund.booked',
] as const;

/** What an organisation is told of: its own places' redemptions and labels, and what it is paid. */
const OF_ORGANISATIONS = [
  'redemption.recorded',
  'redemption.cancelled',
  'payment.ordered',
  'payment.settled',
  'payment.rejected',
  'payment.returned',
  'label.suspended',
  'label.restored',
  'label.withdrawn',
] as const;

/** All that messages tell of, for ever: receivers switch on these words. */
export const KINDS = [...OF_FUNDERS, ...OF_ORGANISATIONS] as const;

export type Kind = (typeof KINDS)[number];

/** The operator may be told of everything. */
export const KINDS_OF: Readonly<Record<Audience, readonly Kind[]>> = {
  funder: OF_FUNDERS,
  organisation: OF_ORGANISATIONS,
  scheme: KINDS,
};
