import { createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { VoucherCodes } from '@app/voucher-books';
import type { SchemeOfRun } from './redemption-scheme';

/**
 * A load generator in a process of its own, on plain sockets, so that it costs less than what it
 * measures: HTTP/1.1, kept alive, one request under way on each connection.
 */
export type LoadWish = Readonly<{
  port: number;
  connections: number;
  windowMs: number;
  load: 'uniform' | 'hot place' | 'hot funder' | 'check' | 'bare';
}>;

/** Milliseconds of each answer, and how many there were of each status. */
export type LoadAnswer = Readonly<{
  perSecond: number;
  statuses: Readonly<Record<string, number>>;
  p50: number;
  p95: number;
  p99: number;
}>;

export type LoadMessage = Readonly<{ scheme: SchemeOfRun }> | LoadWish;

/** Each load has vouchers of its own in every book, so that none is asked for twice. */
const VOUCHERS_OF = {
  uniform: [1, 2, 3, 4],
  'hot place': [5, 6, 7],
  'hot funder': [8, 9, 10],
} as const;

class Load {
  readonly #heads: readonly Buffer[];
  readonly #codes: VoucherCodes;
  readonly #lastBook: number;
  readonly #drawn: Record<string, number> = {};

  constructor(private readonly scheme: SchemeOfRun) {
    this.#codes = new VoucherCodes(masterKeys(scheme.keyRingFile));
    this.#lastBook = scheme.orders.at(-1)?.lastBook ?? 0;
    this.#heads = scheme.tills.map(({ token }) =>
      Buffer.from(`Host: carnet\r\nAuthorization: Bearer ${token}\r\n`),
    );
  }

  async run({ port, connections, windowMs, load }: LoadWish): Promise<LoadAnswer> {
    const latencies: number[] = [];
    const statuses: Record<string, number> = {};
    const startedAt = performance.now();
    const endsAt = startedAt + windowMs;
    const one = async (): Promise<void> => {
      const connection = await Connection.open(port);
      while (performance.now() < endsAt) {
        const request = this.#request(load);
        if (request === undefined) break;
        const sentAt = performance.now();
        const status = await connection.ask(request);
        latencies.push(performance.now() - sentAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: connections }, one));
    const perSecond = latencies.length / ((performance.now() - startedAt) / 1_000);
    latencies.sort((a, b) => a - b);
    const at = (share: number): number => latencies[Math.floor(share * latencies.length)] ?? 0;
    return { perSecond, statuses, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  /** Undefined when every voucher of this load is spent. */
  #request(load: LoadWish['load']): Buffer | undefined {
    if (load === 'bare') return BARE;
    const at = load === 'hot place' ? 0 : Math.floor(Math.random() * this.scheme.tills.length);
    const placeId = this.scheme.tills[at]?.placeId ?? '';
    const head = this.#heads[at] ?? Buffer.alloc(0);
    if (load === 'check') {
      // A "no" is confirmed on the streams and costs more: only what no load spends is checked.
      const spent = this.scheme.orders[0]?.lastBook ?? 0;
      const book = spent + 1 + Math.floor(Math.random() * (this.#lastBook - spent));
      const body = JSON.stringify({ code: this.#codeOf(book, UNTOUCHED), placeId });
      return Buffer.concat([CHECK, head, rest(body)]);
    }
    const code = this.#draw(load);
    if (code === undefined) return undefined;
    const body = `{"placeId":"${placeId}","codes":["${code}"],"service":"online-forms","priceCents":2500}`;
    const key = `Idempotency-Key: ${randomUUID()}\r\n`;
    return Buffer.concat([REDEEM, head, Buffer.from(key), rest(body)]);
  }

  /** Books in an order that jumps about, each voucher of the load once. */
  #draw(load: keyof typeof VOUCHERS_OF): string | undefined {
    const books = load === 'hot funder' ? (this.scheme.orders[0]?.lastBook ?? 0) : this.#lastBook;
    const drawn = this.#drawn[load] ?? 0;
    this.#drawn[load] = drawn + 1;
    const voucher = VOUCHERS_OF[load][Math.floor(drawn / books)];
    if (voucher === undefined) return undefined;
    // A prime larger than any number of books shares no factor with it: every book comes once.
    return this.#codeOf(1 + ((drawn * 1_000_003) % books), voucher);
  }

  #codeOf(book: number, voucher: number): string {
    const { orders, keyId } = this.scheme;
    const held = orders.find(({ firstBook, lastBook }) => firstBook <= book && book <= lastBook);
    return this.#codes.codeOf({ orderId: held?.orderId ?? '', keyId }, { book, voucher });
  }
}

/** Never redeemed but in the books of the hot funder, which are the first. */
const UNTOUCHED = 10;

const BARE = Buffer.from('GET /bare HTTP/1.1\r\nHost: carnet\r\n\r\n');
const REDEEM = Buffer.from('POST /v1/redemptions HTTP/1.1\r\n');
const CHECK = Buffer.from('POST /v1/vouchers/check HTTP/1.1\r\n');

const rest = (body: string): Buffer =>
  Buffer.from(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

/** One connection: answers come whole before the next question goes out. */
class Connection {
  #received: Buffer = Buffer.alloc(0);
  #answered: (status: string) => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Connection(socket)));
    });
  }

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('close', () => this.#failed(new Error('the server hung up')));
  }

  ask(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      [this.#answered, this.#failed] = [resolve, reject];
      this.socket.write(request);
    });
  }

  close(): void {
    this.#failed = () => undefined;
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const [, length = '0'] = /content-length: (\d+)/i.exec(head) ?? [];
    if (this.#received.length < headEnd + 4 + Number(length)) return;
    this.#received = Buffer.alloc(0);
    this.#answered(head.slice(9, 12));
  }
}

/** The key ring's master keys, read here without the checks a program makes. */
function masterKeys(file: string): { masterKeyOf: (keyId: string) => KeyObject } {
  type Stored = { masterKeys: readonly { keyId: string; key: string }[] };
  const { masterKeys: stored } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
  const keys = new Map(
    stored.map(({ keyId, key }) => [keyId, createSecretKey(Buffer.from(key, 'base64url'))]),
  );
  return {
    masterKeyOf: (keyId) => {
      const key = keys.get(keyId);
      if (key === undefined) throw new Error(`no key ${keyId}`);
      return key;
    },
  };
}

if (process.send !== undefined) {
  let load: Load | undefined;
  process.on('message', (message: LoadMessage) => {
    if ('scheme' in message) {
      load = new Load(message.scheme);
      process.send?.('ready');
    } else void load?.run(message).then((answer) => process.send?.(answer));
  });
}
