import { createSecretKey, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@app/kernel';
import type { AgreementSigned } from '@app/funding/contract';
import type { OrganisationRegistered, PlaceLabelled, PlaceListed } from '@app/places/contract';
import {
  Projector,
  ReadModel,
  readModelPath,
  SystemRandomness,
  type EventStore,
  type ExpectedRevision,
} from '@app/platform';
import { PROJECTIONS } from '@app/read-models';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { KeyRing, SERIAL_REGISTER_ID, VoucherCodes } from '@app/voucher-books';
import type {
  BookDistributed,
  BooksIssued,
  BooksOrdered,
  FundsReserved,
  OrderActivated,
  OrderDelivered,
  PrescriberRegistered,
  RangeAllotted,
} from '@app/voucher-books/contract';

/** Days of the scheme: orders are of spring 2026, vouchers end on 31 December. */
export const NOW = '2026-06-10T09:00:00.000Z';

export type Till = Readonly<{ placeId: string; organisationId: string }>;

/**
 * A small scheme written straight into a store: an agreement, an order of `books` books of 10 vouchers at 10 €,
 * a prescriber and places. What happens to it afterwards goes through the api.
 */
export class Scheme {
  readonly folder = mkdtempSync(join(tmpdir(), 'carnet-redemptions-'));
  readonly clock = new FakeClock(NOW);
  readonly keyRing: KeyRing;
  readonly codes: VoucherCodes;
  readonly agreementId = randomUUID();
  readonly funderId = randomUUID();
  readonly orderId = randomUUID();
  readonly prescriberId = randomUUID();

  private constructor(
    readonly store: EventStore,
    readonly books: number,
  ) {
    const randomness = new SystemRandomness();
    const file = join(this.folder, 'key-ring.json');
    this.keyRing = KeyRing.open({ file, clock: this.clock, randomness });
    this.codes = new VoucherCodes(this.keyRing);
  }

  static async in(
    store: EventStore,
    options: { books?: number; agreement?: Partial<AgreementSigned['data']> } = {},
  ): Promise<Scheme> {
    const scheme = new Scheme(store, options.books ?? 100);
    await scheme.#begin(options.agreement ?? {});
    return scheme;
  }

  /** The code of a voucher of an allotted book; voucher 0 is the book itself. */
  codeOf(book: number, voucher: number): string {
    const { orderId } = this;
    return this.codes.codeOf({ orderId, keyId: this.keyRing.currentKeyId }, { book, voucher });
  }

  /** Right in form and check symbol, and nobody's: as a guesser makes it. */
  forgedCodeOf(book: number, voucher: number): string {
    const foreign = new VoucherCodes({ masterKeyOf: () => createSecretKey(Buffer.alloc(32, 9)) });
    return foreign.codeOf({ orderId: this.orderId, keyId: 'foreign' }, { book, voucher });
  }

  /** A labelled place of an organisation of its own. */
  async place(label: Partial<PlaceLabelled['data']> = {}, siret = '73282932000074'): Promise<Till> {
    const [placeId, organisationId] = [randomUUID(), randomUUID()];
    const address = { street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const registered: OrganisationRegistered = {
      type: 'OrganisationRegistered',
      data: { organisationId, name: 'Structure', siret, legalForm: 'association', address },
    };
    const listed: PlaceListed = {
      type: 'PlaceListed',
      data: {
        ...{ placeId, organisationId, name: 'Espace', services: ['online-forms'] },
        address: { ...address, communeCode: '58194' },
      },
    };
    const labelled: PlaceLabelled = {
      type: 'PlaceLabelled',
      data: {
        ...{ placeId, validFromOn: '2026-01-01', validUntilOn: '2027-06-30' },
        ...{ services: ['online-forms'], ...label },
      },
    };
    await this.write(`organisation-${organisationId}`, registered);
    await this.write(`place-${placeId}`, listed, labelled);
    return { placeId, organisationId };
  }

  async distribute(...books: readonly number[]): Promise<void> {
    for (const book of books) await this.write(`book-${book}`, this.distributed(book));
  }

  distributed(book: number, changes: Partial<BookDistributed['data']> = {}): BookDistributed {
    const { orderId, agreementId, funderId, prescriberId } = this;
    return {
      type: 'BookDistributed',
      data: {
        ...{ book, orderId, agreementId, funderId, prescriberId, department: '58' },
        ...{ vouchers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], valueCents: 10_000 },
        ...{ public: 'job-seekers', distributedOn: '2026-03-01', late: false, ...changes },
      },
    };
  }

  /** One append at the present end of the stream. */
  async write(streamName: string, ...facts: readonly Event[]): Promise<void> {
    let expectedRevision: ExpectedRevision = 'no-stream';
    const last = { direction: 'backwards', eventsMax: 1 } as const;
    for await (const { revision } of this.store.readStream(streamName, last)) {
      expectedRevision = revision;
    }
    const commandId = randomUUID();
    const metadata = {
      ...{ commandId, requestHash: '0'.repeat(64), correlationId: commandId },
      ...{ causationId: commandId, actor: { id: 'setup', partyId: 'setup', role: 'system' } },
    };
    const events = facts.map((fact) => ({ ...fact, id: randomUUID(), metadata }));
    await this.store.append({ streamName, expectedRevision, events });
  }

  /** Brings the views to the present end of the log. */
  async project(): Promise<void> {
    const readModel = new ReadModel(readModelPath(this.folder), PROJECTIONS);
    const projector = new Projector({ store: this.store, readModel });
    const { ended } = await projector.start();
    while (!projector.ready) await sleep(5);
    await projector.stop();
    await ended;
    readModel.close();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #begin(agreement: Partial<AgreementSigned['data']>): Promise<void> {
    const { agreementId, funderId, orderId, prescriberId, books } = this;
    const ids = { orderId, agreementId };
    const need = { faceCents: books * 10_000, feeCents: 0, vatCents: 0 };
    const signed: AgreementSigned = {
      type: 'AgreementSigned',
      data: {
        ...{ agreementId, funderId, reference: 'C-1', faceValueCents: 1_000, booksOf: [10] },
        ...{ feeBasisPoints: 0, vatBasisPoints: 0, ceilingCents: 10 ** 9, funderName: 'Nièvre' },
        coFunders: [{ name: 'Nièvre', shareBasisPoints: 10_000 }],
        restrictions: { territories: [], services: [], publics: [] },
        ...{ singleHandOut: false, allowPrescribingPlace: false, ...agreement },
      },
    };
    const range = { firstBook: 1, lastBook: books };
    const keyId = this.keyRing.currentKeyId;
    const orderFacts: readonly Event[] = [
      {
        type: 'BooksOrdered',
        data: {
          ...{ ...ids, funderId, books, vouchersPerBook: 10, faceValueCents: 1_000 },
          ...{ validUntilOn: '2026-12-31', graceDays: 30, remittanceDays: 6 },
          ...{ lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05' },
          ...{ orderedOn: '2026-02-01', ...need },
        },
      } satisfies BooksOrdered,
      { type: 'FundsReserved', data: ids } satisfies FundsReserved,
      { type: 'BooksIssued', data: { ...ids, ...range, keyId } } satisfies BooksIssued,
      {
        type: 'OrderDelivered',
        data: { ...ids, deliveredOn: '2026-02-10' },
      } satisfies OrderDelivered,
      {
        type: 'OrderActivated',
        data: { ...ids, funderId, invoicedOn: '2026-02-11', ...need },
      } satisfies OrderActivated,
    ];
    const allotted: RangeAllotted = { type: 'RangeAllotted', data: { orderId, keyId, ...range } };
    const registered: PrescriberRegistered = {
      type: 'PrescriberRegistered',
      data: { prescriberId, name: 'CCAS', commune: '58194' },
    };
    await this.write(`agreement-${agreementId}`, signed);
    await this.write(`serial-register-${SERIAL_REGISTER_ID}`, allotted);
    await this.write(`order-${orderId}`, ...orderFacts);
    await this.write(`prescriber-${prescriberId}`, registered);
  }
}
