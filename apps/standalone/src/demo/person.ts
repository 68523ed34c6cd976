import { randomUUID } from 'node:crypto';
import type { DemoIssuer, DemoPerson } from '../demo-issuer';

type Body = Readonly<Record<string, unknown>>;

/** The last position the demo has written: what is read afterwards knows of it. */
export type Written = { position: string | undefined };

/** Far enough for every clock of the demo. */
const END_OF_TIME = new Date('2100-01-01T00:00:00.000Z');

/** Somebody at the api, over HTTP as any program would be. */
export class Person {
  #token: Promise<string> | undefined;

  constructor(
    private readonly api: Readonly<{ url: string; issuer: DemoIssuer; written: Written }>,
    readonly who: DemoPerson,
  ) {}

  async post<Answer = Body>(path: string, body: object = {}): Promise<Answer> {
    const answer = await this.#ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    });
    return (await answer.json()) as Answer;
  }

  /** A file as the body. */
  async send<Answer = Body>(path: string, bytes: Uint8Array, type: string): Promise<Answer> {
    const headers = { 'content-type': type, 'idempotency-key': randomUUID() };
    const answer = await this.#ask(path, { method: 'POST', body: new Blob([bytes]), headers });
    return (await answer.json()) as Answer;
  }

  async get<Answer = Body>(path: string): Promise<Answer> {
    return (await (await this.#ask(path, {})).json()) as Answer;
  }

  /** All items of a list, page by page. */
  async list<Item = Body>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor = '';
    do {
      const separator = path.includes('?') ? '&' : '?';
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ items: Item[]; nextCursor?: string | null }>(
        `${path}${separator}limit=500${more}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    return items;
  }

  async download(path: string, accept = '*/*'): Promise<Buffer> {
    const answer = await this.#ask(path, { headers: { accept } });
    return Buffer.from(await answer.arrayBuffer());
  }

  /** With the name it is sent under. */
  async file(path: string): Promise<Readonly<{ name: string; bytes: Buffer }>> {
    const answer = await this.#ask(path, {});
    const [, name = 'file'] =
      /filename="([\w.-]+)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
    return { name, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    const { url, written } = this.api;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await this.#bearer()}`);
    const isRead = init.method === undefined;
    if (isRead && written.position !== undefined) headers.set('at-least', written.position);
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    if (!answer.ok) {
      const problem = (await answer.text()).slice(0, 500);
      throw new Error(`${init.method ?? 'GET'} ${path}: ${answer.status} ${problem}`);
    }
    const position = answer.headers.get('event-position');
    if (position !== null && BigInt(position) > BigInt(written.position ?? '0')) {
      written.position = position;
    }
    return answer;
  }

  #bearer(): Promise<string> {
    return (this.#token ??= this.api.issuer.sign(this.who, END_OF_TIME));
  }
}
