import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyWatch } from './body-watch';

const DEADLINE_MS = 20;

describe('a body that is awaited', () => {
  let late: unknown[];
  let watch: BodyWatch;

  beforeEach(() => {
    late = [];
    watch = new BodyWatch({
      shortestDeadlineMs: DEADLINE_MS,
      onLate: (raw) => late.push(raw),
    });
  });

  /** Asked for all at once; the last one is sure to be late when the others would be. */
  async function lateOf(...requests: readonly Asked[]): Promise<readonly unknown[]> {
    const last = asked();
    for (const { request, reply } of [...requests, last]) watch.await(request, reply, DEADLINE_MS);
    for (const { request } of requests.filter(({ hasArrived }) => hasArrived)) {
      watch.arrived(request);
    }
    while (!late.includes(last.request.raw)) await sleep(1);
    return late.filter((raw) => raw !== last.request.raw);
  }

  it('is late after its deadline, and told once', async () => {
    const one = asked();
    expect(await lateOf(one)).toEqual([one.request.raw]);
    await lateOf();
    expect(late.filter((raw) => raw === one.request.raw)).toHaveLength(1);
  });

  it.each<[string, Asked]>([
    ['it has arrived', { ...asked(), hasArrived: true }],
    ['its request is whole', asked({ complete: true })],
    ['its caller is gone', asked({ destroyed: true })],
    ['its request is answered, whatever was left unread', asked({}, { writableEnded: true })],
    ['it is a GET', asked({ method: 'GET' })],
  ])('is not late where %s', async (_, request) => {
    expect(await lateOf(request)).toEqual([]);
  });
});

type Asked = Readonly<{ request: FastifyRequest; reply: FastifyReply; hasArrived?: boolean }>;

function asked(request: object = {}, reply: object = {}): Asked {
  const raw = { method: 'POST', complete: false, destroyed: false, ...request };
  return {
    request: { raw } as unknown as FastifyRequest,
    reply: { raw: { writableEnded: false, ...reply } } as unknown as FastifyReply,
  };
}
