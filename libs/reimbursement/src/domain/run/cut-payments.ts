import { CENTS_MAX, type Cents } from '@app/kernel';
import type { Component } from '../../contract';

/** EPC guideline: an amount is 0.01 to 999,999,999.99. */
export const TRANSACTION_CENTS_MAX: Cents = 99_999_999_999;

/**
 * What one payment is made of. All its events name every component, in about 127 bytes of the 1 MiB
 * that an append of the event store holds.
 */
export const COMPONENTS_PER_PAYMENT_MAX = 7_500;

type Part = Readonly<{ components: readonly Component[]; cents: number }>;

/**
 * What an organisation is paid, as one payment or, where that is more than one can be, as the fewest
 * that are all positive. An agreement is never cut in two, since its cash is drawn by payment.
 * Undefined where there is no such cut: an agreement of it is too large, or debts outweigh all payments
 * but one.
 */
export function cutPayments(
  components: readonly Component[],
): readonly (readonly Component[])[] | undefined {
  const whole = { components, cents: exactSumOf(components) };
  if (isPayable(whole)) return [components];
  const agreements = [...Map.groupBy(components, ({ agreementId }) => agreementId).values()]
    .map((own) => ({ components: own, cents: exactSumOf(own) }))
    .sort((a, b) => b.cents - a.cents);
  const least = Math.ceil(components.length / COMPONENTS_PER_PAYMENT_MAX);
  for (let payments = Math.max(2, least); payments <= agreements.length; payments += 1) {
    const parts = dealOut(agreements, payments);
    if (parts?.every(isPayable)) return parts.map((part) => part.components);
  }
  return undefined;
}

/** What is held in pieces that an event has room for, and an amount can say. */
export function cutHeld(components: readonly Component[]): readonly (readonly Component[])[] {
  const pieces: Component[][] = [];
  let cents = 0;
  for (const component of components) {
    const last = pieces.at(-1);
    const fits = last !== undefined && last.length < COMPONENTS_PER_PAYMENT_MAX;
    if (fits && Math.abs(cents + component.cents) <= CENTS_MAX) {
      last.push(component);
      cents += component.cents;
    } else {
      pieces.push([component]);
      cents = component.cents;
    }
  }
  return pieces;
}

/** Above what one amount may be, and still exact: so that a limit is told instead of met. */
export const exactSumOf = (components: readonly Component[]): number =>
  components.reduce((sum, { cents }) => sum + cents, 0);

const isPayable = ({ components, cents }: Part): boolean =>
  cents > 0 && cents <= TRANSACTION_CENTS_MAX && components.length <= COMPONENTS_PER_PAYMENT_MAX;

/** The largest first, each to whoever has least; what is owed back to whoever has most. */
function dealOut(agreements: readonly Part[], payments: number): readonly Part[] | undefined {
  const dealt: Part[] = Array.from({ length: payments }, () => ({ components: [], cents: 0 }));
  for (const { components, cents } of agreements) {
    const sign = cents > 0 ? 1 : -1;
    const [place] = [...dealt.entries()]
      .filter(
        ([, part]) => part.components.length + components.length <= COMPONENTS_PER_PAYMENT_MAX,
      )
      .sort(([, a], [, b]) => sign * (a.cents - b.cents))
      .map(([index]) => index);
    const taker = place === undefined ? undefined : dealt[place];
    if (place === undefined || taker === undefined) return undefined;
    dealt[place] = {
      components: [...taker.components, ...components],
      cents: taker.cents + cents,
    };
  }
  return dealt;
}
