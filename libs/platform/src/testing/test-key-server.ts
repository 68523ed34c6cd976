import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONWebKeySet } from 'jose';

/** An issuer's address on loopback: it publishes these keys, or answers as it is told. */
export class TestKeyServer {
  /** What was asked, in order. */
  readonly asked: string[] = [];
  keys: JSONWebKeySet = { keys: [] };
  /** Instead of the keys. */
  answer: RequestListener | undefined;
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<TestKeyServer> {
    const server = new TestKeyServer();
    await server.open();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get keysUrl(): string {
    return `${this.url}/keys`;
  }

  /** Again where it was. */
  async open(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: this.url, jwks_uri: this.keysUrl }));
      } else if (this.answer) {
        this.answer(request, response);
      } else {
        response.end(JSON.stringify(this.keys));
      }
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nothing listens there any more. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
