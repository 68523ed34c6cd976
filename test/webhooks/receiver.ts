import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = Readonly<{
  id: string;
  timestamp: string;
  signature: string;
  contentType: string;
  body: string;
  path: string;
}>;

/** What a receiver does with one request. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export const answers =
  (statusCode: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(statusCode, headers).end('ok');

/** A receiver on this machine, as somebody outside would write one from the page of receivers. */
export class Receiver {
  readonly received: Received[] = [];
  behaves: Behaviour = answers(204);
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Forgets them. */
  take(): readonly Received[] {
    return this.received.splice(0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { headers, url = '' } = request;
    this.received.push({
      id: String(headers['webhook-id']),
      timestamp: String(headers['webhook-timestamp']),
      signature: String(headers['webhook-signature']),
      contentType: String(headers['content-type']),
      body: Buffer.concat(chunks).toString(),
      path: url,
    });
    this.behaves(response, request);
  }
}

/** As Standard Webhooks tells receivers to verify: any of the signatures will do. */
export function isSigned({ id, timestamp, signature, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signature.split(' ').some((each) => {
    const [version, text = ''] = each.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
