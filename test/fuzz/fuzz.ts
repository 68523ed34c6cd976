import { randomUUID } from 'node:crypto';
import { Agent, request, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROLES } from '@app/platform';
import fc from 'fast-check';
import { SchemeApp } from '../support/scheme-app';
import { SeenValues, type Asked } from './asked';
import { fuzzedScheme } from './fuzzed-scheme';
import { mutated } from './mutations';
import { validRequests } from './requests';

export type FuzzResult = Readonly<{
  requests: number;
  '5xx': number;
  eventsFromRefused: number;
}>;

export type FuzzReport = FuzzResult &
  Readonly<{
    seed: number;
    accepted: number;
    /** Connections that ended without an answer. */
    unanswered: number;
    /** Routes that answered with a success at least once. */
    routesAccepted: number;
    routes: number;
    events: number;
    /** Of the heap after it was swept, since a tenth of the requests; what the log itself holds is apart. */
    heapGrowthBytes: number;
    logBytes: number;
    /** The first few requests that did what none may. */
    findings: readonly string[];
  }>;

type Options = Readonly<{
  requests: number;
  seed: number;
  onProgress?: (line: object) => void;
}>;

const CHUNK = 250;
const AT_ONCE = 4;
const FINDINGS_MAX = 20;
/** A server that takes longer stands still. */
const PATIENCE_MS = 60_000;

/**
 * Sends requests made from /openapi.json to every route in every role: half are right but odd, half have
 * one mistake. Whatever they are, none may be answered with 5xx, and no event may come from a refused one.
 */
export async function fuzz({ requests, seed, onProgress = () => undefined }: Options) {
  const app = await SchemeApp.start();
  const fuzzer = new Fuzzer(app, seed);
  await fuzzedScheme(app, fuzzer.seen);
  try {
    await fuzzer.begin();
    for (let done = 0; done < requests; done += CHUNK) {
      await fuzzer.send(Math.min(CHUNK, requests - done));
      const tenth = Math.floor((done * 10) / requests);
      if (tenth !== Math.floor(((done + CHUNK) * 10) / requests)) onProgress(fuzzer.report());
      if (tenth === 0) fuzzer.markMemory();
    }
    return fuzzer.report();
  } finally {
    // Holds the log to every invariant too.
    await app.stop();
    fuzzer.close();
  }
}

class Fuzzer {
  readonly seen = new SeenValues();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  readonly #tokens = new Map<string, string>();
  /** Ids of this chunk's refused requests. */
  readonly #refused = new Set<string>();
  readonly #routesAccepted = new Set<string>();
  readonly #findings: string[] = [];
  #head = -1n;
  #chunk = 0;
  #heap = 0;
  #logBytes = 0;
  #logBytesAtMark = 0;
  readonly #count = { sent: 0, accepted: 0, failed: 0, unanswered: 0, events: 0, strays: 0 };

  constructor(
    private readonly app: SchemeApp,
    private readonly seed: number,
  ) {}

  async begin(): Promise<void> {
    await this.app.settle();
    this.#head = (await this.app.store.fetchHead()) ?? -1n;
  }

  async send(count: number): Promise<void> {
    const valid = validRequests(this.app.contract.document);
    const either = fc.oneof(valid, mutated(valid));
    this.#chunk += 1;
    const asked = fc.sample(either, { numRuns: count, seed: this.seed + this.#chunk });
    const queue = asked.values();
    const take = async (): Promise<void> => {
      for (const each of queue) await this.#ask(each);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    await this.#work();
    await this.#readLog();
    // The guessers among them are let in again.
    this.app.clock.advanceBy({ hours: 1 });
    (this.app.http.log as string[]).length = 0;
  }

  markMemory(): void {
    this.#heap = heapBytes();
    this.#logBytesAtMark = this.#logBytes;
  }

  report(): FuzzReport {
    const { sent, accepted, failed, unanswered, events, strays } = this.#count;
    return {
      ...{ requests: sent, '5xx': failed, eventsFromRefused: strays, seed: this.seed },
      ...{ accepted, unanswered, events },
      routesAccepted: this.#routesAccepted.size,
      routes: this.app.contract.operations.length,
      heapGrowthBytes: heapBytes() - this.#heap,
      logBytes: this.#logBytes - this.#logBytesAtMark,
      findings: this.#findings,
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(asked: Asked): Promise<void> {
    const got = await this.#exchange(asked);
    this.#count.sent += 1;
    if (got === undefined) {
      this.#count.unanswered += 1;
      return;
    }
    const { status, text, requestId } = got;
    if (status >= 500) {
      this.#count.failed += 1;
      // The log says of a 500 what the answer does not.
      const line = this.app.http.log.find((each) => each.includes(requestId)) ?? text;
      this.#find(`${status} ${line.slice(0, 1_500)}`, asked);
    }
    if (status >= 400) {
      this.#refused.add(requestId);
      return;
    }
    this.#count.accepted += 1;
    this.#routesAccepted.add(asked.route);
    if (text.startsWith('{')) this.seen.keepAll(JSON.parse(text));
  }

  /** What follows from the requests in the background must stand them too. */
  async #work(): Promise<void> {
    try {
      await withinPatience(this.app.sweep());
    } catch (error) {
      this.#count.failed += 1;
      this.#find(`work in the background: ${String(error)}`);
      await withinPatience(this.app.settle());
    }
  }

  /** Every event says which request it, or what it follows from, comes of. */
  async #readLog(): Promise<void> {
    const after = this.#head;
    for await (const event of this.app.store.readAll({ after })) {
      this.#head = event.position;
      this.#count.events += 1;
      this.#logBytes += JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
      if (!this.#refused.has(event.metadata.correlationId)) continue;
      this.#count.strays += 1;
      this.#find(`${event.type} of a request that was refused`);
    }
    this.#refused.clear();
  }

  #find(what: string, asked?: Asked): void {
    if (this.#findings.length >= FINDINGS_MAX) return;
    this.#findings.push(`${what} ${JSON.stringify(asked ?? {}).slice(0, 1_000)}`);
  }

  async #exchange(asked: Asked): Promise<Exchange | undefined> {
    const body = this.#bodyOf(asked);
    const headers: OutgoingHttpHeaders = {
      ...(await this.#bearer(asked)),
      ...(body && asked.type !== undefined && { 'content-type': asked.type }),
      ...(body && { 'content-length': body.length }),
      ...(asked.headers as OutgoingHttpHeaders),
    };
    const { port } = this.app.http;
    const { method } = asked;
    const options = { host: '127.0.0.1', port, agent: this.#agent, method, headers };
    return await exchange({ ...options, path: this.#pathOf(asked) }, body);
  }

  #pathOf({ path, query }: Asked): string {
    const parts = path.map((part) => textOf(this.seen.fill(part)));
    const pairs = query.map(([name, value]) => {
      const filled = this.seen.fill(value);
      const text = typeof filled === 'string' ? filled : JSON.stringify(filled);
      return `${encodeURIComponent(name)}=${encodeURIComponent(text.toWellFormed())}`;
    });
    return pairs.length === 0 ? parts.join('') : `${parts.join('')}?${pairs.join('&')}`;
  }

  #bodyOf({ body }: Asked): Buffer | undefined {
    if (body === undefined) return undefined;
    if ('hex' in body) return Buffer.from(body.hex, 'hex');
    return Buffer.from('text' in body ? body.text : JSON.stringify(this.seen.fill(body.json)));
  }

  async #bearer({ role, isOfParty }: Asked): Promise<{ authorization?: string }> {
    if (role === undefined) return {};
    const partyId = isOfParty ? this.#partyOf(role) : STRANGER;
    const name = `${role} ${partyId}`;
    const known = this.#tokens.get(name);
    if (known !== undefined) return { authorization: known };
    const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
    const roles = ROLES.filter((each) => each === role);
    const { authorization } = await this.app.http.issuer.bearer({ partyId, roles, ...lasting });
    if (this.#tokens.size < 1_000) this.#tokens.set(name, authorization);
    return { authorization };
  }

  #partyOf(role: string): string {
    const kind = PARTIES[role];
    const found = kind === undefined ? undefined : this.seen.find(kind, (this.#count.sent % 7) / 7);
    return found === undefined ? STRANGER : String(found);
  }
}

const STRANGER = randomUUID();

const PARTIES: Readonly<Record<string, string>> = {
  funder: 'funderId',
  prescriber: 'prescriberId',
  'place-manager': 'organisationId',
  'place-cashier': 'organisationId',
};

/** Part of an address: as it is where it stands for itself, else as one value. */
function textOf(part: unknown): string {
  if (typeof part === 'object' && part !== null && 'raw' in part) return String(part.raw);
  const text = typeof part === 'string' ? part : JSON.stringify(part);
  return text.startsWith('/') ? text : encodeURIComponent(text.toWellFormed());
}

type Exchange = Readonly<{ status: number; text: string; requestId: string }>;

function exchange(
  options: RequestOptions,
  body: Buffer | undefined,
): Promise<Exchange | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      const requestId = String(headers['x-request-id']);
      const chunks: Buffer[] = [];
      const end = () => resolve({ status, requestId, text: Buffer.concat(chunks).toString() });
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        // A stream of events goes on: its first is enough.
        if (headers['content-type']?.startsWith('text/event-stream')) answer.destroy();
      });
      answer.on('close', end);
      answer.on('error', end);
    });
    asked.setTimeout(PATIENCE_MS, () => reject(new Error(`no answer: ${JSON.stringify(options)}`)));
    asked.on('error', () => resolve(undefined));
    asked.end(body);
  });
}

/** An event that stops a view or a process lets nothing ever become quiet again. */
async function withinPatience<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error('a view or a process stands still: it cannot take what a request was let do');
  });
  late.catch(() => undefined);
  return await Promise.race([work, late]).finally(() => over.abort());
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
