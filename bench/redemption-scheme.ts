import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Event } from '@app/kernel';
import {
  StreamAggregateStore,
  SystemClock,
  SystemRandomness,
  type CommandContext,
  type EventStore,
} from '@app/platform';
import { KeyRing, order, SERIAL_REGISTER_ID, serialRegister } from '@app/voucher-books';
import { exportJWK, SignJWT, type JSONWebKeySet } from 'jose';

/** Where the vouchers of the run are, so that a load generator can show their codes. */
export type SchemeOfRun = Readonly<{
  keyRingFile: string;
  keyId: string;
  /** One after the other from book 1; the first holds half of all books: the hot funder's. */
  orders: readonly Readonly<{ orderId: string; firstBook: number; lastBook: number }>[];
  tills: readonly Readonly<{ placeId: string; token: string }>[];
  tokenKeys: JSONWebKeySet;
  /** Milliseconds from an order's money to 100,000 numbered books. */
  issueMs: number;
}>;

export const ISSUER = 'https://issuer.bench';
const VOUCHERS_PER_BOOK = 10;
const FUNDERS = 50;
const PLACES = 250;
/** Appends under way while the scheme is written. */
const IN_FLIGHT = 1_000;

/** Writes agreements, active orders, labelled places and `books` books handed out into the store. */
export async function writeScheme(
  store: EventStore,
  { books, keyRingFile }: { books: number; keyRingFile: string },
): Promise<SchemeOfRun> {
  const [clock, randomness] = [new SystemClock(), new SystemRandomness()];
  const keyRing = KeyRing.open({ file: keyRingFile, clock, randomness });
  const keyId = keyRing.currentKeyId;
  const today = clock.today();
  const orders = [];
  const ranges: Event[] = [];
  for (let funder = 0, firstBook = 1; funder < FUNDERS; funder += 1) {
    const size = funder === 0 ? books / 2 : Math.floor(books / 2 / (FUNDERS - 1));
    const range = { firstBook, lastBook: firstBook + size - 1 };
    const placed = { orderId: randomUUID(), ...range };
    ranges.push({ type: 'RangeAllotted', data: { ...placed, keyId } });
    orders.push({ ...placed, ...(await writeOrder(store, { ...placed, keyId, today })) });
    firstBook += size;
  }
  await write(store, `serial-register-${SERIAL_REGISTER_ID}`, ranges);
  const { tills, tokenKeys } = await writePlaces(store);
  await inFlight(
    orders.flatMap((placed) => handOuts(placed, today)),
    ({ book, fact }) => write(store, `book-${book}`, [fact]),
  );
  const issueMs = await issue(store, { keyId, today });
  return { keyRingFile, keyId, orders, tills, tokenKeys, issueMs };
}

type Placed = { orderId: string; firstBook: number; lastBook: number };
type Owned = Placed & { agreementId: string; funderId: string };

async function writeOrder(
  store: EventStore,
  { orderId, firstBook, lastBook, keyId, today }: Placed & { keyId: string; today: string },
): Promise<{ agreementId: string; funderId: string }> {
  const [agreementId, funderId] = [randomUUID(), randomUUID()];
  const ids = { orderId, agreementId };
  const books = lastBook - firstBook + 1;
  await write(store, `agreement-${agreementId}`, [signed(agreementId, funderId)]);
  await write(store, `order-${orderId}`, [
    ordered({ ...ids, funderId, books, today }),
    { type: 'FundsReserved', data: ids },
    { type: 'BooksIssued', data: { ...ids, firstBook, lastBook, keyId } },
    { type: 'OrderDelivered', data: { ...ids, deliveredOn: today } },
    { type: 'OrderActivated', data: { ...ids, funderId, invoicedOn: today, ...needOf(books) } },
  ]);
  return { agreementId, funderId };
}

const needOf = (books: number) => ({
  faceCents: books * VOUCHERS_PER_BOOK * 1_000,
  feeCents: 0,
  vatCents: 0,
});

const signed = (agreementId: string, funderId: string): Event => ({
  type: 'AgreementSigned',
  data: {
    ...{ agreementId, funderId, reference: 'C', faceValueCents: 1_000 },
    ...{ booksOf: [VOUCHERS_PER_BOOK], feeBasisPoints: 0, vatBasisPoints: 0 },
    ...{ ceilingCents: 10 ** 11, funderName: 'Funder' },
    coFunders: [{ name: 'Funder', shareBasisPoints: 10_000 }],
    restrictions: { territories: ['58'], services: [], publics: [] },
    ...{ singleHandOut: false, allowPrescribingPlace: false },
  },
});

type Ordered = {
  orderId: string;
  agreementId: string;
  funderId: string;
  books: number;
  today: string;
};

const ordered = ({ today, ...ids }: Ordered): Event => ({
  type: 'BooksOrdered',
  data: {
    ...{ ...ids, vouchersPerBook: VOUCHERS_PER_BOOK, faceValueCents: 1_000 },
    ...{ validUntilOn: '2099-11-30', graceDays: 30, remittanceDays: 6 },
    ...{ lastDayOfUseOn: '2099-12-30', lastHandInOn: '2100-01-05', orderedOn: today },
    ...needOf(ids.books),
  },
});

function handOuts(
  { orderId, agreementId, funderId, firstBook, lastBook }: Owned,
  today: string,
): readonly { book: number; fact: Event }[] {
  const vouchers = Array.from({ length: VOUCHERS_PER_BOOK }, (_, at) => at + 1);
  return Array.from({ length: lastBook - firstBook + 1 }, (_, at) => {
    const book = firstBook + at;
    const handedOut = {
      ...{ book, orderId, agreementId, funderId, prescriberId: PRESCRIBER_ID, department: '58' },
      ...{ vouchers, valueCents: VOUCHERS_PER_BOOK * 1_000, public: 'job-seekers' },
      ...{ commune: '58194', distributedOn: today, late: false },
    };
    return { book, fact: { type: 'BookDistributed', data: handedOut } };
  });
}

const PRESCRIBER_ID = randomUUID();

/** Places, each with one cashier's token. */
async function writePlaces(store: EventStore): Promise<Pick<SchemeOfRun, 'tills' | 'tokenKeys'>> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const tokenKeys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] };
  const places = Array.from({ length: PLACES }, () => [randomUUID(), randomUUID()] as const);
  await inFlight(places, ([placeId, organisationId]) =>
    write(store, `organisation-${organisationId}`, [organisation(organisationId)]).then(() =>
      write(store, `place-${placeId}`, placeFacts(placeId, organisationId)),
    ),
  );
  const tills = [];
  for (const [placeId, party] of places) {
    const token = await new SignJWT({ party, roles: ['place-cashier'] })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'bench' })
      .setSubject(randomUUID())
      .setIssuer(ISSUER)
      .setAudience('carnet')
      .setExpirationTime('12h')
      .sign(key);
    tills.push({ placeId, token });
  }
  return { tills, tokenKeys };
}

const ADDRESS = {
  ...{ street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' },
  communeCode: '58194',
};

const organisation = (organisationId: string): Event => {
  const details = { name: 'O', siret: '73282932000074', legalForm: 'association' };
  return { type: 'OrganisationRegistered', data: { organisationId, ...details, address: ADDRESS } };
};

const placeFacts = (placeId: string, organisationId: string): readonly Event[] => {
  const services = ['online-forms'];
  const details = { name: 'Espace', address: ADDRESS, services };
  const label = { validFromOn: '2020-01-01', validUntilOn: '2099-12-31', services };
  return [
    { type: 'PlaceListed', data: { placeId, organisationId, ...details } },
    { type: 'PlaceLabelled', data: { placeId, ...label } },
  ];
};

/** 100,000 books get their numbers: the register's range, and its copy in the order. */
async function issue(
  store: EventStore,
  { keyId, today }: { keyId: string; today: string },
): Promise<number> {
  const [orderId, agreementId, books] = [randomUUID(), randomUUID(), 100_000];
  const funderId = randomUUID();
  await write(store, `agreement-${agreementId}`, [signed(agreementId, funderId)]);
  await write(store, `order-${orderId}`, [
    ordered({ orderId, agreementId, funderId, books, today }),
    { type: 'FundsReserved', data: { orderId, agreementId } },
  ]);
  const aggregates = new StreamAggregateStore({ store });
  const startedAt = performance.now();
  const allot = { type: 'AllotRange', data: { orderId, books, keyId } } as const;
  const { events } = await aggregates.handle(
    serialRegister,
    SERIAL_REGISTER_ID,
    allot,
    contextOf(),
  );
  const { firstBook, lastBook } = events[0]?.data as { firstBook: number; lastBook: number };
  const copy = { type: 'IssueBooks', data: { keyId, firstBook, lastBook } } as const;
  await aggregates.handle(order, orderId, copy, contextOf());
  return performance.now() - startedAt;
}

const contextOf = (): CommandContext => {
  const commandId = randomUUID();
  const actor = { id: 'bench', partyId: commandId, role: 'system' };
  const [correlationId, causationId] = [commandId, commandId];
  return { commandId, requestHash: '0'.repeat(64), actor, correlationId, causationId };
};

/** A new stream in one append. */
async function write(
  store: EventStore,
  streamName: string,
  facts: readonly Event[],
): Promise<void> {
  const { followedPosition: _, ...metadata } = contextOf();
  const events = facts.map((fact) => ({ ...fact, id: randomUUID(), metadata }));
  await store.append({ streamName, expectedRevision: 'no-stream', events });
}

async function inFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
