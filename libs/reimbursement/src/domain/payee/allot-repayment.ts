import type { Component } from '../../contract';
import { refuse } from '../refuse';

/**
 * Which debts a repayment pays: those by agreement and place, in the order of their ids, the last one
 * in part. Positive, adding up to the repayment.
 * @param owed signed; what is positive is no debt, and no repayment goes there.
 * @throws DomainError `debt_exceeded`: what is too much waits for a person.
 */
export function allotRepayment(
  amountCents: number,
  owed: readonly Component[],
): readonly Component[] {
  const parts: Component[] = [];
  let leftCents = amountCents;
  for (const { agreementId, placeId, cents } of [...owed].sort(byPair)) {
    if (cents >= 0 || leftCents === 0) continue;
    const paidCents = Math.min(-cents, leftCents);
    parts.push({ agreementId, placeId, cents: paidCents });
    leftCents -= paidCents;
  }
  if (leftCents > 0) return refuse('debt_exceeded', { debtCents: amountCents - leftCents });
  return parts;
}

const byPair = (a: Component, b: Component): number =>
  `${a.agreementId} ${a.placeId}` < `${b.agreementId} ${b.placeId}` ? -1 : 1;
