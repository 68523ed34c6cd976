import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookSender, type WebhookSenderOptions } from './webhook-sender';

const servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** How a receiver on this machine is told, and what came of it. */
async function sendTo(listener: RequestListener, options: WebhookSenderOptions = {}) {
  const port = await listening(createServer(listener));
  return send(`http://127.0.0.1:${port}/`, { loopback: true, ...options });
}

const send = (url: string, options: WebhookSenderOptions = {}) =>
  new WebhookSender(options).send({ url, headers: { 'content-type': 'text/plain' }, body: 'hi' });

describe('what a receiver answers', () => {
  it.each([
    [200, { statusCode: 200 }],
    [204, { statusCode: 204 }],
    [299, { statusCode: 299 }],
    [300, { statusCode: 300, reason: 'redirect' }],
    [308, { statusCode: 308, reason: 'redirect' }],
    [400, { statusCode: 400, reason: 'status' }],
    [503, { statusCode: 503, reason: 'status' }],
  ])('is told: %i', async (statusCode, result) => {
    expect(await sendTo((_, response) => void response.writeHead(statusCode).end())).toEqual(
      result,
    );
  });

  it('is told with the time that it asks for, of what fails alone', async () => {
    const answers = (statusCode: number): RequestListener => {
      return (_, response) => void response.writeHead(statusCode, { 'retry-after': '120' }).end();
    };
    const held = { reason: 'status', retryAfter: '120' };
    expect(await sendTo(answers(429))).toEqual({ statusCode: 429, ...held });
    expect(await sendTo(answers(503))).toEqual({ statusCode: 503, ...held });
    expect(await sendTo(answers(200))).toEqual({ statusCode: 200 });
    expect(await sendTo(answers(302))).toEqual({ statusCode: 302, reason: 'redirect' });
    const long: RequestListener = (_, response) => {
      response.writeHead(503, { 'retry-after': '1'.repeat(5_000) }).end();
    };
    const { retryAfter } = (await sendTo(long)) as { retryAfter?: string };
    expect(retryAfter).toHaveLength(40);
  });

  it('is not waited for when it comes after fifteen seconds: ten are what it has', async () => {
    const beganMs = performance.now();
    const late: RequestListener = (_, response) => {
      const timer = setTimeout(() => response.end(), 15_000);
      response.on('close', () => clearTimeout(timer));
    };
    expect(await sendTo(late)).toEqual({ reason: 'timeout' });
    expect(performance.now() - beganMs).toBeGreaterThan(9_900);
  });

  it('is asked by POST, with all bytes', async () => {
    const asked: unknown[] = [];
    await sendTo((request, response) => {
      const { method, headers } = request;
      request.on('data', (chunk: Buffer) => asked.push([method, chunk.toString()]));
      asked.push([headers['content-length'], headers['content-type'], headers.connection]);
      response.end();
    });
    expect(asked).toEqual([
      ['2', 'text/plain', 'close'],
      ['POST', 'hi'],
    ]);
  });

  it('is read to 64 KiB and not further', async () => {
    let written = 0;
    const result = await sendTo((_, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (written < 50_000_000 && !response.destroyed) {
          written += 16_384;
          if (!response.write(Buffer.alloc(16_384))) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    expect(result).toEqual({ statusCode: 200 });
    // What fits into the buffers of the connection, and not all of it.
    expect(written).toBeLessThan(20_000_000);
  });

  it('is a failure where it is not complete', async () => {
    const broken = { reason: 'connection_failed' };
    expect(await sendTo((_, response) => void response.destroy())).toEqual(broken);
    const half: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    };
    expect(await sendTo(half)).toEqual(broken);
  });

  it('is not waited for longer than the deadline, wherever it stays', async () => {
    const deadlineMs = 200;
    const timeout = { reason: 'timeout' };
    expect(await sendTo(() => undefined, { deadlineMs })).toEqual(timeout);
    const drips: RequestListener = (_, response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(dripping));
    };
    expect(await sendTo(drips, { deadlineMs })).toEqual(timeout);
    const silent = createTcpServer((socket) => void socket.on('error', () => undefined).resume());
    const port = await listening(silent);
    expect(await send(`https://127.0.0.1:${port}/`, { loopback: true, deadlineMs })).toEqual(
      timeout,
    );
    const slowName = () => new Promise<never>(() => undefined);
    expect(await send('https://slow.example/', { resolve: slowName, deadlineMs })).toEqual(timeout);
  });

  it('is a failure where nobody listens', async () => {
    const port = await listening(createTcpServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await send(`http://127.0.0.1:${port}/`, { loopback: true })).toEqual({
      reason: 'connection_failed',
    });
  });

  it('is not listened to under a certificate that nobody trusts', async () => {
    const heard: string[] = [];
    const server = createSecureServer(selfSigned(), (_, response) => {
      heard.push('asked');
      response.end();
    });
    const port = await listening(server);
    expect(await send(`https://127.0.0.1:${port}/`, { loopback: true })).toEqual({
      reason: 'certificate_invalid',
    });
    expect(heard).toEqual([]);
  });
});

function selfSigned(): Readonly<{ key: Buffer; cert: Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-certificate-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('where nothing is sent', () => {
  let asked: string[];
  let port: number;
  beforeEach(async () => {
    asked = [];
    port = await listening(
      createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end();
      }),
    );
  });
  afterEach(() => expect(asked).toEqual([]));

  const refused = { reason: 'address_refused' };

  it('is this machine and every other network of one’s own', async () => {
    for (const host of ['127.0.0.1', '[::1]', '10.0.0.1', '169.254.169.254', '[fd00::1]']) {
      expect([host, await send(`http://${host}:${port}/`)]).toEqual([host, refused]);
      expect([host, await send(`https://${host}:${port}/`)]).toEqual([host, refused]);
    }
    // The same address, in clothes that the parser of addresses takes off.
    for (const host of ['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]']) {
      expect([host, await send(`http://${host}:${port}/`)]).toEqual([host, refused]);
    }
  });

  it('is a name that leads there, in whole or in part', async () => {
    for (const addresses of [['127.0.0.1'], ['10.0.0.7'], ['93.184.216.34', '127.0.0.1']]) {
      const resolve = () => Promise.resolve(addresses);
      expect(await send(`http://rebound.example:${port}/`, { resolve })).toEqual(refused);
    }
  });

  it('is a name that leads nowhere', async () => {
    const nowhere = { reason: 'name_unresolved' };
    const url = `http://nobody.example:${port}/`;
    expect(await send(url, { resolve: () => Promise.resolve([]) })).toEqual(nowhere);
    const away = () => Promise.reject(new Error('no server'));
    expect(await send(url, { resolve: away })).toEqual(nowhere);
  });
});

it('asks for a name once, and connects to what it was answered', async () => {
  const heard: string[] = [];
  const port = await listening(
    createServer((request, response) => {
      heard.push(String(request.headers.host));
      response.end();
    }),
  );
  // The second answer would be another: nobody asks for it.
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const names: string[] = [];
  const resolve = (name: string) => {
    names.push(name);
    return Promise.resolve(answers.shift() ?? []);
  };
  const result = await send(`http://rebinding.example:${port}/`, { loopback: true, resolve });
  expect(result).toEqual({ statusCode: 200 });
  expect(names).toEqual(['rebinding.example']);
  expect(heard).toEqual([`rebinding.example:${port}`]);
});
