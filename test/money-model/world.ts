import { AgreementMoney, type Order } from './agreement-money';
import { Desk } from './desk';
import { type Part, type Payee, PayeeMoney } from './payee-money';

/** Which of what there is: acts take what they need of it, modulo how many there are. */
export type Choice = Readonly<{ which: number; how: number }>;

export type Redemption = {
  id: string;
  order: Order;
  book: number;
  vouchers: readonly number[];
  part: Part;
};

/**
 * The scheme twice over: the desk decides by the real deciders and the real ledger follows; the model
 * beside it follows every euro by itself. What one stream tells another comes by mail, late or not.
 */
export class World {
  readonly desk = new Desk();
  readonly agreements: readonly AgreementMoney[];
  readonly payees: PayeeMoney;
  readonly redemptions: Redemption[] = [];
  readonly #mail: (() => void)[] = [];
  #serial = 0;

  constructor() {
    const faces = [1_000, 700];
    this.agreements = faces.map(
      (faceValueCents, i) => new AgreementMoney(`agreement-${i}`, `funder-${i}`, faceValueCents),
    );
    const payees = [1, 2, 3].map((number): Payee => {
      const organisationId = idOf(number);
      return {
        organisationId,
        // The first has two places.
        placeIds: number === 1 ? ['place-1a', 'place-1b'] : [`place-${number}`],
        account: { number: 1, state: 'payable' },
        ...{ barred: new Set(), fraudHold: false, left: false, writeOffs: [], toTopUpCents: 0 },
      };
    });
    this.payees = new PayeeMoney(payees);
  }

  get today(): string {
    return this.desk.today;
  }

  agreement({ which }: Choice): AgreementMoney {
    return pick(this.agreements, which) ?? unreachable();
  }

  payee({ which }: Choice): Payee {
    return pick(this.payees.payees, which) ?? unreachable();
  }

  /** Cash by events: deposited − paid − returned − swept. */
  cashCents(agreement: AgreementMoney): number {
    const { depositedCents, returnedCents, sweptCents } = agreement;
    return depositedCents - this.payees.paidCents(agreement) - returnedCents - sweptCents;
  }

  /** Of it, what no run has frozen and no refund waits for. */
  drawableCents(agreement: AgreementMoney): number {
    const frozenCents = this.payees.frozenCents(agreement) + agreement.leavingCents;
    return this.cashCents(agreement) - frozenCents;
  }

  next(): number {
    this.#serial += 1;
    return this.#serial;
  }

  newId(): string {
    return idOf(1_000 + this.next());
  }

  send(letter: () => void): void {
    this.#mail.push(letter);
  }

  /** In the order in which it was sent. */
  deliver(letters: number): void {
    for (let left = letters; left > 0; left -= 1) this.#mail.shift()?.();
  }
}

export const idOf = (number: number): string =>
  `018f0000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const pick = <T>(all: readonly T[], which: number): T | undefined =>
  all[which % Math.max(all.length, 1)];

/** Both must say yes, or both no. */
export function agree(what: string, decided: unknown, allowed: boolean): boolean {
  if ((decided !== undefined) !== allowed) {
    throw new Error(`${what}: the rules ${allowed ? 'allow' : 'refuse'} it, the decider does not`);
  }
  return allowed;
}

export const unreachable = (): never => {
  throw new Error('there is always one');
};
