import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** No story fails because the machine is slow: this only tells one that stands still. */
const PATIENCE_MS = 240_000;

export type Answer = Readonly<{ status: number; body: unknown; position: bigint | undefined }>;

type CallerOptions = Readonly<{
  url: string;
  /** None: without login. */
  token?: string;
  /** Of the programs' logs, shown with what was not expected. */
  lines: readonly string[];
  /** What everybody has seen so far: what anybody reads next shows at least that. */
  seen: { position: bigint };
}>;

/**
 * Somebody at the api. A change that is cut off or meets a program that is not there is asked again
 * under the same Idempotency-Key, as api.md tells its clients to; a question waits for the views.
 */
export class Caller {
  constructor(private readonly options: CallerOptions) {}

  /** The body of a success. Throws `Unexpected` for anything else. */
  async post<Body>(path: string, body: object = {}, key?: string): Promise<Body> {
    const answer = await this.ask('POST', path, { body, ...(key !== undefined && { key }) });
    if (answer.status < 300) return answer.body as Body;
    throw new Unexpected(`POST ${path}`, answer, this.options.lines);
  }

  /** The code of a refusal, and its status: `409 voucher_used`. Throws for a success. */
  async refused(path: string, body: object = {}): Promise<string> {
    const answer = await this.ask('POST', path, { body });
    if (answer.status < 300) throw new Unexpected(`POST ${path}`, answer, this.options.lines);
    return `${answer.status} ${(answer.body as { code: string }).code}`;
  }

  async get<Body>(path: string): Promise<Body> {
    const answer = await this.ask('GET', path);
    if (answer.status === 200) return answer.body as Body;
    throw new Unexpected(`GET ${path}`, answer, this.options.lines);
  }

  /** Sends a file; the body of a success. */
  async upload<Body>(path: string, bytes: Buffer, type = 'application/xml'): Promise<Body> {
    const { url, token, seen } = this.options;
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...{ 'content-type': type, 'idempotency-key': randomUUID() },
      },
      body: new Uint8Array(bytes),
    });
    const { status } = response;
    const position = BigInt(response.headers.get('event-position') ?? 0);
    if (position > seen.position) seen.position = position;
    const answer = { status, body: await response.json(), position };
    if (status < 300) return answer.body as Body;
    throw new Unexpected(`POST ${path}`, answer, this.options.lines);
  }

  /** The bytes of a success, with what was said about them. */
  async fetchFile(path: string): Promise<{ headers: Headers; bytes: Buffer }> {
    const response = await this.#fetch('GET', path, {});
    const { status, headers } = response;
    const bytes = Buffer.from(await response.arrayBuffer());
    if (status === 200) return { headers, bytes };
    const answer = { status, body: bytes.toString(), position: undefined };
    throw new Unexpected(`GET ${path}`, answer, this.options.lines);
  }

  /** What server-sent events told, once the server has ended them. */
  async listen<Body>(path: string): Promise<readonly Body[]> {
    const { bytes } = await this.fetchFile(path);
    const lines = bytes.toString().split('\n');
    return lines.flatMap((line) =>
      line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Body] : [],
    );
  }

  /** Whatever the answer is, once there is one. */
  async ask(
    method: 'GET' | 'POST',
    path: string,
    { body, key = randomUUID() }: { body?: object; key?: string } = {},
  ): Promise<Answer> {
    const give = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const answer = await this.#try(method, path, { body, key }).catch((error: unknown) => {
        // What fetch throws, of a realm that is not the test's: refused, reset or cut off. Nobody knows
        // yet what became of it.
        if ((error as Error).name === 'TypeError' && !give.aborted) return undefined;
        throw error;
      });
      if (answer && (answer.status !== 503 || give.aborted)) return answer;
      await sleep(25);
    }
  }

  async #try(
    method: string,
    path: string,
    asked: { body: object | undefined; key: string },
  ): Promise<Answer> {
    const response = await this.#fetch(method, path, asked);
    const position = response.headers.get('event-position');
    const answered = position === null ? undefined : BigInt(position);
    return { status: response.status, body: await response.json(), position: answered };
  }

  async #fetch(
    method: string,
    path: string,
    { body, key = '' }: { body?: object | undefined; key?: string },
  ): Promise<Response> {
    const { url, token, seen } = this.options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json', 'idempotency-key': key }),
        ...(!body && { 'at-least': String(seen.position) }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answered = BigInt(response.headers.get('event-position') ?? 0);
    if (answered > seen.position) seen.position = answered;
    return response;
  }
}

/** An answer that the story has no place for, with what the programs said. */
export class Unexpected extends Error {
  constructor(asked: string, { status, body }: Answer, lines: readonly string[]) {
    super([`${asked}: ${status} ${JSON.stringify(body)}`, ...lines].join('\n'));
    this.name = 'Unexpected';
  }
}

/**
 * Asks until the condition holds: for what follows from a change in
 * another program. `undefined` and `false` mean not yet.
 */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
): Promise<T> {
  const give = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (give.aborted) throw new Error(`it never came to be: ${what}`);
    await sleep(25);
  }
}

/** Works through the items, this many at once, and answers in their order. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
  return results;
}
