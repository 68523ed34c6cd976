import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from '../../apps/standalone/src/backup';
import { eventually } from '../support/caller';
import { Carnet } from '../support/carnet';
import {
  hireStaff,
  labelPlaces,
  orderBooks,
  registerPrescribers,
  signAgreement,
  today,
  typeDeposit,
  type OrderAnswer,
} from '../stories/cast';
import { filesBelow, ORGANISATIONS, PERSONAL, sightings } from './canaries';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

type Operation = Readonly<{
  requestBody?: { content: Readonly<Record<string, { example?: unknown }>> };
}>;
type Card = Readonly<{ name: string; email: string; phone: string }>;
type Shown = Readonly<{ status: string; card: Card | null }>;

/** A word of the code, then a UUID, a number or another such word. */
const STREAM = /^[a-z]+(-[a-z]+)*(-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|-\d+)?$/;

const CARD = { name: PERSONAL.name, email: PERSONAL.email, phone: PERSONAL.phone };

let carnet: Carnet;
let contactId: string;
let backup: string;
/** What the programs wrote to their logs, and what the api answered to what it refused. */
const logged: string[] = [];
const refusals: string[] = [];
let asked = 0;

beforeAll(async () => {
  carnet = await Carnet.start({ logLevel: 'debug', listen: (line) => logged.push(line) });
  const staff = await hireStaff(carnet);
  const funding = await signAgreement(carnet, staff);
  const { agreementId, funder, funderId } = funding;
  const { orderId } = await orderBooks(funding, 10);
  const deposit = { agreementId, amountCents: 1_000_000, bankReference: 'VIR 1' };
  const { depositId } = await typeDeposit(staff, deposit);
  await staff.approver.post(`/v1/deposits/${depositId}/confirmation`, { statementReference: 'S' });
  const becomes = (status: string) =>
    eventually(`the order is ${status}`, async () => {
      return (await funder.get<OrderAnswer>(`/v1/orders/${orderId}`)).status === status;
    });
  await becomes('issued');
  await funder.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() });
  await becomes('active');
  const [prescriber] = await registerPrescribers(carnet, staff, 1);
  if (prescriber === undefined) throw new Error('no prescriber');
  const { prescriberId, caller } = prescriber;
  const { firstBook } = await funder.post<{ firstBook: number }>(
    `/v1/orders/${orderId}/allocations`,
    { prescriberId, books: 2 },
  );
  const { beneficiaryRef } = PERSONAL;
  const handOut = { book: firstBook, prescriberId, public: 'senior', beneficiaryRef };
  await caller.post('/v1/distributions', handOut);
  await caller.post('/v1/beneficiaries/balance', { beneficiaryRef });
  await funder.post(`/v1/orders/${orderId}/prints`, { format: 'csv' }).catch(() => undefined);
  const [place] = await labelPlaces(carnet, staff, 1);
  await place?.manager.post(
    `/v1/organisations/${place.organisationId}/bank-accounts`,
    ORGANISATIONS,
  );
  const contact = { ...CARD, partyKind: 'funder', partyId: funderId };
  ({ contactId } = await funder.post<{ contactId: string }>('/v1/contacts', contact));
  const change = { ...CARD, duty: PERSONAL.astray };
  await funder.post(`/v1/contacts/${contactId}/change`, change);
  await askEverywhere();
  backup = mkdtempSync(join(tmpdir(), 'carnet-canary-'));
  backUp(carnet.dataDir, join(backup, 'made'), () => undefined);
});

afterAll(async () => {
  await carnet.stop();
  rmSync(backup, { recursive: true, force: true });
});

/** Every route, with canaries in every text of its example, its query, a header and its token. */
async function askEverywhere(): Promise<void> {
  const { paths } = (await (await fetch(`${carnet.url}/openapi.json`)).json()) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const { name, email, astray } = PERSONAL;
  const bearer = await carnet.bearer({
    ...{ roles: ['operator', 'funder', 'prescriber', 'place-manager', 'finance-preparer'] },
    claims: { name, email },
  });
  const headers = {
    ...{
      ...bearer,
      'user-agent': astray,
      'x-forwarded-for': astray,
      referer: `https://${astray}/`,
    },
    ...{ 'x-request-id': astray, traceparent: astray, cookie: `a=${astray}` },
  };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const url = `${carnet.url}${path.replaceAll(/\{\w+\}/g, randomUUID())}`;
      const example = requestBody?.content['application/json']?.example;
      const bodies =
        method === 'post' ? [textsReplaced(example), { ...astrayIn(example) }] : [null];
      for (const body of bodies) {
        const answer = await fetch(body === null ? `${url}?q=${astray}` : url, {
          method: method.toUpperCase(),
          headers: {
            ...{ ...headers, 'idempotency-key': randomUUID() },
            ...(body !== null && { 'content-type': 'application/json' }),
          },
          ...(body !== null && { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        asked += 1;
        if (answer.status >= 400) refusals.push(`${method} ${path}: ${text}`);
      }
    }
  }
  await fetch(`${carnet.url}/v1/${astray}?name=${astray}`, { headers });
}

/** None is what the route takes: the body is refused, and all that is in it passes by. */
const textsReplaced = (example: unknown): object => ({
  ...(JSON.parse(JSON.stringify(example ?? {}), (_, value: unknown) =>
    typeof value === 'string' ? PERSONAL.name : value,
  ) as object),
  ...{ ...CARD, beneficiaryRef: PERSONAL.beneficiaryRef },
});

const astrayIn = (example: unknown): object => ({
  ...(example as object),
  ...{ [PERSONAL.astray]: PERSONAL.name, ...ORGANISATIONS },
});

const inLogs = () => ({
  'the programs’ logs': Buffer.from(logged.join('\n')),
  'an answer to what was refused': Buffer.from(refusals.join('\n')),
});

describe('personal data that was typed somewhere', () => {
  it('was typed at every route, and at some of them was taken', async () => {
    expect(asked).toBeGreaterThan(150);
    expect(refusals.length).toBeGreaterThan(100);
    expect(logged.some((line) => line.includes('answered'))).toBe(true);
    const operator = await carnet.caller('operator');
    const { card } = await operator.get<Shown>(`/v1/contacts/${contactId}`);
    expect(card).toMatchObject(CARD);
    const types = (await carnet.events()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['BookDistributed', 'ContactChanged']));
  });

  it('stands in no file, no log and no answer to what was refused', () => {
    const files = filesBelow(carnet.dataDir);
    const names = Object.keys(files).join(' ');
    for (const part of ['events/', 'read-models.sqlite', 'contacts/', 'contact-keys/', 'redis/']) {
      expect(names).toContain(part);
    }
    expect(sightings({ ...files, ...inLogs() }, PERSONAL)).toEqual([]);
  });

  it('is found where it does stand', () => {
    const files = filesBelow(carnet.dataDir);
    const seen = sightings(files, ORGANISATIONS);
    expect(seen.some((each) => each.includes('events/'))).toBe(true);
  });

  it('is what an organisation’s account is: in the log and the views alone', () => {
    const files = filesBelow(carnet.dataDir);
    const elsewhere = Object.entries(files).filter(([name]) => !/^(events|read-models)/.test(name));
    const places = { ...Object.fromEntries(elsewhere), ...inLogs() };
    expect(sightings(places, ORGANISATIONS)).toEqual([]);
  });

  it('has no room in the name of a stream', async () => {
    const streams = (await carnet.events()).map(({ streamName }) => streamName);
    expect(streams.filter((name) => !STREAM.test(name))).toEqual([]);
  });

  it('is in no backup, and neither are the keys', () => {
    const files = filesBelow(backup);
    expect(Object.keys(files).join(' ')).toContain('made/events/');
    expect(Object.keys(files).filter((name) => /contact/.test(name))).toEqual([]);
    expect(sightings(files, PERSONAL)).toEqual([]);
  });
});

describe('a contact that two people decided to erase', () => {
  it('is gone within seconds, and again when its key comes back', async () => {
    const kept = join(backup, 'kept');
    for (const folder of ['contacts', 'contact-keys']) {
      cpSync(join(carnet.dataDir, folder), join(kept, folder), { recursive: true });
    }
    const one = await carnet.caller('operator');
    const other = await carnet.caller('operator');
    await one.post(`/v1/contacts/${contactId}/erasure`);
    expect(await one.refused(`/v1/contacts/${contactId}/erasure/approval`)).toBe('409 same_person');
    await other.post(`/v1/contacts/${contactId}/erasure/approval`);
    const isGone = async () => {
      const { status, card } = await one.get<Shown>(`/v1/contacts/${contactId}`);
      return status === 'erased' && card === null;
    };
    await eventually('the contact is erased', isGone);
    expect(heldOf(contactId)).toEqual([]);
    cpSync(kept, carnet.dataDir, { recursive: true });
    expect(heldOf(contactId)).not.toEqual([]);
    await eventually('the contact is erased again', async () => heldOf(contactId).length === 0);
    expect(sightings({ ...filesBelow(carnet.dataDir), ...inLogs() }, PERSONAL)).toEqual([]);
  });

  it('leaves who asked and who approved, and that it was done', async () => {
    const operator = await carnet.caller('operator');
    const { history, card } = await operator.get<{ history: { type: string }[]; card: null }>(
      `/v1/contacts/${contactId}/export`,
    );
    expect(card).toBeNull();
    expect(history.map(({ type }) => type)).toEqual([
      ...['ContactRecorded', 'ContactChanged', 'ContactErasureProposed'],
      ...['ContactErasureApproved', 'ContactErased'],
    ]);
  });
});

const heldOf = (id: string): string[] =>
  Object.keys(filesBelow(carnet.dataDir)).filter(
    (name) => /^contact/.test(name) && name.includes(id),
  );
