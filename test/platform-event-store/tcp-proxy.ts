import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy that fails on command, in front of a server on loopback or on a Unix socket. */
export class TcpProxy {
  /** Bytes of the server's answers are swallowed while the connection stays up. */
  dropsAnswers = false;
  /** Bytes of requests are swallowed, as by a peer that is frozen. */
  dropsRequests = false;
  /** How often somebody connected. */
  connections = 0;
  /** Bytes of requests that arrived while answers were dropped: the fault really hit something. */
  unansweredBytes = 0;
  readonly #server: Server;
  #port = 0;
  #isFrozen = false;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(target: () => number | string) {
    this.#server = createServer((client) => this.#join(client, target()));
  }

  /** `target` gives a port of loopback, or the path of a socket. */
  static async start(target: () => number | string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection as a reset does. */
  cut(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Every byte waits, both ways, as in a network that is away for a while: none is lost. */
  freeze(): void {
    this.#isFrozen = true;
    for (const socket of [...this.#pairs].flat()) socket.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of [...this.#pairs].flat()) socket.resume();
  }

  /** Nobody listens any more: connecting is refused. */
  async pause(): Promise<void> {
    this.#port = this.port;
    await this.stop();
  }

  async resume(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #join(client: Socket, target: number | string): void {
    this.connections += 1;
    const server =
      typeof target === 'string'
        ? connect({ path: target })
        : connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    client.setNoDelay(true);
    client.on('data', (bytes: Buffer) => {
      if (this.dropsAnswers) this.unansweredBytes += bytes.length;
      if (!this.dropsRequests) server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      if (!this.dropsAnswers) client.write(bytes);
    });
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
      if (this.#isFrozen) socket.pause();
    }
  }
}
