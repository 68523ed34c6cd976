import { randomUUID } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;

export type Outcomes = {
  answered: number;
  /** 503, which said when to come again. */
  sentAway: number;
  /** Nobody listened at that address. */
  refused: number;
  /** All else: each of these is a request that a deployment dropped. */
  failures: string[];
};

/**
 * Clients that never rest, on connections they keep: each makes funders, one after the other, and
 * asks again under the same Idempotency-Key only after a 503 or a refused connection, at the next of
 * the addresses. Anything else that is no success is a failure.
 */
export class Load {
  readonly outcomes: Outcomes = { answered: 0, sentAway: 0, refused: 0, failures: [] };
  readonly #agent = new Agent({ keepAlive: true });
  readonly #clients: readonly Promise<void>[];
  /** As `Retry-After` said. */
  readonly #notBefore = new Map<string, number>();
  #isOver = false;

  constructor(
    /** Those that serve now; whoever starts or stops one changes the list. */
    private readonly urls: string[],
    private readonly options: Readonly<{ clients: number; authorization: string }>,
  ) {
    this.#clients = Array.from({ length: options.clients }, (_, at) => this.#run(at));
  }

  async end(): Promise<Outcomes> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
    return this.outcomes;
  }

  async #run(client: number): Promise<void> {
    for (let turn = client; !this.#isOver; turn += 1) {
      const body = JSON.stringify({ name: `Ville ${turn}`, siret: SIRET, kind: 'municipality' });
      await this.#until201(body, turn);
    }
  }

  async #until201(body: string, turn: number): Promise<void> {
    const key = randomUUID();
    for (let attempt = 0; ; attempt += 1) {
      const url = await this.#choose(turn + attempt);
      try {
        const { status, headers } = await this.#post(`${url}/v1/funders`, { body, key });
        if (status === 201) return void (this.outcomes.answered += 1);
        if (status !== 503) return void this.outcomes.failures.push(`${status}`);
        this.outcomes.sentAway += 1;
        const pauseMs = Number(headers['retry-after'] ?? 0) * 1_000;
        this.#notBefore.set(url, performance.now() + pauseMs);
      } catch (error) {
        const { code = String(error) } = error as { code?: string };
        if (code !== 'ECONNREFUSED') return void this.outcomes.failures.push(code);
        this.outcomes.refused += 1;
      }
      await sleep(PAUSE_MS);
    }
  }

  /** The next address that did not ask to be left alone for now; with none, it waits. */
  async #choose(turn: number): Promise<string> {
    for (;;) {
      const free = this.urls.filter((url) => (this.#notBefore.get(url) ?? 0) <= performance.now());
      const url = free[turn % free.length];
      if (url !== undefined) return url;
      await sleep(PAUSE_MS);
    }
  }

  #post(
    url: string,
    { body, key }: { body: string; key: string },
  ): Promise<{ status: number; headers: IncomingHttpHeaders }> {
    const headers = {
      authorization: this.options.authorization,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': key,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        answer.once('error', reject).once('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
        });
        answer.resume();
      });
      sent.once('error', reject).end(body);
    });
  }
}

/** INSEE's own example of a number with its check. */
const SIRET = '73282932000074';
