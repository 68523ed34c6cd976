import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { RefusedStart } from './refused-start';

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 on): a port found
 * free there is not taken by chance before its program listens.
 */
const RANGE = { first: 20_000, last: 32_000 } as const;
const ATTEMPTS_MAX = 100;

/** Answers a port of 127.0.0.1 on which nothing listens. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(RANGE.first, RANGE.last + 1);
    if ((await whyNotListen('127.0.0.1', port)) === undefined) return port;
  }
  throw new RefusedStart(`no free port found between ${RANGE.first} and ${RANGE.last}`);
}

/** Throws `RefusedStart` naming the port when a program could not listen on it. */
export async function refuseBusyPort(host: string, port: number, name: string): Promise<void> {
  const code = await whyNotListen(host, port);
  if (code === undefined) return;
  const why = code === 'EADDRINUSE' ? 'is used by another program' : `cannot be used (${code})`;
  throw new RefusedStart(`port ${port} of ${host}, wanted by the ${name}, ${why}`);
}

function whyNotListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
