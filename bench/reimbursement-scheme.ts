import { randomUUID } from 'node:crypto';
import type { Event } from '@app/kernel';
import { SystemClock, type EventStore } from '@app/platform';

const AGREEMENTS = 20;
/** A place takes the vouchers of its own territory: of so many funders. */
const AGREEMENTS_OF_PLACE = 4;
const VOUCHERS_PER_BOOK = 10;
/** Half of what it mostly is, so that one approver will do for a million of them. */
export const FACE_CENTS = 500;
/** Appends under way while the scheme is written. */
const IN_FLIGHT = 500;

export type RedeemedScheme = Readonly<{ redemptions: number; organisations: number }>;

/**
 * Writes a scheme in which `redemptions` vouchers have been taken by one place each of `organisations`
 * organisations, whose accounts are verified: what deciders would have said, event by event, under
 * agreements whose confirmed deposits cover it all.
 */
export async function writeRedeemedScheme(
  store: EventStore,
  { redemptions, organisations }: RedeemedScheme,
): Promise<void> {
  const today = new SystemClock().today();
  const payees = Array.from({ length: organisations }, () => {
    return { organisationId: randomUUID(), placeId: randomUUID() };
  });
  await inFlight(payees, (payee) => writePayee(store, payee));
  const books = redemptions / VOUCHERS_PER_BOOK;
  const size = books / AGREEMENTS;
  const orders = Array.from({ length: AGREEMENTS }, (_, at) => ({
    ...{ orderId: randomUUID(), agreementId: randomUUID(), funderId: randomUUID() },
    ...{ firstBook: at * size + 1, lastBook: (at + 1) * size },
  }));
  await inFlight(orders, (order) => writeOrder(store, order, today));
  const apart = AGREEMENTS / AGREEMENTS_OF_PLACE;
  const placesOf = orders.map((_, of) => payees.filter((__, at) => at % apart === of % apart));
  const numbers = Array.from({ length: books }, (_, at) => at);
  await inFlight(numbers, async (at) => {
    const of = Math.floor(at / size);
    const order = orders[of];
    const places = placesOf[of] ?? [];
    if (order) await writeBook(store, { book: at + 1, ...order, today, payees: places });
  });
}

type Payee = Readonly<{ organisationId: string; placeId: string }>;
type Ids = Readonly<{ orderId: string; agreementId: string; funderId: string }>;
type Order = Ids & Readonly<{ firstBook: number; lastBook: number }>;

const ADDRESS = {
  ...{ street: '1 rue du Pont', postalCode: '58000', city: 'Nevers', country: 'FR' },
  communeCode: '58194',
};
const A_YEAR_AGO = new Date(Date.now() - 365 * 86_400_000).toISOString();

async function writePayee(store: EventStore, { organisationId, placeId }: Payee): Promise<void> {
  const bankAccountId = randomUUID();
  const account = { organisationId, bankAccountId };
  const details = { name: 'Espace', siret: '73282932000074', legalForm: 'association' };
  await write(store, `organisation-${organisationId}`, [
    { type: 'OrganisationRegistered', data: { organisationId, ...details, address: ADDRESS } },
    {
      type: 'BankAccountDeclared',
      data: {
        ...{ ...account, iban: 'FR7630001007941234567890185', holderName: 'Espace' },
        ...{ declaredBy: randomUUID(), declaredAt: A_YEAR_AGO },
      },
    },
    {
      type: 'BankAccountVerified',
      data: { ...account, outcome: 'match', verifiedBy: randomUUID(), verifiedAt: A_YEAR_AGO },
    },
  ]);
  const services = ['online-forms'];
  await write(store, `place-${placeId}`, [
    {
      type: 'PlaceListed',
      data: { placeId, organisationId, name: 'Espace', address: ADDRESS, services },
    },
  ]);
}

async function writeOrder(
  store: EventStore,
  { firstBook, lastBook, ...ids }: Order,
  today: string,
): Promise<void> {
  const { agreementId, funderId, orderId } = ids;
  const books = lastBook - firstBook + 1;
  const faceCents = books * VOUCHERS_PER_BOOK * FACE_CENTS;
  const need = { faceCents, feeCents: 0, vatCents: 0 };
  const depositId = randomUUID();
  const deposit = { depositId, agreementId, amountCents: faceCents };
  await write(store, `agreement-${agreementId}`, [signed(ids)]);
  await write(store, `deposit-${depositId}`, [
    {
      type: 'DepositAssigned',
      data: { ...deposit, funderId, bankReference: depositId, valueOn: today, recordedBy: 'bench' },
    },
    {
      type: 'DepositConfirmed',
      data: { ...deposit, statementReference: depositId, confirmedOn: today },
    },
  ]);
  const order = { orderId, agreementId };
  await write(
    store,
    `agreement-${agreementId}`,
    [
      { type: 'FundsReceived', data: { ...deposit, shortfallRepaidCents: 0 } },
      { type: 'FundsConfirmed', data: deposit },
      { type: 'OrderEnqueued', data: { ...order, ...need } },
      { type: 'OrderFunded', data: { ...order, ...need } },
      { type: 'ActivationRequested', data: order },
      { type: 'ActivationPermitted', data: { ...order, ...need } },
    ],
    0,
  );
  await write(store, `order-${orderId}`, [
    {
      type: 'BooksOrdered',
      data: {
        ...{ ...ids, books, vouchersPerBook: VOUCHERS_PER_BOOK, faceValueCents: FACE_CENTS },
        ...{ validUntilOn: '2099-11-30', graceDays: 30, remittanceDays: 6, ...need },
        ...{ lastDayOfUseOn: '2099-12-30', lastHandInOn: '2100-01-05', orderedOn: today },
      },
    },
    { type: 'FundsReserved', data: order },
    { type: 'BooksIssued', data: { ...order, firstBook, lastBook, keyId: 'bench' } },
    { type: 'OrderDelivered', data: { ...order, deliveredOn: today } },
    { type: 'OrderActivated', data: { ...ids, invoicedOn: today, ...need } },
  ]);
}

const signed = ({ agreementId, funderId }: Ids): Event => ({
  type: 'AgreementSigned',
  data: {
    ...{ agreementId, funderId, reference: 'C', faceValueCents: FACE_CENTS },
    ...{ booksOf: [VOUCHERS_PER_BOOK], feeBasisPoints: 0, vatBasisPoints: 0 },
    ...{ ceilingCents: 10 ** 11, funderName: 'Funder' },
    coFunders: [{ name: 'Funder', shareBasisPoints: 10_000 }],
    restrictions: { territories: [], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  },
});

type BookToWrite = Ids & Readonly<{ book: number; today: string; payees: readonly Payee[] }>;

/** Handed out, and every voucher of it taken at another place. */
function writeBook(store: EventStore, { book, today, payees, ...ids }: BookToWrite): Promise<void> {
  const owned = {
    book,
    ...ids,
    orderId: ids.orderId,
    prescriberId: PRESCRIBER_ID,
    department: '58',
  };
  const vouchers = Array.from({ length: VOUCHERS_PER_BOOK }, (_, at) => at + 1);
  const byPublic = [{ public: 'job-seekers', vouchers: 1, cents: FACE_CENTS }];
  const handedOut: Event = {
    type: 'BookDistributed',
    data: {
      ...{ ...owned, vouchers, valueCents: VOUCHERS_PER_BOOK * FACE_CENTS, late: false },
      ...{ public: 'job-seekers', distributedOn: today },
    },
  };
  const redeemed = vouchers.map((voucher): Event => {
    // A step that is prime to the number of places spreads every agreement over all of its own.
    const payee = payees[(book * VOUCHERS_PER_BOOK + voucher * 7) % payees.length];
    return {
      type: 'VouchersRedeemed',
      data: {
        ...{ ...owned, ...payee, redemptionId: randomUUID(), vouchers: [voucher] },
        ...{ service: 'online-forms', priceCents: 3_000, coveredCents: FACE_CENTS, byPublic },
        ...{ remainderCents: 2_000, performedOn: today, redeemedOn: today },
        ...{ redeemedAt: new Date().toISOString(), promisedPaymentOn: today },
      },
    };
  });
  return write(store, `book-${book}`, [handedOut, ...redeemed]);
}

const PRESCRIBER_ID = randomUUID();

/** One append: to a new stream, or behind that revision. */
async function write(
  store: EventStore,
  streamName: string,
  facts: readonly Event[],
  after?: number,
): Promise<void> {
  const commandId = randomUUID();
  const metadata = {
    ...{ commandId, correlationId: commandId, causationId: commandId, requestHash: '0'.repeat(64) },
    actor: { id: 'bench', partyId: commandId, role: 'system' },
  };
  const events = facts.map((fact) => ({ ...fact, id: randomUUID(), metadata }));
  await store.append({ streamName, expectedRevision: after ?? 'no-stream', events });
}

async function inFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
