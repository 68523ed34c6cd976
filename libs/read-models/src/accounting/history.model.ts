import type { RecordedEvent } from '@app/platform';
import { AGREEMENTS, Scheme, type Choice } from '../ledger/scheme.model';

/** Used by the accounting's specs only: legal histories, with what the ledger does not read of them. */

/**
 * The ledger's scheme writes what funders, vouchers and runs do; here its events get their documents,
 * and between them fees are invoiced and swept, and statements list lines that have an explanation or
 * none yet.
 */
export const historyOf = (
  choices: readonly Choice[],
  seeds: readonly number[],
): readonly RecordedEvent[] => {
  const scheme = new Scheme();
  for (const choice of choices) scheme.act(choice);
  const weaver = new Weaver(seeds);
  for (const event of scheme.events) weaver.follow(event);
  return weaver.events;
};

class Weaver {
  readonly events: RecordedEvent[] = [];
  readonly #announced: { entryId: string; amountCents: number }[] = [];
  #drawn = 0;
  #serial = 0;

  constructor(private readonly seeds: readonly number[]) {}

  follow({ type, data, recordedAt }: RecordedEvent): void {
    const told = data as Record<string, unknown>;
    const repaidBy = this.#draw(2) === 0 ? 'organisation' : 'operator';
    const more = type === 'DebtRepaid' ? { ...DOCUMENTS, repaidBy } : DOCUMENTS;
    this.#write(type, { ...more, ...told }, recordedAt);
    if (type === 'OrderActivated' && this.#draw(2) === 0) this.#invoice(told, recordedAt);
    // Nothing is swept before there is an agreement.
    if (this.events.length > 4 && this.#draw(4) === 0) this.#weave(recordedAt);
  }

  #weave(at: Date): void {
    const what = this.#draw(7);
    if (what < 2) this.#sweep(at);
    else if (what === 2) this.#statement(at);
    else this.#bankLine(at);
  }

  /** Of any day, in any order; the first of a day is the first of that day. */
  #statement(at: Date): void {
    const day = String(1 + this.#draw(28)).padStart(2, '0');
    const openingCents = this.#draw(2_000) - 500;
    const stated = { fromOn: `2026-02-${day}`, openingCents, closingCents: openingCents };
    const statementId = `statement-${(this.#serial += 1)}`;
    // Some were read before the books began with what was there before.
    const first = this.#draw(5) > 0 && { first: { statementId, ...stated } };
    this.#write('BankReportRead', { statements: [stated], ...first }, at);
  }

  #invoice(activated: object, at: Date): void {
    const number = (this.#serial += 1);
    this.#write('InvoiceIssued', { ...INVOICE, ...activated, number }, at);
  }

  #sweep(at: Date): void {
    const type = this.#draw(2) === 0 ? 'FeeSweepBooked' : 'FeeSweepReturned';
    const agreementId = AGREEMENTS[this.#draw(2)];
    this.#write(type, { ...DOCUMENTS, agreementId, feeSweepId: 's', amountCents: 7 }, at);
  }

  #bankLine(at: Date): void {
    const announced = this.#announced.pop();
    if (announced && this.#draw(2) === 0) {
      this.#write('BankEntryBooked', { ...announced, bookedOn: '2026-03-04' }, at);
      return;
    }
    const entryId = `entry-${(this.#serial += 1)}`;
    const amountCents = 1 + this.#draw(900);
    const direction = this.#draw(2) === 0 ? 'credit' : 'debit';
    const source = this.#draw(2) === 0 ? 'statement' : 'notification';
    const entry = { amountCents, direction, status: 'booked', reference: entryId };
    this.#write('BankEntryRecorded', { entryId, source, entry }, at);
    const as = ['bankCharge', 'interest', 'duplicate', 'payment'][this.#draw(5)];
    // A part of a line may be found to be something else than the rest.
    const part = 1 + this.#draw(amountCents);
    const resolution = { entryId, amountCents: part, direction, resolution: { as } };
    if (as !== undefined) this.#write('BankEntryApplied', { ...DOCUMENTS, ...resolution }, at);
    if (source === 'notification') this.#announced.push({ entryId, amountCents });
  }

  #draw(max: number): number {
    const seed = this.seeds[this.#drawn % this.seeds.length] ?? 0;
    this.#drawn += 1;
    return (seed * 31 + this.#drawn * 17) % max;
  }

  #write(type: string, data: object, recordedAt: Date): void {
    const revision = this.events.length;
    this.events.push({
      ...{ id: `event-${revision}`, streamName: 'model-1', revision, type, data, recordedAt },
      position: BigInt(revision * 3 + 1),
      metadata: {
        ...{ commandId: '', requestHash: '', correlationId: '', causationId: '' },
        actor: { id: '', partyId: '', role: '' },
      },
    });
  }
}

/** What events say of the papers behind them. */
const DOCUMENTS = {
  ...{ reference: 'CONV', funderName: 'F', bankReference: 'VIR', valueOn: '2026-03-01' },
  ...{ issuedOn: '2026-03-01', distributedOn: '2026-03-01', performedOn: '2026-03-01' },
  ...{ promisedPaymentOn: '2026-03-10', cancelledOn: '2026-03-02', endedOn: '2026-04-01' },
  ...{ creditNoteId: 'note', statementReference: 'R', confirmedOn: '2026-03-03' },
  ...{ invoicedOn: '2026-03-02', endToEndId: 'E2E', bookedOn: '2026-03-04' },
};

const INVOICE = {
  ...{ invoiceId: 'i', activatedOn: '2026-03-02', issuedOn: '2026-03-02' },
  ...{ feeBasisPoints: 1, vatBasisPoints: 1 },
  ...{ agreementReference: 'CONV', buyer: { name: 'F', siret: '1' } },
  seller: { name: 'O', siret: '1', address: 'A', vatNumber: 'FR', legalMentions: 'L' },
};
