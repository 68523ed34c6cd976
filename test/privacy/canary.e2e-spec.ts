import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from '../../apps/standalone/src/backup';
import { writeStatement } from '../../apps/standalone/src/bank-simulator/bank-messages';
import { copyKeys } from '../../apps/standalone/src/key-copies';
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
  type Staff,
} from '../stories/cast';
import { BANKS, filesBelow, ORGANISATIONS, PERSONAL, PLANTED, sightings } from './canaries';
import { inside } from './inside';
import { beginAof, liveKeys, rewriteAof, withRedis } from './live-redis';

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
/** What it answered else, but of contacts: who asks for those is shown them. */
const answers: string[] = [];
const csvs: string[] = [];
const prints: Record<string, Buffer> = {};
let reportId: string;
let asked = 0;

beforeAll(async () => {
  carnet = await Carnet.start({ logLevel: 'debug', listen: (line) => logged.push(line) });
  await withRedis(carnet.dataDir, beginAof);
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
  const [place] = await labelPlaces(carnet, staff, 1, PLANTED.place);
  await place?.manager.post(
    `/v1/organisations/${place.organisationId}/bank-accounts`,
    ORGANISATIONS,
  );
  const contact = { ...CARD, partyKind: 'funder', partyId: funderId };
  ({ contactId } = await funder.post<{ contactId: string }>('/v1/contacts', contact));
  const change = { ...CARD, duty: PERSONAL.astray };
  await funder.post(`/v1/contacts/${contactId}/change`, change);
  await sendStatement(staff);
  for (const format of ['pdf', 'csv'])
    prints[`a print.${format}`] = await print(staff, orderId, format);
  await askEverywhere();
  await withRedis(carnet.dataDir, rewriteAof);
  backup = mkdtempSync(join(tmpdir(), 'carnet-canary-'));
  backUp(carnet.dataDir, join(backup, 'made'), () => undefined);
});

afterAll(async () => {
  await carnet.stop();
  rmSync(backup, { recursive: true, force: true });
});

/** A statement of the bank with somebody's name on its only line; handled, as far as a machine can. */
async function sendStatement({ preparer, auditor }: Staff): Promise<void> {
  const amountCents = 12_345;
  const { payer: name, iban, text: remittance, endToEndId } = BANKS;
  const transactions = [{ amountCents, name, iban, remittance, endToEndId }];
  const on = today();
  const entry = { amountCents, direction: 'credit' as const, bookedOn: on, reference: 'R-1' };
  const message = { id: 'BANK-1', on, iban: 'FR7630006000011234567890189' };
  const balances = { openingCents: 0, closingCents: amountCents };
  const file = writeStatement(
    { ...message, ...balances, entries: [{ ...entry, transactions }] },
    '08',
  );
  ({ reportId } = await preparer.upload<{ reportId: string }>('/v1/bank-reports', file));
  await eventually('the statement is handled', async () => {
    const { status } = await auditor.get<{ status: string }>(`/v1/bank-reports/${reportId}`);
    return status === 'completed';
  });
}

async function print({ operator }: Staff, orderId: string, format: string): Promise<Buffer> {
  const wish = { format, firstBook: 1, lastBook: 1 };
  const { jobId } = await operator.post<{ jobId: string }>(`/v1/orders/${orderId}/prints`, wish);
  const url = await eventually('the print is made', async () => {
    const job = await operator.get<{ state: string; resultUrl?: string }>(`/v1/jobs/${jobId}`);
    return job.state === 'done' && job.resultUrl;
  });
  return (await operator.fetchFile(url)).bytes;
}

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
      const bodies = method === 'post' ? bodiesOf(path, example) : [null];
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
        else if (!path.startsWith('/v1/contacts')) answers.push(`${method} ${path}: ${text}`);
      }
      if (method !== 'get' || path.includes('{') || path.startsWith('/v1/contacts')) continue;
      for (const accept of ['application/json', 'text/csv']) {
        const answer = await fetch(`${carnet.url}${path}`, { headers: { ...headers, accept } });
        const isCsv = answer.headers.get('content-type')?.startsWith('text/csv') === true;
        (isCsv ? csvs : answers).push(`${path}: ${await answer.text()}`);
      }
    }
  }
  await fetch(`${carnet.url}/v1/${astray}?name=${astray}`, { headers });
}

/** Of a route about an object, a body that it takes, too: nobody knows the object. */
const bodiesOf = (path: string, example: unknown): readonly object[] => [
  ...[textsReplaced(example), astrayIn(example)],
  ...(path.includes('{') ? [wordsReplaced(example)] : []),
];

const wordsReplaced = (example: unknown): object =>
  JSON.parse(JSON.stringify(example ?? {}), (key, value: unknown) =>
    ['reason', 'evidence', 'name', 'beneficiaryRef'].includes(key) ? PERSONAL.name : value,
  ) as object;

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

/** Wherever anybody can look, opened as far as it can be without a key. */
const everywhere = async (): Promise<Record<string, Buffer>> => ({
  ...inside({ ...filesBelow(carnet.dataDir), ...prints, ...inLogs() }),
  'another answer': Buffer.from(answers.join('\n')),
  'a CSV': Buffer.from(csvs.join('\n')),
  'a key of Redis': await withRedis(carnet.dataDir, liveKeys),
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

  it('stands in no file, no print, no export, no queue, no log and no answer to a refusal', async () => {
    const places = await everywhere();
    const names = Object.keys(places).join(' ');
    for (const part of [
      ...['events/', 'read-models.sqlite', 'contacts/', 'contact-keys/', 'bank-report-keys/'],
      ...['redis/appendonlydir/', 'a print.pdf (QR codes)', 'a print.csv', 'audit/refusals'],
    ]) {
      expect(names).toContain(part);
    }
    expect(csvs.length).toBeGreaterThan(15);
    expect(sightings(places, PERSONAL)).toEqual([]);
  });

  it('is sealed where the bank wrote it, and shown to finance alone', async () => {
    const places = await everywhere();
    const shown = ['another answer', 'a CSV'];
    const hidden = Object.entries(places).filter(([name]) => !shown.includes(name));
    expect(sightings(Object.fromEntries(hidden), BANKS)).toEqual([]);
    const auditor = await carnet.caller('auditor');
    const { entries } = await auditor.get<{ entries: { entry: object }[] }>(
      `/v1/bank-reports/${reportId}`,
    );
    const { payer: counterpartyName, text: remittance, endToEndId } = BANKS;
    expect(entries[0]?.entry).toMatchObject({ counterpartyName, remittance, endToEndId });
  });

  it('is found where it does stand, in each kind of place', async () => {
    const files = filesBelow(carnet.dataDir);
    const seen = sightings(files, ORGANISATIONS);
    expect(seen.some((each) => each.includes('events/'))).toBe(true);
    const planted = sightings(await everywhere(), PLANTED).join(' ');
    for (const part of [
      ...['events/', 'read-models.sqlite', 'a CSV', 'another answer', 'a print.pdf (text)'],
    ]) {
      expect(planted).toContain(part);
    }
    expect(sightings(prints, PLANTED)).toEqual([]);
    const codes = (await everywhere())['a print.pdf (QR codes)']?.toString() ?? '';
    expect(codes.match(/https:\/\/pass\.example\/v#(?:-?[\dA-Z]{4}){4}/g)?.length).toBeGreaterThan(
      5,
    );
  });

  it('is what an organisation’s account is: in the log and the views alone', () => {
    const files = filesBelow(carnet.dataDir);
    const elsewhere = Object.entries(files).filter(([name]) => !/^(events|read-models)/.test(name));
    const places = { ...inside(Object.fromEntries(elsewhere)), ...inLogs() };
    expect(sightings(places, ORGANISATIONS)).toEqual([]);
  });

  it('has no room in the name of a stream', async () => {
    const streams = (await carnet.events()).map(({ streamName }) => streamName);
    expect(streams.filter((name) => !STREAM.test(name))).toEqual([]);
  });

  it('is in no backup, and neither are the keys', () => {
    const files = filesBelow(backup);
    expect(Object.keys(files).join(' ')).toContain('made/events/');
    expect(Object.keys(files).filter((name) => /contact|keys/.test(name))).toEqual([]);
    expect(sightings(files, { ...PERSONAL, ...BANKS })).toEqual([]);
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
    await withRedis(carnet.dataDir, rewriteAof);
    expect(sightings(await everywhere(), PERSONAL)).toEqual([]);
  });

  it('is in no backup that is made later, nor in a copy of the keys', async () => {
    const say = () => undefined;
    const later = join(backup, 'later');
    backUp(carnet.dataDir, join(later, 'backup'), say);
    copyKeys({ dataDir: carnet.dataDir, to: join(later, 'keys'), now: new Date(), say });
    const files = filesBelow(later);
    expect(Object.keys(files).some((name) => name.includes('bank-report-keys'))).toBe(true);
    expect(Object.keys(files).filter((name) => name.includes(contactId))).toEqual([]);
    expect(sightings(inside(files), PERSONAL)).toEqual([]);
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
