import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../metrics/metrics';
import type { Readiness } from './readiness';

export type OperationsServer = Readonly<{ url: string; close: () => Promise<void> }>;

/**
 * Health and metrics of a program that has no other way in, on this machine only: `/health/live`,
 * `/health/ready`, `/metrics`. A busy port throws EADDRINUSE.
 */
export async function serveOperations(options: {
  port: number;
  readiness: Readiness;
  metrics: Metrics;
}): Promise<OperationsServer> {
  const { port, readiness, metrics } = options;
  const answer = async (url: string | undefined, response: ServerResponse): Promise<void> => {
    if (url === '/health/live') return send(response, 200, JSON.stringify({ status: 'ok' }));
    if (url === '/metrics') return send(response, 200, await metrics.registry.metrics(), TEXT);
    if (url !== '/health/ready') return send(response, 404, '{}');
    const { ready, checks } = await readiness.run();
    const status = ready ? 'ok' : 'not_ready';
    send(response, ready ? 200 : 503, JSON.stringify({ status, checks }));
  };
  const server = createServer((request, response) => {
    answer(request.url, response).catch(() => send(response, 500, '{}'));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { address, port: bound } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${address}:${bound}`, close };
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'application/json',
): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': type }).end(body);
}
