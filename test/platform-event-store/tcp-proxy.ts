import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy that fails on command, in front of a server on loopback. */
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
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(targetPort: () => number) {
    this.#server = createServer((client) => this.#join(client, targetPort()));
  }

  static async start(targetPort: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
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

  #join(client: Socket, port: number): void {
    this.connections += 1;
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
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
    }
  }
}
