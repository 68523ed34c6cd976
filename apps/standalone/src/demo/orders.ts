import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Day } from '@app/kernel';
import type { BankDesk } from './bank-desk';
import type { Person } from './person';
import { allotByNeed, type Agreement, type World } from './world';

/** Books that can be handed out, with who has which. */
export type Stock = Readonly<{
  agreement: Agreement;
  orderId: string;
  from: Day;
  lastDayOfUseOn: Day;
  ranges: readonly Readonly<{ prescriber: Person; firstBook: number; lastBook: number }>[];
  /** Read from the printer's file, as who holds the slip reads it. */
  codes: Codes;
}>;

/** Of each book by the number of the voucher, 0 being the book's own. */
export type Codes = ReadonlyMap<number, readonly string[]>;

/** Money in, books ordered, printed, delivered and in the prescribers' stock. */
export async function stockUp(
  world: World,
  bank: BankDesk,
  wanted: Readonly<{
    agreement: Agreement;
    books: number;
    validUntilOn: Day;
    /** The money comes with a later day's statement. */
    liveUntil: (day: Day) => Promise<void>;
  }>,
): Promise<Stock> {
  const { agreement, books, validUntilOn, liveUntil } = wanted;
  const { agreementId, funder, vouchersPerBook } = agreement;
  const { scheme, operator } = world;
  const { orderId, needCents } = await funder.post<{ orderId: string; needCents?: number }>(
    '/v1/orders',
    { agreementId, books, vouchersPerBook, validUntilOn },
  );
  await liveUntil(await bank.deposit(agreementId, needCents ?? needOf(books * vouchersPerBook)));
  await scheme.sweep();
  const codes = await printCodes(world, orderId);
  await operator.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: world.today });
  await scheme.settle();
  const order = await operator.get<{ status: string; lastDayOfUseOn: Day }>(
    `/v1/orders/${orderId}`,
  );
  if (order.status !== 'active') throw new Error(`order ${orderId} is ${order.status}`);
  const ranges = [];
  for (const [at, share] of sharesOf(agreement, books).entries()) {
    const prescriber = agreement.prescribers[at];
    if (prescriber === undefined || share === 0) continue;
    const { firstBook, lastBook } = await funder.post<{ firstBook: number; lastBook: number }>(
      `/v1/orders/${orderId}/allocations`,
      { prescriberId: prescriber.who.partyId, books: share },
    );
    ranges.push({ prescriber, firstBook, lastBook });
  }
  const { lastDayOfUseOn } = order;
  return { agreement, orderId, from: world.today, lastDayOfUseOn, ranges, codes };
}

/** Face value, 4 % of fee and its VAT: what the demo's agreements ask for vouchers of 10 €. */
const needOf = (vouchers: number): number => {
  const fee = Math.round(vouchers * 1_000 * 0.04);
  return vouchers * 1_000 + fee + Math.round(fee * 0.2);
};

/** The intercommunality gives by need, the others alike. */
function sharesOf({ prescribers, vouchersPerBook }: Agreement, books: number): readonly number[] {
  if (vouchersPerBook === 5) return allotByNeed(books);
  const each = Math.floor(books / prescribers.length);
  return prescribers.map((_, at) => (at === 0 ? books - each * (prescribers.length - 1) : each));
}

async function printCodes(world: World, orderId: string): Promise<Codes> {
  const { printId } = await world.operator.post<{ printId: string }>(
    `/v1/orders/${orderId}/prints`,
    { format: 'csv' },
  );
  await world.scheme.sweep();
  const file = await world.operator.download(`/v1/prints/${printId}/file`);
  const codes = new Map<number, string[]>();
  const lines = Readable.from(file, { objectMode: false }).pipe(parse({ from_line: 2 }));
  for await (const [number, , , code] of lines as AsyncIterable<readonly string[]>) {
    const book = Number(number);
    const known = codes.get(book);
    // A copy, since a part of a text keeps all of it in memory.
    const own = Buffer.from(code ?? '').toString();
    if (known) known.push(own);
    else codes.set(book, [own]);
  }
  return codes;
}
