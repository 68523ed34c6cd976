import { isCents } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import { type Broken, Invariant } from '../invariant';

/** I-21: money is a whole number of cents, everywhere. */
export class MoneyType extends Invariant {
  readonly id = 'I-21';
  readonly says = 'every amount is a whole number of cents, at most 10^12, never −0';

  see({ data }: RecordedEvent, broken: Broken): void {
    findAmounts(data, (name, value) => {
      const isWhole = typeof value === 'number' && isCents(Math.abs(value));
      if (!isWhole || Object.is(value, -0)) broken(`${name} is ${String(value)}`);
    });
  }
}

function findAmounts(value: unknown, found: (name: string, value: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'cents' || name.endsWith('Cents')) found(name, inner);
    else findAmounts(inner, found);
  }
}

/** I-22: clocks are for people; a redemption is not from the future, nor are its days out of order. */
export class Time extends Invariant {
  readonly id = 'I-22';
  readonly says = 'a redemption is not later than its record, and positions alone order the log';

  #last = -1n;

  see({ type, data, position, recordedAt }: RecordedEvent, broken: Broken): void {
    if (position <= this.#last) broken(`position ${position} does not follow ${this.#last}`);
    this.#last = position;
    if (type !== 'VouchersRedeemed') return;
    const { redemptionId, redeemedAt } = data as { redemptionId: string; redeemedAt: string };
    const aheadMs = Date.parse(redeemedAt) - recordedAt.getTime();
    if (aheadMs > CLOCKS_DIFFER_MS) broken(`redemption ${redemptionId} is from the future`);
  }
}

/** Between the api's clock and the store's. */
const CLOCKS_DIFFER_MS = 86_400_000;
