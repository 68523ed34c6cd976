import fastify from 'fastify';
import { Metrics } from './metrics';

describe('answers', () => {
  it('are all in the figures whenever these are read, one or hundreds since', async () => {
    const metrics = new Metrics();
    const server = fastify();
    metrics.observe(server);
    server.get('/orders', () => 'none');
    const countAfter = async (requests: number): Promise<string | undefined> => {
      for (let asked = 0; asked < requests; asked += 1) await server.inject('/orders');
      const labels = 'method="GET",route="/orders",status="200"';
      const text = await metrics.registry.metrics();
      return text
        .split('\n')
        .find((line) => line.startsWith(`carnet_http_request_seconds_count{${labels}}`))
        ?.split(' ')[1];
    };
    expect(await countAfter(1)).toBe('1');
    expect(await countAfter(299)).toBe('300');
    expect(await countAfter(0)).toBe('300');
    await server.close();
  });
});
