import { VoucherCodes, type CodeOrigin } from '@app/voucher-books';
import type { BooksIssued } from '@app/voucher-books/contract';
import { eventually, inParallel } from '../support/caller';
import type { Carnet } from '../support/carnet';
import {
  BOOK_COSTS_CENTS,
  labelPlaces,
  orderBooks,
  registerPrescribers,
  signAgreement,
  today,
  typeDeposit,
  type Funding,
  type OrderAnswer,
  type Place,
  type Staff,
} from './cast';

/** A German account nobody has: bank 37040044, the number in ten digits, the check digits of ISO 7064. */
export function ibanOf(number: number): string {
  const account = `37040044${String(number).padStart(10, '0')}`;
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
}

/** An active order with every book handed out, and what is left of it to be spent. */
export type InUse = Readonly<{ funding: Funding; takeCodes: (count: number) => readonly string[] }>;

const AT_ONCE = 16;

/** Under an agreement of its own, paid and confirmed. */
export async function putBooksIntoUse(carnet: Carnet, staff: Staff, books: number): Promise<InUse> {
  const funding = await signAgreement(carnet, staff);
  const { agreementId, funder } = funding;
  const { orderId } = await orderBooks(funding, books);
  const becomes = (status: string) =>
    eventually(`the order is ${status}`, async () => {
      const order = await funder.get<OrderAnswer>(`/v1/orders/${orderId}`);
      return order.status === status && order;
    });
  const { depositId } = await typeDeposit(staff, {
    ...{ agreementId, amountCents: books * BOOK_COSTS_CENTS, bankReference: agreementId },
  });
  await becomes('issued');
  await staff.approver.post(`/v1/deposits/${depositId}/confirmation`, {
    statementReference: `CAMT ${agreementId}`,
  });
  await funder.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() });
  const { firstBook } = await becomes('active');
  const [prescriber] = await registerPrescribers(carnet, staff, 1);
  if (!prescriber) throw new Error('one was registered');
  const { prescriberId, caller } = prescriber;
  await funder.post(`/v1/orders/${orderId}/allocations`, { prescriberId, books });
  const numbers = Array.from({ length: books }, (_, at) => (firstBook ?? 0) + at);
  await inParallel(numbers, AT_ONCE, (book) =>
    caller.post('/v1/distributions', { book, prescriberId, public: 'senior' }),
  );
  return { funding, takeCodes: await codesOf(carnet, orderId, numbers) };
}

/** Codes one after the other, a book at a time; never of two books at once. */
async function codesOf(
  carnet: Carnet,
  orderId: string,
  books: readonly number[],
): Promise<(count: number) => readonly string[]> {
  const issued = (await carnet.events()).find(
    ({ type, data }) => type === 'BooksIssued' && (data as CodeOrigin).orderId === orderId,
  );
  const { keyId } = issued?.data as BooksIssued['data'];
  const codes = new VoucherCodes(carnet.keyRing);
  const left = books.flatMap((book) =>
    Array.from({ length: VOUCHERS_PER_BOOK }, (_, at) => ({ book, voucher: at + 1 })),
  );
  return (count) => {
    const [first] = left;
    if (first === undefined) throw new Error('every voucher is spent');
    const rest = VOUCHERS_PER_BOOK - first.voucher + 1;
    const taken = left.splice(0, Math.min(count, rest));
    return taken.map((voucher) => codes.codeOf({ orderId, keyId }, voucher));
  };
}

const VOUCHERS_PER_BOOK = 10;

/** Places of as many organisations, each with a verified account of its own. */
export async function payablePlaces(
  carnet: Carnet,
  staff: Staff,
  count: number,
): Promise<readonly Place[]> {
  const places = await labelPlaces(carnet, staff, count);
  // Who verifies an account does not change it; who declares it approves no run with it.
  const verifier = await carnet.caller('finance-approver');
  await inParallel(places, AT_ONCE, async ({ organisationId, manager }, at) => {
    const path = `/v1/organisations/${organisationId}/bank-accounts`;
    const account = { iban: ibanOf(at + 1), holderName: `Espace ${at}` };
    const { bankAccountId } = await manager.post<{ bankAccountId: string }>(path, account);
    await verifier.post(`${path}/${bankAccountId}/verification`, { outcome: 'match' });
  });
  return places;
}

export type RunAnswer = Readonly<{
  runId: string;
  number: number;
  status: string;
  version: number;
  lines: number;
  payableCents: number;
  heldCents: number;
  linesSha256: string;
  files: readonly Readonly<{ part: number; sha256: string; transactions: number }>[];
}>;

export const RUNS = '/v1/reimbursement-runs';

export const openRun = ({ preparer }: Staff): Promise<{ runId: string }> =>
  preparer.post<{ runId: string }>(RUNS);

/** Waits until the run is there, or past it. */
export function runBecomes(
  { auditor }: Staff,
  runId: string,
  ...statuses: readonly string[]
): Promise<RunAnswer> {
  return eventually(`the run is ${statuses.join(' or ')}`, async () => {
    const run = await auditor.get<RunAnswer>(`${RUNS}/${runId}`);
    return statuses.includes(run.status) && run;
  });
}

export async function approveRun({ approver }: Staff, run: RunAnswer): Promise<void> {
  const { runId, linesSha256 } = run;
  await approver.post(`${RUNS}/${runId}/approval`, { linesSha256 });
}

/** The bytes the bank gets, once every payment of them is ordered. */
export function fetchPaymentFile({ approver }: Staff, runId: string): Promise<Buffer> {
  return eventually('the payment file may be fetched', () =>
    approver.fetchFile(`${RUNS}/${runId}/payment-file`).then(
      ({ bytes }) => bytes,
      (error: unknown) => {
        // For some seconds after the file was issued its payments are being ordered.
        if (String(error).includes('payments_not_ordered')) return undefined;
        throw error;
      },
    ),
  );
}
