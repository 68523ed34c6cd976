import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSymbolOf } from '@app/kernel';
import { JobQueues, SystemRandomness, type Role } from '@app/platform';
import { KeyRing, VoucherCodes } from '@app/voucher-books';
import { BankWorld } from '../bank/bank-world';
import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';

/** One request, as it goes over the wire. */
export type Sent = Readonly<{
  method?: string;
  path: string;
  /** Who asks; absent: nobody. */
  role?: Role;
  partyId?: string;
  id?: string;
  /** An object is sent as JSON. */
  body?: string | Buffer | object;
  type?: string;
  /** Of every POST one of its own, unless it is given; null for none. */
  key?: string | null;
  headers?: OutgoingHttpHeaders;
}>;

export type Got = Readonly<{
  status: number;
  text: string;
  type: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  ms: number;
}>;

export const codeOf = ({ text }: Got): string => (JSON.parse(text) as { code: string }).code;

/** A scheme with money, an order in use, its people, and a till. */
export class BadInputWorld {
  /** Jobs that were put in line so far. */
  jobs = 0;

  private constructor(
    readonly app: SchemeApp,
    readonly orders: OrderWorld,
    readonly orderId: string,
    readonly prescriber: Person,
    readonly books: Readonly<{ first: number; other: number; expired: number }>,
    readonly till: Readonly<{ placeId: string; organisationId: string }>,
    readonly expiredOrderId: string,
    readonly bank: BankWorld,
  ) {
    const queues = app.http.app.get<{ add: () => Promise<void> }>(JobQueues, { strict: false });
    queues.add = () => {
      this.jobs += 1;
      return Promise.resolve();
    };
  }

  static async start(): Promise<BadInputWorld> {
    const app = await SchemeApp.start('2026-01-15T10:00:00.000Z');
    const orders = await OrderWorld.in(app);
    const prescriber = await orders.prescriber();
    await orders.prescriber('CCAS de Cosne');
    const short = { validUntilOn: '2026-01-16', graceDays: 0, remittanceDays: 300 };
    const expiredOrderId = await orders.activeOrder(1, short);
    const { firstBook: expired } = await orders.allocate(expiredOrderId, prescriber, 1);
    const orderId = await orders.activeOrder(20);
    const { firstBook: first } = await orders.allocate(orderId, prescriber, 2);
    for (const book of [expired, first, first + 1]) {
      await prescriber.post('/v1/distributions', handOut(prescriber, book));
    }
    const { placeId, cashier } = await orders.place();
    await app.passUntil('2026-01-19');
    const till = { placeId, organisationId: cashier.partyId };
    const books = { first, other: first + 1, expired };
    const bank = new BankWorld(app, { balanceCents: 500_000 });
    return new BadInputWorld(app, orders, orderId, prescriber, books, till, expiredOrderId, bank);
  }

  stop(): Promise<void> {
    return this.app.stop();
  }

  code(book: number, voucher: number, orderId = this.orderId): string {
    const { currentKeyId: keyId } = this.app.keyRing;
    return this.app.codes.codeOf({ orderId, keyId }, { book, voucher });
  }

  /** Genuine in another scheme, whose keys are others. */
  foreignCode(): string {
    const folder = mkdtempSync(join(tmpdir(), 'carnet-foreign-'));
    const file = join(folder, 'key-ring.json');
    const ring = KeyRing.open({ file, clock: this.app.clock, randomness: new SystemRandomness() });
    const keyed = { orderId: this.orderId, keyId: ring.currentKeyId };
    const code = new VoucherCodes(ring).codeOf(keyed, { book: this.books.first, voucher: 1 });
    rmSync(folder, { recursive: true });
    return code;
  }

  /** With a check symbol that holds. */
  wrongCode(salt = 0): string {
    const data = this.code(this.books.first, 1).replaceAll('-', '').slice(0, 15);
    const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const at = (symbols.indexOf(data.charAt(9)) + 1 + (salt % 31)) % 32;
    const wrong = `${data.slice(0, 9)}${symbols.charAt(at)}${data.slice(10)}`;
    return wrong + checkSymbolOf(wrong);
  }

  /** A deposit, with this JSON in place of its amount. */
  deposit(amount: string): Omit<Sent, 'body'> & Readonly<{ body: string }> {
    const rest = {
      agreementId: this.orders.agreementId,
      bankReference: `VIR ${randomUUID()}`,
      valueOn: '2026-01-15',
    };
    const body = `${JSON.stringify(rest).slice(0, -1)},"amountCents":${amount}}`;
    return { path: '/v1/deposits', role: 'finance-preparer', body };
  }

  check(code: string): Sent {
    const { organisationId: partyId, placeId } = this.till;
    return { path: '/v1/vouchers/check', role: 'place-cashier', partyId, body: { code, placeId } };
  }

  redeem(code: string, changes: object = {}): Sent {
    const { organisationId: partyId, placeId } = this.till;
    const body = { placeId, codes: [code], service: 'online-forms', priceCents: 1_000, ...changes };
    return { path: '/v1/redemptions', role: 'place-cashier', partyId, body };
  }

  async send(sent: Sent): Promise<Got> {
    const { path, body, type, headers = {} } = sent;
    const method = sent.method ?? (body === undefined ? 'GET' : 'POST');
    const bytes = bytesOf(body);
    const { key = method === 'POST' ? randomUUID() : null } = sent;
    const options = {
      ...{ host: '127.0.0.1', port: this.app.http.port, method, path, agent: false as const },
      headers: {
        ...(await this.#bearer(sent)),
        ...(bytes && { 'content-type': type ?? 'application/json' }),
        ...(bytes && { 'content-length': bytes.length }),
        ...(key !== null && { 'idempotency-key': key }),
        ...headers,
      },
    };
    const startedAt = performance.now();
    return await new Promise((resolve, reject) => {
      const asked = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode: status = 0, headers: told } = answer;
          const [mediaType = ''] = (told['content-type'] ?? '').split(';');
          const ms = performance.now() - startedAt;
          const text = Buffer.concat(chunks).toString();
          resolve({ status, text, type: mediaType, headers: told, ms });
        });
      });
      // A server that has answered need not read the rest of what is too large.
      asked.on('error', reject).end(bytes);
    });
  }

  async #bearer({ role, partyId = randomUUID(), id = randomUUID() }: Sent): Promise<object> {
    if (role === undefined) return {};
    const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
    return await this.app.http.issuer.bearer({ id, partyId, roles: [role], ...lasting });
  }
}

function bytesOf(body: Sent['body']): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
