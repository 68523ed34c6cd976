import { Resolver } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { DeliveryFailure } from '../contract';
import type { AttemptResult } from '../domain/delivery';
import { isLoopbackAddress, isPublicAddress } from './public-addresses';

export type Outgoing = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** All addresses of a name, in text; throws where it has none. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export type WebhookSenderOptions = Readonly<{
  /** Of the whole attempt: name, connection, answer. Default 10 s. */
  deadlineMs?: number;
  /** Of the answer's body: more is not read. Default 64 KiB. */
  answerBytesMax?: number;
  /** Lets messages go over HTTP to this machine. Only a test may say so: no variable does. */
  loopback?: boolean;
  resolve?: ResolveName;
}>;

/**
 * Sends one message to one endpoint and tells what came of it; never throws. A name is resolved once,
 * every address it has must be of the public internet, the connection goes to one of these very
 * addresses, and its other end is looked at again before a byte is sent: a name that changes between
 * two questions leads nowhere. No redirect is followed, no connection is kept, nothing of the answer
 * is but its status and how long it asks to be left alone.
 */
export class WebhookSender {
  readonly #deadlineMs: number;
  readonly #answerBytesMax: number;
  readonly #resolve: ResolveName;
  readonly #isAllowed: (address: string) => boolean;

  constructor(options: WebhookSenderOptions = {}) {
    this.#deadlineMs = options.deadlineMs ?? 10_000;
    this.#answerBytesMax = options.answerBytesMax ?? 65_536;
    this.#resolve = options.resolve ?? resolveName;
    const loopback = options.loopback === true;
    this.#isAllowed = (address) =>
      isPublicAddress(address) || (loopback && isLoopbackAddress(address));
  }

  async send(outgoing: Outgoing): Promise<AttemptResult> {
    const signal = AbortSignal.timeout(this.#deadlineMs);
    try {
      const { statusCode, retryAfter } = await this.#post(outgoing, signal);
      if (statusCode >= 200 && statusCode < 300) return { statusCode };
      const isRedirect = statusCode >= 300 && statusCode < 400;
      if (isRedirect) return { statusCode, reason: 'redirect' };
      return { statusCode, reason: 'status', ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      return { reason: signal.aborted ? 'timeout' : failureOf(error) };
    }
  }

  /** What of an answer counts that was read to its end, or to the last byte we read. */
  #post({ url, headers, body }: Outgoing, signal: AbortSignal): Promise<Answered> {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const isSecure = protocol === 'https:';
    const answered = Promise.withResolvers<Answered>();
    if (isIP(host) !== 0 && !this.#isAllowed(host)) throw new NotSent('address_refused');
    const sent: ClientRequest = (isSecure ? requestHttps : requestHttp)(url, {
      ...{ method: 'POST', agent: false, signal, lookup: this.#lookup },
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    sent.on('error', answered.reject);
    sent.on('response', (answer) => void this.#read(answer).then(...settling(answered)));
    sent.on('socket', (socket: Socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        if (this.#isAllowed(socket.remoteAddress ?? '')) sent.end(body);
        else sent.destroy(new NotSent('address_refused'));
      });
    });
    return answered.promise;
  }

  async #read(answer: IncomingMessage): Promise<Answered> {
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop ends the connection.
      if (bytes >= this.#answerBytesMax) break;
    }
    const { statusCode = 0, headers } = answer;
    const retryAfter = headers['retry-after']?.slice(0, RETRY_AFTER_MAX);
    return { statusCode, ...(retryAfter !== undefined && { retryAfter }) };
  }

  readonly #lookup: LookupFunction = (name, options, callback) => {
    this.#resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        // One address that is not public is a name that somebody plays with.
        if (first === undefined) callback(new NotSent('name_unresolved'), '');
        else if (!addresses.every(this.#isAllowed)) callback(new NotSent('address_refused'), '');
        else if (options.all === true) {
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        } else callback(null, first, isIP(first));
      },
      () => callback(new NotSent('name_unresolved'), ''),
    );
  };
}

type Answered = Readonly<{ statusCode: number; retryAfter?: string }>;

/** The longest that means anything is a date, of 29 characters. */
const RETRY_AFTER_MAX = 40;

class NotSent extends Error {
  constructor(readonly reason: DeliveryFailure) {
    super(reason);
    this.name = 'NotSent';
  }
}

const settling = ({ resolve, reject }: PromiseWithResolvers<Answered>) =>
  [resolve, reject] as const;

/** Asked over the network and not through the system, whose few threads a slow name would hold. */
async function resolveName(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const asked = [resolver.resolve4(name), resolver.resolve6(name)];
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

/** OpenSSL's words for a chain nobody trusts, and Node's for a name that is not on the certificate. */
const CERTIFICATE = /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof NotSent) return error.reason;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && CERTIFICATE.test(code)
    ? 'certificate_invalid'
    : 'connection_failed';
}
