import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestCommandId } from '@app/platform';
import type { Change, History, Need } from './history';

/** A client does not wait longer for an answer: then it asks the next api, under the same key. */
const ANSWER_WITHIN_MS = 6_000;
/** Long after everything serves again: who has no definite answer by then never gets one. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 60;

type Answer = Readonly<{ status: number; body: unknown; bytes: Buffer; position?: bigint }>;
type Sent = Readonly<{ method: 'GET' | 'POST'; path: string; body?: Wish; key?: string }>;
type Wish = Readonly<{ bytes: Buffer; type: string }>;

/** What the clients of one scheme share: the ways in, what was told, and the newest place in the log. */
export class Door {
  /** Whoever asks next is shown at least that. */
  seen = 0n;
  #next = 0;

  constructor(
    readonly history: History,
    private readonly urls: readonly string[],
    /** Of every route, as `POST /v1/orders/:orderId/delivery`. */
    readonly routes: readonly string[],
  ) {}

  /** The next api in turn. */
  choose(): Readonly<{ url: string; needs: Need }> {
    this.#next = (this.#next + 1) % this.urls.length;
    return { url: this.urls[this.#next] ?? '', needs: this.#next === 0 ? 'api-1' : 'api-2' };
  }

  routeOf(path: string): string {
    const parts = path.split('?')[0]?.split('/') ?? [];
    const found = this.routes.find((route) => {
      const wanted = route.split('/');
      const fits = (part: string, at: number): boolean =>
        part.startsWith(':') || part === parts[at];
      return wanted.length === parts.length && wanted.every(fits);
    });
    if (found === undefined) throw new TypeError(`no route is like ${path}`);
    return found;
  }
}

/** A person or machine of one party, who asks until it is told something definite. */
export class Person {
  constructor(
    private readonly door: Door,
    readonly partyId: string,
    private readonly token: string,
  ) {}

  /** A change: the body of its success. Anything else is a complaint, and throws. */
  async post<Body>(path: string, body: object = {}): Promise<Body> {
    const change = await this.change(path, body);
    if (change.outcome === 'acknowledged') return change.body as Body;
    throw this.#unforeseen(change);
  }

  /** A change that may be refused with one of these codes. */
  async change(path: string, body: object = {}, foreseen: readonly string[] = []): Promise<Change> {
    const change = this.#begin(path);
    await this.#insist(change, { bytes: Buffer.from(JSON.stringify(body)), type: JSON_TYPE });
    const { code } = (change.body ?? {}) as { code?: string };
    if (change.outcome === 'refused' && !foreseen.includes(code ?? '')) {
      throw this.#unforeseen(change);
    }
    return change;
  }

  /** A file; the body of its success. */
  async upload<Body>(path: string, bytes: Buffer): Promise<Body> {
    const change = this.#begin(path);
    await this.#insist(change, { bytes, type: 'application/xml' });
    if (change.outcome === 'acknowledged') return change.body as Body;
    throw this.#unforeseen(change);
  }

  /** The same wish again, under the same key: it is answered as it was the first time. */
  async repeat(change: Change, body: object): Promise<void> {
    const { status, body: told } = change;
    const again: Change = { ...change, outcome: 'open', sent: 0 };
    await this.#insist(again, { bytes: Buffer.from(JSON.stringify(body)), type: JSON_TYPE });
    const [first, second] = [status, again.status].map((each, at) =>
      JSON.stringify([each, at === 0 ? told : again.body]),
    );
    if (first !== second) {
      this.door.history.complain(`key ${change.key} was answered ${first}, then ${second}`);
    }
  }

  /** What a view shows, all that was told so far included. `undefined` for a foreseen refusal. */
  async get<Body>(path: string, foreseen: readonly string[] = []): Promise<Body | undefined> {
    const { status, body } = await this.#read(path);
    if (status === 200) return body as Body;
    if (foreseen.includes((body as { code?: string }).code ?? '')) return undefined;
    throw this.#unforeseen({ path, status, body, key: '-' });
  }

  /** The bytes of a file; `undefined` for a foreseen refusal. */
  async fetchFile(path: string, foreseen: readonly string[]): Promise<Buffer | undefined> {
    const { status, body, bytes } = await this.#read(path);
    if (status === 200) return bytes;
    if (foreseen.includes((body as { code?: string }).code ?? '')) return undefined;
    throw this.#unforeseen({ path, status, body, key: '-' });
  }

  #begin(path: string): Change {
    const { history } = this.door;
    const route = this.door.routeOf(path);
    const key = randomUUID();
    const commandId = requestCommandId({
      ...{ partyId: this.partyId, route: `POST ${route}`, idempotencyKey: key },
    });
    const change: Change = { name: route, key, commandId, path, outcome: 'open', sent: 0 };
    history.changes.push(change);
    return change;
  }

  /** Asks one api after the other until one of them says yes or no. */
  async #insist(change: Change, body: Wish): Promise<void> {
    const { key, path } = change;
    const give = performance.now() + PATIENCE_MS;
    for (;;) {
      const { url, needs } = this.door.choose();
      change.sent += 1;
      const answer = await this.door.history.during(needs, () =>
        this.#try(url, { method: 'POST', path, body, key }),
      );
      if (answer && answer.status !== 503) return settle(change, answer);
      if (performance.now() > give) throw this.#stuck(change, answer);
      await sleep(PAUSE_MS);
    }
  }

  async #read(path: string): Promise<Answer> {
    const give = performance.now() + PATIENCE_MS;
    for (;;) {
      const { url } = this.door.choose();
      const answer = await this.door.history.during('view', () =>
        this.#try(url, { method: 'GET', path }),
      );
      if (answer && answer.status !== 503) return answer;
      if (performance.now() > give) throw this.#stuck({ path, key: '-' }, answer);
      await sleep(PAUSE_MS);
    }
  }

  /** `undefined` where nobody answered, or not to the end: what became of it is unknown. */
  async #try(url: string, sent: Sent): Promise<Answer | undefined> {
    const { counts } = this.door.history;
    counts.asked += 1;
    try {
      const answer = await this.#send(url, sent);
      if (answer.status === 503) counts.unavailable += 1;
      if (answer.status >= 500 && answer.status !== 503) {
        const { code, traceId } = (answer.body ?? {}) as { code?: string; traceId?: string };
        const told = `${answer.status} ${code}`;
        this.door.history.complain(`${sent.path} ${sent.key ?? ''}: ${told}`, `trace ${traceId}`);
        return undefined;
      }
      return answer;
    } catch {
      counts.unanswered += 1;
      return undefined;
    }
  }

  async #send(url: string, { method, path, body, key }: Sent): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': body.type }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(method === 'GET' && { 'at-least': String(this.door.seen) }),
      },
      ...(body && { body: new Uint8Array(body.bytes) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const told = response.headers.get('event-position');
    const position = told === null ? undefined : BigInt(told);
    if (position !== undefined && position > this.door.seen) this.door.seen = position;
    return {
      ...{ status: response.status, bytes },
      body: isJson ? (JSON.parse(bytes.toString()) as unknown) : undefined,
      ...(position !== undefined && { position }),
    };
  }

  #unforeseen(asked: { path: string; key: string; status?: number; body?: unknown }): Error {
    const { path, key, status, body } = asked;
    return new Error(`${path} ${key}: ${status} ${JSON.stringify(body)}`);
  }

  #stuck({ path, key }: { path: string; key: string }, answer: Answer | undefined): Error {
    const last = answer ? `${answer.status} ${JSON.stringify(answer.body)}` : 'no answer';
    return new Error(`${path} ${key}: nothing definite within ${PATIENCE_MS} ms, last ${last}`);
  }
}

const JSON_TYPE = 'application/json';

function settle(change: Change, { status, body, position }: Answer): void {
  change.outcome = status < 300 ? 'acknowledged' : 'refused';
  Object.assign(change, { status, body }, position !== undefined && { position });
}
