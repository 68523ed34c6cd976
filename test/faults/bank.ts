import {
  writeStatement,
  writeStatusReport,
  type BookedEntry,
} from '../../apps/standalone/src/bank-simulator/bank-messages';
import type {
  PaymentOrders,
  TransferOrder,
} from '../../apps/standalone/src/bank-simulator/payment-orders';
import { today } from '../stories/cast';
import { RING_FENCED_IBAN } from './fleet';

/** The bank of the ring-fenced account: what it has booked, and the files that say so. */
export class Bank {
  balanceCents = 0;
  #booked: BookedEntry[] = [];
  #messages = 0;

  get hasNews(): boolean {
    return this.#booked.length > 0;
  }

  credit({ amountCents, bankReference }: { amountCents: number; bankReference: string }): void {
    this.#book({ amountCents, direction: 'credit', reference: bankReference, transactions: [] });
  }

  debit({ amountCents, endToEndId }: TransferOrder): void {
    const transactions = [{ amountCents, endToEndId }];
    this.#book({ amountCents, direction: 'debit', reference: this.#next(), transactions });
  }

  /** A transfer that was booked comes back. */
  giveBack({ amountCents, endToEndId }: TransferOrder): void {
    const transactions = [{ amountCents, endToEndId, returnReason: 'MS03' }];
    this.#book({ amountCents, direction: 'credit', reference: this.#next(), transactions });
  }

  /** A statement of what was booked since the last one. */
  statement(): Buffer {
    const entries = this.#booked;
    this.#booked = [];
    const openingCents = this.balanceCents;
    for (const { amountCents, direction } of entries) {
      this.balanceCents += direction === 'credit' ? amountCents : -amountCents;
    }
    const message = { id: this.#next(), on: today(), iban: RING_FENCED_IBAN };
    const closingCents = this.balanceCents;
    return writeStatement({ ...message, entries, openingCents, closingCents }, '08');
  }

  /** Its system says no to one transfer of a file before anything is booked. */
  rejection(orders: PaymentOrders, { endToEndId }: TransferOrder): Buffer {
    const { messageId, paymentInformationId } = orders;
    return writeStatusReport(
      {
        ...{ id: this.#next(), on: today(), messageId, paymentInformationId, status: 'PART' },
        rejected: [{ endToEndId, reasonCode: 'MS03' }],
      },
      '10',
    );
  }

  #book(entry: Omit<BookedEntry, 'bookedOn'>): void {
    this.#booked.push({ ...entry, bookedOn: today() });
  }

  #next(): string {
    this.#messages += 1;
    return `BANK-${this.#messages}`;
  }
}
