import type { RecordedEvent } from '@app/platform';
import type {
  Component,
  PayeeFact,
  PaymentFact,
  RunFact,
  RunRegisterFact,
} from '@app/reimbursement/contract';
import type { BookFact, PublicShare } from '@app/voucher-books/contract';
import { sum } from './reference-balances';

type Fact = BookFact | RunRegisterFact | RunFact | PaymentFact | PayeeFact;

/** A redemption's share of one public, its cancellation (negative), or a debt repaid. */
export type PaidItem = Pick<Component, 'agreementId' | 'placeId' | 'cents'> & {
  /** Of the place. */
  readonly department: string;
  readonly public: string;
  /** The live claim it is part of. */
  claimId: string | undefined;
  isPaid: boolean;
  /** Which runs' openings it was owed at, the latest one's number. */
  opening: number;
};

/**
 * Which redemptions are paid: each is followed into the claim of the run that takes it, and stays its
 * part until the claim is released. Throws where a line is not exactly what was owed at its run's
 * opening and nobody's: then nothing tells what it pays.
 */
export class ReferencePaid {
  readonly #items: PaidItem[] = [];
  #openings = 0;

  apply(event: Pick<RecordedEvent, 'type' | 'data'>): void {
    const { type, data } = event as Fact;
    switch (type) {
      case 'VouchersRedeemed':
        return this.#add(data, 1);
      case 'RedemptionCancelled':
        return this.#add(data, -1);
      case 'RunOpened':
        this.#openings += 1;
        for (const item of this.#items) if (this.#isOwed(item)) item.opening = this.#openings;
        return;
      case 'LinesFrozen':
        for (const line of data.lines) if (line.attempt === 1) this.#claim(line);
        for (const line of data.lines) this.#inRun.add(line.claimId);
        return;
      case 'LinesReleased':
        for (const { claimId, attempt } of data.lines) {
          this.#inRun.delete(claimId);
          if (attempt === 1) this.#free(claimId);
        }
        return;
      case 'PaymentSettled':
        if (data.from === 'inRun') this.#inRun.delete(data.claimId);
        for (const item of this.#of(data.claimId)) item.isPaid = true;
        return;
      case 'PaymentRejected':
      case 'PaymentReturned':
        if (type === 'PaymentRejected') this.#inRun.delete(data.claimId);
        for (const item of this.#of(data.claimId))
          Object.assign(item, { isPaid: false, opening: 0 });
        return;
      case 'ClaimReleased':
        return this.#free(data.claimId);
      case 'DebtRepaid':
        for (const component of data.components) this.#repay(component);
        return;
      default:
    }
  }

  /** What is paid of what was redeemed, and, negative, what was paid back. */
  get paid(): readonly PaidItem[] {
    return [...this.#items.filter(({ isPaid }) => isPaid), ...this.#repaid];
  }

  readonly #inRun = new Set<string>();
  readonly #repaid: PaidItem[] = [];

  #add(
    redemption: Readonly<{
      agreementId: string;
      placeId: string;
      department: string;
      byPublic: readonly PublicShare[];
    }>,
    sign: 1 | -1,
  ): void {
    const { agreementId, placeId, department, byPublic } = redemption;
    for (const { public: category, cents } of byPublic) {
      this.#items.push({
        ...{ agreementId, placeId, department, public: category, cents: sign * cents },
        ...{ claimId: undefined, isPaid: false, opening: 0 },
      });
    }
  }

  #claim({ claimId, components }: { claimId: string; components: readonly Component[] }): void {
    for (const component of components) {
      const free = this.#items.filter((item) => {
        const isFree = item.claimId === undefined && this.#isOwed(item);
        return isFree && isOf(component, item) && item.opening === this.#openings;
      });
      const cents = sum(free, (item) => item.cents);
      if (cents !== component.cents) {
        throw new Error(`claim ${claimId} takes ${component.cents}, but ${cents} was to be paid`);
      }
      for (const item of free) item.claimId = claimId;
    }
  }

  #free(claimId: string): void {
    for (const item of this.#of(claimId)) item.claimId = undefined;
  }

  /** On the parts that owe, in the order in which they came to. */
  #repay(component: Component): void {
    const free = this.#items.filter((item) => {
      return item.claimId === undefined && this.#isOwed(item) && isOf(component, item);
    });
    const parts = Map.groupBy(free, (item) => `${item.department} ${item.public}`);
    let left = component.cents;
    for (const [first, ...others] of parts.values()) {
      if (first === undefined) continue;
      const debt = Math.max(0, -sum([first, ...others], ({ cents }) => cents));
      const cents = Math.min(debt, left);
      left -= cents;
      if (cents === 0) continue;
      this.#items.push({ ...first, cents, opening: 0 });
      this.#repaid.push({ ...first, cents: -cents });
    }
    if (left > 0) throw new Error(`${left} cents more were repaid than a place owed`);
  }

  #of(claimId: string): PaidItem[] {
    return this.#items.filter((item) => item.claimId === claimId);
  }

  #isOwed({ claimId, isPaid }: PaidItem): boolean {
    return !isPaid && !(claimId !== undefined && this.#inRun.has(claimId));
  }
}

const isOf = (a: Omit<Component, 'cents'>, b: Omit<Component, 'cents'>): boolean =>
  a.agreementId === b.agreementId && a.placeId === b.placeId;
