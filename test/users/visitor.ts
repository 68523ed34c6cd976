import { randomUUID } from 'node:crypto';
import type { SchemeApp } from '../support/scheme-app';

export type Told = Readonly<{ status: number; code: unknown; body: Record<string, unknown> }>;

const LASTING = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };

/** Somebody with a bearer of their own: a person by what a token says, or a machine by its key. */
export class Visitor {
  private constructor(
    private readonly app: SchemeApp,
    private readonly authorization: string,
  ) {}

  /** A token that says who it is of and, where `claims` do not, neither party nor roles. */
  static async of(app: SchemeApp, id: string, claims: object = {}): Promise<Visitor> {
    const none = { party: undefined, roles: undefined };
    const input = { id, ...LASTING, claims: { ...none, ...claims } };
    return new Visitor(app, (await app.http.issuer.bearer(input)).authorization);
  }

  static machine(app: SchemeApp, key: string): Visitor {
    return new Visitor(app, `Bearer ${key}`);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Told> {
    return this.#told('get', path, await this.#asked('get', path, headers));
  }

  /** What follows from it has happened when it is answered. */
  async post(path: string, body: object = {}, key: string = randomUUID()): Promise<Told> {
    const asked = this.#asked('post', path, { 'Idempotency-Key': key }).send(body);
    const told = this.#told('post', path, await asked);
    await this.app.settle();
    return told;
  }

  #asked(method: 'get' | 'post', path: string, headers: Record<string, string>) {
    const { authorization } = this;
    return this.app.http.request[method](path).set({ authorization, ...headers });
  }

  #told(method: string, path: string, answer: Answered): Told {
    const { status, type: mediaType, body } = answer;
    this.app.contract.check({ method, path, status, mediaType, body });
    const shown = body as Record<string, unknown>;
    return { status, code: shown['code'], body: shown };
  }
}

type Answered = Readonly<{ status: number; type: string; body: unknown }>;
