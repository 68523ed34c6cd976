import type { RecordedEvent } from '@app/platform';
import type {
  BankEntryFact,
  FeeSweepFact,
  PayeeFact,
  PaymentFact,
} from '@app/reimbursement/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

type Fact = BankEntryFact | FeeSweepFact | PayeeFact | PaymentFact;

/** I-11, the ledger's side: an entry of the bank explains at most its own sum. */
export class BankAgreement extends Invariant {
  readonly id = 'I-11';
  readonly says = 'what an entry of the bank has moved is at most the sum the bank booked';

  readonly #booked = new Map<string, number>();
  readonly #moved = new Map<string, number>();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<Fact>(this.#handlers, event);
  }

  #move({ source: of, amountCents }: Readonly<{ source: string; amountCents: number }>): void {
    // An entry's id, and behind a slash which part of it.
    const source = of.split('/')[0] ?? of;
    const cents = (this.#moved.get(source) ?? 0) + amountCents;
    this.#moved.set(source, cents);
    const booked = this.#booked.get(source);
    if (booked === undefined) this.#broken(`${source} moves money and was never booked`);
    else if (cents > booked) this.#broken(`${source} moves ${cents} cents of ${booked}`);
  }

  readonly #handlers: Handlers<Fact> = {
    BankEntryRecorded: ({ entryId, entry }) => {
      this.#booked.set(entryId, entry.amountCents);
    },
    PaymentSettled: (data) => this.#move(data),
    PaymentReturned: (data) => this.#move(data),
    DebtRepaid: (data) => this.#move(data),
    FeeSweepBooked: (data) => this.#move(data),
    FeeSweepReturned: (data) => this.#move(data),
  };
}
