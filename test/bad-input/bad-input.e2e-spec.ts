import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ASKING } from './asking.cases';
import { BODIES } from './bodies.cases';
import { CODES } from './codes.cases';
import { FILES, REPORTS } from './files.cases';
import { HEADERS } from './headers.cases';
import { MONEY } from './money.cases';
import { NAMES } from './names.cases';
import { NOT_APPLICABLE } from './not-applicable';
import { BadInputWorld, codeOf, type Got, type Sent } from './world';

const CASES = [...BODIES, ...MONEY, ...CODES, ...HEADERS, ...ASKING, ...NAMES, ...FILES];

/** Cases that are no single request: each has a test of its own here. */
const OWN = [24, 73, 77, 83, 111];
const CATALOGUE = Array.from({ length: 112 }, (_, at) => at + 1);

let world: BadInputWorld;
/** A body of which a byte comes each second, from the beginning of all tests on. */
let slow: Promise<string>;
/** The same of somebody who is not logged in. */
let slowStranger: Promise<string>;
const slowest = { what: '', ms: 0 };

beforeAll(async () => {
  world = await BadInputWorld.start();
  const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
  const roles = ['finance-preparer'] as const;
  const { authorization } = await world.app.http.issuer.bearer({ roles, ...lasting });
  slow = trickle(world.app.http.port, `Authorization: ${authorization}\r\n`);
  slowStranger = trickle(world.app.http.port);
});
afterAll(async () => {
  console.log(
    [
      `${CASES.length + REPORTS.length + OWN.length} requests for ` +
        `${CATALOGUE.length - Object.keys(NOT_APPLICABLE).length} of ${CATALOGUE.length} cases; ` +
        `the slowest answer took ${Math.round(slowest.ms)} ms: ${slowest.what}`,
      'Not applicable:',
      ...Object.entries(NOT_APPLICABLE).map(([no, why]) => `${no}. ${why}`),
    ].join('\n'),
  );
  await world.stop();
});

describe('bad input', () => {
  it.each(CASES.map((each) => [each.no, each.what, each.gets, each] as const))(
    '%i: %s gets %s',
    async (_no, what, gets, { ask, and }) => {
      const sent = await ask(world);
      const before = await changes();
      const got = await world.send(sent);
      const [status, code] = gets.split(' ');
      expect([got.status, got.status < 400 ? undefined : codeOf(got)]).toEqual([
        Number(status),
        code,
      ]);
      if (got.ms > slowest.ms) Object.assign(slowest, { what, ms: got.ms });
      if (got.status >= 400) await holdCommonRule(sent, got, before);
      await and?.(got, world);
    },
  );

  it('24: that trickles gets 408 after 15 s, and is cut', async () => {
    expect(await slow).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
  });

  it('24: that trickles without a session gets 401 before it is there, and is cut', async () => {
    expect(await slowStranger).toMatch(/^HTTP\/1.1 401 .*"code":"token_required"/s);
  });

  it('73: under a key that is in flight is answered once, alike', async () => {
    const sent = { ...world.deposit('100'), key: randomUUID(), partyId: randomUUID() };
    const before = await changes();
    const answers = await Promise.all([world.send(sent), world.send(sent), world.send(sent)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const after = await world.app.events();
    const made = after.filter(({ position }) => position > before.head);
    expect(made.map(({ type }) => type)).toEqual(['DepositAssigned', 'FundsReceived']);
  });

  it('79: with two hosts is answered on the socket', async () => {
    const answer = await world.app.http.raw(
      'GET /v1/places HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 .*"code":"http_malformed"/s);
  });

  it('83: with two lengths gets 400, and is cut', async () => {
    const answer = await world.app.http.raw(
      'POST /v1/deposits HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
        'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /v1/places HTTP/1.1\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 .*"code":"http_malformed"/s);
    expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
  });

  it('111: that is cut in the middle keeps nothing', async () => {
    const before = await changes();
    const { authorization } = await world.app.http.issuer.bearer({
      ...{ roles: ['finance-preparer'], notBefore: 0, expires: 4_000_000_000 },
    });
    const socket = connect(world.app.http.port, '127.0.0.1').on('error', () => undefined);
    socket.write(
      'POST /v1/bank-reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/xml\r\n' +
        `Authorization: ${authorization}\r\nIdempotency-Key: ${randomUUID()}\r\n` +
        'Content-Length: 1000\r\n\r\n<Document>',
    );
    await once(socket, 'connect');
    await sleep(50);
    socket.destroy();
    await sleep(50);
    expect(await changes()).toEqual(before);
  });

  it('51, 52: of another scheme and of none look alike', async () => {
    const answers = [world.foreignCode(), world.wrongCode(2)].map((code) =>
      world.send(world.redeem(code)),
    );
    const [foreign, unknown] = (await Promise.all(answers)).map(({ text }) => {
      const { traceId: _, ...shown } = JSON.parse(text) as { traceId: string };
      return shown;
    });
    expect(foreign).toEqual(unknown);
  });
});

describe('a statement of the bank', () => {
  it.each(REPORTS.map(({ no, what, reason, change }) => [no, what, reason, change] as const))(
    '%i: with %s is kept, refused for %s, and moves nothing',
    async (_no, _what, reason, change) => {
      const before = await changes();
      const entry = world.bank.entry({ amountCents: 100, direction: 'credit' });
      const xml = world.bank.statement([entry]).toString();
      const report = await world.bank.send(Buffer.from(change(xml)));
      expect(report).toMatchObject({ status: 'refused', reason, entries: [] });
      const made = (await world.app.events()).filter(({ position }) => position > before.head);
      expect(made.filter(({ streamName }) => !streamName.startsWith('bank-report-'))).toEqual([]);
    },
  );

  it('107: that answers a file nobody sent waits for a person', async () => {
    const rejected = [{ endToEndId: 'NOBODYS', reasonCode: 'AC04' }];
    const report = await world.bank.send(world.bank.rejection('NOBODYS', rejected));
    expect(report.entries).toMatchObject([{ verdict: 'noted' }, { verdict: 'waiting' }]);
  });
});

describe('the end of a day', () => {
  it('95: is midnight in Paris, to the second', async () => {
    const { app, orders, prescriber } = world;
    const day = { validUntilOn: app.clock.today(), graceDays: 0, remittanceDays: 300 };
    const orderId = await orders.activeOrder(1, day);
    const { firstBook: book } = await orders.allocate(orderId, prescriber, 1);
    await prescriber.post('/v1/distributions', {
      ...{ book, prescriberId: prescriber.partyId, public: 'senior' },
    });
    app.clock.set(`${app.clock.today()}T22:59:59.000Z`);
    expect((await world.send(world.redeem(world.code(book, 1, orderId)))).status).toBe(201);
    app.clock.advanceBy({ seconds: 1 });
    const late = await world.send(world.redeem(world.code(book, 2, orderId)));
    expect([late.status, codeOf(late)]).toEqual([409, 'expired']);
  });
});

describe('a guesser', () => {
  it('77: is known by its connection, whatever addresses it claims', async () => {
    let last = await guess(0);
    for (let at = 1; at <= 60 && last.status === 404; at += 1) last = await guess(at);
    expect([last.status, codeOf(last)]).toEqual([429, 'too_many_attempts']);
    world.app.clock.advanceBy({ hours: 1 });
    expect((await guess(0)).status).toBe(404);
  });

  const guess = (at: number): Promise<Got> =>
    world.send({
      ...{ path: '/v1/holder/balance', body: { code: world.wrongCode(at) } },
      headers: { 'x-forwarded-for': `203.0.113.${at}`, forwarded: `for=203.0.113.${at}` },
    });
});

describe('the catalogue', () => {
  it('has each of its cases here, or among those that cannot be', () => {
    const here = [...CASES, ...REPORTS].map(({ no }) => no);
    const all = [...here, ...OWN, ...Object.keys(NOT_APPLICABLE).map(Number)];
    expect(CATALOGUE.filter((no) => !all.includes(no))).toEqual([]);
    expect(Object.keys(NOT_APPLICABLE).filter((no) => here.includes(Number(no)))).toEqual([]);
  });
});

type Changes = Readonly<{ head: bigint; jobs: number }>;

async function changes(): Promise<Changes> {
  await world.app.settle();
  return { head: (await world.app.store.fetchHead()) ?? -1n, jobs: world.jobs };
}

/** No 5xx, no event, no job, a problem below 2 kB that repeats nothing of what was sent. */
async function holdCommonRule(sent: Sent, got: Got, before: Changes): Promise<void> {
  expect(got.status).toBeLessThan(500);
  expect(got.type).toBe('application/problem+json');
  expect(Buffer.byteLength(got.text)).toBeLessThan(2_048);
  expect(got.text).not.toMatch(/node_modules|\.(ts|js):\d|Error:/);
  for (const text of textsOf(sent)) expect(got.text).not.toContain(text);
  expect(await changes()).toEqual(before);
}

/** What an answer could repeat: the texts of the body and of the query, long enough to be told. */
function textsOf({ path, body }: Sent): readonly string[] {
  const query = [...new URLSearchParams(path.split('?')[1] ?? '').values()];
  return [...query, ...textsOfBody(body)].filter((text) => text.length >= 8);
}

function textsOfBody(body: unknown): readonly string[] {
  if (Buffer.isBuffer(body)) return [];
  if (typeof body === 'object' && body !== null) return Object.values(body).flatMap(textsOfBody);
  if (typeof body !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'string' ? [parsed] : textsOfBody(parsed);
  } catch {
    return [body.slice(0, 100)];
  }
}

async function trickle(port: number, header = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const received: Buffer[] = [];
  socket.on('data', (bytes) => received.push(bytes));
  socket.write(
    'POST /v1/deposits HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
      `${header}Content-Length: 1000\r\n\r\n`,
  );
  const bytes = setInterval(() => socket.write(' '), 1_000);
  await once(socket, 'close');
  clearInterval(bytes);
  return Buffer.concat(received).toString();
}
