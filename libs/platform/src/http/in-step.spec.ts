import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AdapterInStep } from './in-step';

describe('requests that come in one turn', () => {
  it('are begun once all are read, and answered once all are handled', async () => {
    const happened: string[] = [];
    const adapter = new AdapterInStep();
    const app = adapter.getInstance<FastifyInstance>();
    app.addHook('onRequest', ({ url }, _reply, done) => {
      happened.push(`read ${url}`);
      done();
    });
    adapter.beginInStep();
    app.addHook('onSend', ({ url }, _reply, payload, done) => {
      happened.push(`answered ${url}`);
      done(null, payload);
    });
    app.get('/:name', async ({ url }, reply) => {
      happened.push(`handled ${url}`);
      await adapter.reply(reply, { url }, 202);
    });
    await app.ready();
    const answers = await Promise.all(['/1', '/2'].map((url) => app.inject(url)));
    await app.close();
    expect(answers.map((answer) => [answer.statusCode, answer.json<unknown>()])).toEqual([
      [202, { url: '/1' }],
      [202, { url: '/2' }],
    ]);
    expect(happened).toEqual([
      ...['read /1', 'read /2'],
      ...['handled /1', 'handled /2'],
      ...['answered /1', 'answered /2'],
    ]);
  });
});

describe('an answer in its turn', () => {
  it('is a stream until its end', async () => {
    const adapter = new AdapterInStep();
    const app = adapter.getInstance<FastifyInstance>();
    let isOver = false;
    app.get('/', async (_request, reply) => {
      await adapter.reply(reply, Readable.from(['a', 'b']));
      isOver = reply.raw.writableEnded;
    });
    const { body } = await app.inject('/');
    expect([body, isOver]).toEqual(['ab', true]);
    await app.close();
  });

  it('tells whoever gave it that it cannot be sent', async () => {
    const adapter = new AdapterInStep();
    const app = adapter.getInstance<FastifyInstance>();
    app.get('/', async (_request, reply) => {
      await expect(
        Promise.resolve(adapter.reply(reply.header('x-broken', 'a\nb'), {})),
      ).rejects.toThrow('x-broken');
      return reply.removeHeader('x-broken').code(500).send();
    });
    expect((await app.inject('/')).statusCode).toBe(500);
    await app.close();
  });
});

describe('a caller that hangs up before its turn', () => {
  it('leaves nothing under way and is no error', async () => {
    const adapter = new AdapterInStep();
    const app = adapter.getInstance<FastifyInstance>();
    let [came, gone] = [0, 0];
    app.addHook('onRequest', (_request, reply, done) => {
      came += 1;
      reply.raw.once('close', () => (gone += 1));
      done();
    });
    adapter.beginInStep();
    app.post('/', () => ({}));
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const caller = connect(port, '127.0.0.1');
    caller.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    caller.write('Content-Length: 2\r\n\r\n{');
    caller.destroySoon();
    caller.resume();
    await once(caller, 'close');
    while (gone === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([came, gone]).toEqual([1, 1]);
    await app.close();
  });
});
