import { type Cents, parseCents } from '@app/kernel';
import { refuse } from '../domain/refuse';
import { type Node, textOf } from './bank-xml';

/**
 * Cents of an amount as banks write it: "8.5", "200000" and "8.50" are meant alike, three decimals
 * are not euros. Never through a fraction.
 * @throws DomainError `camt_amount`, `amount_limit`.
 */
export function amountOf(amount: Node): Cents {
  const text = textOf(amount) ?? '';
  const [, units, decimals = ''] = /^([0-9]{1,16})(?:\.([0-9]{1,2}))?$/.exec(text) ?? [];
  if (units === undefined) return refuse('camt_amount');
  const canonical = units.replace(/^0+(?=[0-9])/, '');
  return parseCents(`${canonical}.${decimals.padEnd(2, '0')}`);
}

/** Negative for a debit; subtracted and not negated, since negative zero is no amount. */
export const signedAmountOf = (amount: Node, direction: 'credit' | 'debit'): Cents =>
  direction === 'debit' ? 0 - amountOf(amount) : amountOf(amount);
