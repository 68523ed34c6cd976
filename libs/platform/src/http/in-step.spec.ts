import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { serveInStep } from './in-step';

describe('requests that come in one turn', () => {
  it('are begun once all are read, and answered once all are handled', async () => {
    const happened: string[] = [];
    const app = fastify();
    app.addHook('onRequest', ({ url }, _reply, done) => {
      happened.push(`read ${url}`);
      done();
    });
    serveInStep(app);
    app.addHook('onSend', ({ url }, _reply, payload, done) => {
      happened.push(`answered ${url}`);
      done(null, payload);
    });
    app.get('/:name', ({ url }) => {
      happened.push(`handled ${url}`);
      return Promise.resolve({});
    });
    await app.ready();
    await Promise.all(['/1', '/2'].map((url) => app.inject(url)));
    await app.close();
    expect(happened).toEqual([
      ...['read /1', 'read /2'],
      ...['handled /1', 'handled /2'],
      ...['answered /1', 'answered /2'],
    ]);
  });
});

describe('a caller that hangs up before its turn', () => {
  it('leaves nothing under way and is no error', async () => {
    const app = fastify();
    let [came, gone] = [0, 0];
    app.addHook('onRequest', (_request, reply, done) => {
      came += 1;
      reply.raw.once('close', () => (gone += 1));
      done();
    });
    serveInStep(app);
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
