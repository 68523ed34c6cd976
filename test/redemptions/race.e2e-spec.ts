import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { connectEventStore, type EventStore } from '@app/platform';
import { type EventStoreHandle, startEventStore } from '../../apps/event-store/src/server';
import { Scheme, type Till } from './scheme';
import { type Answer, RedemptionApi } from './till';

/** `REDEMPTION_RACES=100 npm test -- test/redemptions/race`: the long form. */
const ROUNDS = Number(process.env['REDEMPTION_RACES'] ?? 10);
const CLIENTS = 200;

const folder = mkdtempSync(join(tmpdir(), 'carnet-race-'));
let server: EventStoreHandle;
const stores: EventStore[] = [];
let scheme: Scheme;
let till: Till;
/** Two processes' worth: each has its own memory, turns and connection. */
let apis: readonly RedemptionApi[];

beforeAll(async () => {
  server = await startEventStore({ dir: folder });
  const store = connect('client');
  scheme = await Scheme.in(store, { books: ROUNDS });
  till = await scheme.place();
  for (let book = 1; book <= ROUNDS; book += 1) await scheme.distribute(book);
  const started = await Promise.all(
    [store, connect('http2')].map((each) => RedemptionApi.start(scheme, { store: each })),
  );
  apis = await Promise.all(started.map((api) => api.caughtUp()));
});

afterAll(async () => {
  await Promise.all(apis.map((api) => api.close()));
  await Promise.all(stores.map((store) => store.close()));
  await server.stop();
  scheme.remove();
  rmSync(folder, { recursive: true, force: true });
});

function connect(appendWriter: 'client' | 'http2'): EventStore {
  const { connectionString } = server;
  const store = connectEventStore({ connectionString, appendWriter, appendDeadlineMs: 10_000 });
  stores.push(store);
  return store;
}

describe(`${CLIENTS} clients with one voucher, at two apis at once, ${ROUNDS} rounds`, () => {
  it(
    'redeem it once: one 201, one event, and everyone else hears that it is used',
    async () => {
      const bearers = await Promise.all(apis.map((api) => api.bearer(till.organisationId)));
      for (let book = 1; book <= ROUNDS; book += 1) {
        const codes = [scheme.codeOf(book, 1)];
        const asking = Array.from({ length: CLIENTS }, (_, client): Promise<Answer> => {
          const at = client % apis.length;
          const api = apis[at];
          if (api === undefined) throw new TypeError('no api');
          return api.redeem(till, { codes }, { bearer: bearers[at] ?? '' });
        });
        const answers = await Promise.all(asking);
        const told = answers.map(
          ({ status, body }) => `${status} ${JSON.stringify(body['code'] ?? '')}`,
        );
        expect(told.filter((each) => each === '201 ""')).toHaveLength(1);
        expect(told.filter((each) => each === '409 "voucher_used"')).toHaveLength(CLIENTS - 1);
        const events = await Array.fromAsync(scheme.store.readStream(`book-${book}`));
        expect(events.map(({ type }) => type)).toEqual(['BookDistributed', 'VouchersRedeemed']);
      }
    },
    60_000 + ROUNDS * 10_000,
  );
});
