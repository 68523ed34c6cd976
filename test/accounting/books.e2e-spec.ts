import { randomUUID } from 'node:crypto';
import type { Role } from '@app/platform';
import { RunWorld, type PaidPlace } from '../runs/run-world';
import { SchemeApp } from '../support/scheme-app';
import { faultsOfFec } from './fec-checker';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

type Account = Readonly<{ account: string; balanceCents: number }>;
type Trial = Readonly<{
  accounts: readonly Account[];
  totals: Readonly<{ debitCents: number; creditCents: number; balanceCents: number }>;
}>;
type Month = Readonly<{ status: string; over: boolean; sha256: string; unchanged: boolean | null }>;
type Statement = Readonly<{
  opening: object;
  closing: object;
  totals: object;
  due: readonly object[];
  lines: readonly Readonly<{ entry: string; cents: number; reference: string }>[];
}>;

let app: SchemeApp;
let world: RunWorld;
let place: PaidPlace;

/** 5,000 € deposited, 2,000 € of vouchers active, five used, paid in a run, and one more used. */
beforeEach(async () => {
  app = await SchemeApp.start('2026-03-30T08:00:00.000Z');
  world = await RunWorld.in(app);
  place = await world.place();
  await world.redeem(place, 5);
  const { runId } = await world.submitted();
  const [line] = await world.lines(runId);
  if (line === undefined) throw new Error('the run pays nobody');
  await world.settles(line);
  await world.redeem(place, 1);
});
afterEach(() => app.stop());

const trialBalance = (query = ''): Promise<Trial> =>
  world.auditor.get<Trial>(`/v1/accounting/trial-balance${query}`);

const balancesOf = ({ accounts }: Trial): Readonly<Record<string, number>> =>
  Object.fromEntries(
    accounts
      .filter(({ balanceCents }) => balanceCents !== 0)
      .map(({ account, balanceCents }) => [account, balanceCents]),
  );

/** With a media type of its own, as somebody of a role and party. */
async function fetchAs(role: Role, partyId: string, path: string, accept: string) {
  const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
  const headers = await app.http.issuer.bearer({ roles: [role], partyId, ...lasting });
  const answer = await app.http.request
    .get(path)
    .set({ ...headers, accept })
    .responseType('blob');
  const { status, type: mediaType } = answer;
  if (status === 200) {
    app.contract.check({ method: 'get', path, status, mediaType, body: undefined });
  }
  const disposition = String(answer.headers['content-disposition'] ?? '');
  return { status, mediaType, bytes: answer.body as Buffer, disposition };
}

describe('the books', () => {
  it('add up to 0, and say where the money is', async () => {
    const trial = await trialBalance();
    expect(trial.totals.balanceCents).toBe(0);
    expect(trial.totals.debitCents).toBe(trial.totals.creditCents);
    expect(balancesOf(trial)).toEqual({
      '445710': -2_000,
      '467100': -288_000,
      '467300': -190_000,
      '467400': -4_000,
      '467600': -1_000,
      // Confirmed by a person: it was there before the first statement.
      '512000': 495_000,
      '706000': -10_000,
    });
  });

  it('are told as of an instant, and over a period', async () => {
    const before = await trialBalance('?asOf=2026-03-29T12:00:00Z');
    expect(before).toMatchObject({ accounts: [], totals: { balanceCents: 0 } });
    app.clock.advanceBy({ days: 3 });
    await world.redeem(place, 2);
    const april = await trialBalance('?from=2026-04-01&to=2026-04-30');
    const ofPlaces = april.accounts.find(({ account }) => account === '467600');
    expect(ofPlaces).toMatchObject({
      ...{ openingCents: -1_000, debitCents: 0, creditCents: 2_000, balanceCents: -3_000 },
    });
    for (const query of ['?from=2026-04-01', '?asOf=2026-04-01T00:00:00Z&to=2026-04-02']) {
      const path = `/v1/accounting/trial-balance${query}`;
      expect(await world.auditor.refusedToRead(path)).toBe('400 period_invalid');
    }
  });

  it('list every posting once, page by page and as CSV', async () => {
    const path = '/v1/accounting/journal?from=2026-01-01&to=2026-12-31';
    type Page = Readonly<{ items: readonly { number: number }[]; nextCursor: string | null }>;
    const all = await world.auditor.get<Page>(`${path}&limit=500`);
    const paged: { number: number }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Page = await world.auditor.get<Page>(`${path}&limit=4${next}`);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all.items);
    expect(all.items[0]?.number).toBe(1);
    const csv = await fetchAs('auditor', randomUUID(), path, 'text/csv');
    expect(csv.bytes.toString().trimEnd().split('\r\n')).toHaveLength(all.items.length + 1);
    const backwards = '/v1/accounting/journal?from=2026-02-01&to=2026-01-31';
    expect(await world.auditor.refusedToRead(backwards)).toBe('400 period_invalid');
  });

  it('are for finance and the auditor alone', async () => {
    const paths = ['trial-balance', 'journal?from=2026-01-01&to=2026-01-02', 'fec?year=2026'];
    for (const path of [...paths, 'periods', 'periods/2026-03']) {
      for (const role of ['operator', 'funder', 'place-manager', 'system'] as const) {
        const answer = await app.as(role).refusedToRead(`/v1/accounting/${path}`);
        expect(answer).toBe('403 forbidden');
      }
    }
  });
});

describe('the file of accounting entries', () => {
  it('is right by the checker, over two years', async () => {
    await app.passUntil('2027-01-04');
    await world.redeem(place, 1);
    for (const year of [2026, 2027]) {
      const path = `/v1/accounting/fec?year=${year}`;
      const { bytes, mediaType, disposition } = await fetchAs('auditor', randomUUID(), path, '*/*');
      expect(mediaType).toBe('text/plain');
      const name = /filename="(.*)"/.exec(disposition)?.[1] ?? '';
      expect(name).toBe(`732829320FEC${year}1231.txt`);
      expect(faultsOfFec(name, bytes)).toEqual([]);
      expect(bytes.toString('latin1').split('\r\n').length).toBeGreaterThan(5);
    }
    const ahead = '/v1/accounting/fec?year=2028';
    expect(await world.auditor.refusedToRead(ahead)).toBe('409 year_not_begun');
    expect(await world.auditor.refusedToRead('/v1/accounting/fec?year=26')).toBe(
      '400 year_invalid',
    );
  });
});

describe('a month', () => {
  const path = '/v1/accounting/periods';
  const month = () => world.auditor.get<Month>(`${path}/2026-03`);
  const hashOf = async (of: string) => {
    const { sha256 } = await world.auditor.get<Month>(`${path}/${of}`);
    return { sha256 };
  };

  it('is closed once it is over, by two people, and never changes', async () => {
    const { preparer, approver } = world;
    expect(await preparer.refused(path, { month: '2026-03' })).toBe('409 period_not_over');
    const early = { sha256: 'a'.repeat(64) };
    expect(await approver.refused(`${path}/2026-03/approval`, early)).toBe(
      '409 period_not_proposed',
    );
    app.clock.advanceBy({ days: 2 });
    await preparer.post(path, { month: '2026-03' });
    const { sha256, over, status } = await month();
    expect([over, status]).toEqual([true, 'proposed']);
    expect(await approver.refused(`${path}/2026-03/approval`, early)).toBe('409 figures_changed');
    expect(await preparer.refused(`${path}/2026-03/approval`, { sha256 })).toBe('403 forbidden');
    await approver.post(`${path}/2026-03/approval`, { sha256 });
    await world.redeem(place, 3);
    expect(await month()).toMatchObject({ status: 'closed', sha256, unchanged: true });
    expect(await preparer.refused(path, { month: '2026-03' })).toBe('409 already_so');
    await app.passUntil('2026-06-01');
    expect(await preparer.refused(path, { month: '2026-05' })).toBe('409 period_out_of_order');
    await preparer.post(path, { month: '2026-04' });
    await approver.post(`${path}/2026-04/approval`, await hashOf('2026-04'));
    // Nothing happened in May: it can be closed all the same.
    await preparer.post(path, { month: '2026-05' });
    await approver.post(`${path}/2026-05/approval`, await hashOf('2026-05'));
    const { items } = await world.auditor.get<{ items: object[] }>(path);
    expect(items).toMatchObject([
      { month: '2026-03', status: 'closed', sha256 },
      { month: '2026-04', status: 'closed' },
      { month: '2026-05', status: 'closed', entries: 0 },
    ]);
  });

  it('is refused where it is none, and not there without a posting', async () => {
    expect(await world.preparer.refused(path, { month: '2026-13' })).toBe('400 month_invalid');
    expect(await world.auditor.refusedToRead(`${path}/2026-00`)).toBe('400 id_invalid');
    expect(await world.auditor.refusedToRead(`${path}/2025-01`)).toBe('404 not_found');
  });
});

describe('an invoice', () => {
  it('is made when an order becomes active, numbered on, for its funder to fetch', async () => {
    const { orders } = world;
    await orders.activeOrder(2);
    type List = Readonly<{ items: readonly { invoiceId: string }[] }>;
    const { items } = await orders.funder.get<List>('/v1/invoices');
    expect(items).toMatchObject([
      { number: 1, reference: 'F-000001', feeCents: 10_000, vatCents: 2_000, totalCents: 12_000 },
      { number: 2, reference: 'F-000002', feeCents: 1_000, vatCents: 200, totalCents: 1_200 },
    ]);
    const own = `/v1/invoices/${items[0]?.invoiceId}`;
    expect(await orders.funder.get(own)).toMatchObject({ issuedOn: '2026-03-30' });
    const [funderId, file] = [orders.funder.partyId, `${own}/file`];
    const first = await fetchAs('funder', funderId, file, 'application/pdf');
    const again = await fetchAs('auditor', randomUUID(), file, 'application/pdf');
    expect(first.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(again.bytes.equals(first.bytes)).toBe(true);
    const stranger = app.as('funder');
    expect(await stranger.get('/v1/invoices')).toEqual({ items: [], nextCursor: null });
    expect(await stranger.refusedToRead(own)).toBe('404 not_found');
    expect(await stranger.refusedToRead(file)).toBe('404 not_found');
    expect(await place.manager.refusedToRead(own)).toBe('403 forbidden');
  });

  it('carries the address its funder has by then, and none that came later', async () => {
    const { orders } = world;
    const { operator, funder } = orders;
    type List = Readonly<{ items: readonly { invoiceId: string }[] }>;
    const [first] = (await funder.get<List>('/v1/invoices')).items;
    const file = `/v1/invoices/${first?.invoiceId}/file`;
    const { bytes } = await funder.download(file);
    const path = `/v1/funders/${funder.partyId}`;
    const { name, siret, kind } = await operator.get(path);
    const address = { street: '2 place', postalCode: '58000', city: 'Nevers', country: 'FR' };
    await operator.post(`${path}/correction`, { name, siret, kind, address });
    expect(await operator.get(path)).toMatchObject({ name, address });
    await orders.activeOrder(1);
    const issued = (await app.events()).filter(({ type }) => type === 'InvoiceIssued');
    expect(issued.map(({ data }) => (data as { buyer: object }).buyer)).toEqual([
      ...issued.slice(0, -1).map(() => ({ name, siret })),
      { name, siret, address },
    ]);
    expect((await funder.download(file)).bytes.equals(bytes)).toBe(true);
  });
});

describe('the statement of a place', () => {
  const march = '?from=2026-03-01&to=2026-03-31';

  it('has every redemption, run and payment, and what is owed and when', async () => {
    const path = `/v1/places/${place.placeId}/statement${march}`;
    const statement = await place.manager.get<Statement>(path);
    expect(statement.lines.map(({ entry, cents }) => [entry, cents])).toEqual([
      ['VouchersRedeemed', 5_000],
      ['LinesFrozen', 5_000],
      ['PaymentSettled', 5_000],
      ['VouchersRedeemed', 1_000],
    ]);
    expect(statement).toMatchObject({
      opening: { owedCents: 0, inRunCents: 0 },
      closing: { owedCents: 1_000, inRunCents: 0 },
      totals: { redeemedCents: 6_000, cancelledCents: 0, paidCents: 5_000, debtRepaidCents: 0 },
      due: [{ cents: 1_000 }],
    });
    const next = await place.manager.get<Statement>(
      `/v1/places/${place.placeId}/statement?from=2026-04-01&to=2026-04-30`,
    );
    expect(next).toMatchObject({
      opening: statement.closing,
      lines: [],
      closing: { owedCents: 1_000 },
    });
    const [organisationId, pdfType] = [place.organisationId, 'application/pdf'];
    const csv = await fetchAs('place-manager', organisationId, path, 'text/csv');
    expect(csv.bytes.toString().split('\r\n')).toHaveLength(statement.lines.length + 2);
    const pdf = await fetchAs('place-manager', organisationId, path, pdfType);
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('tells a debtor by a negative sum', async () => {
    const [redemptionId] = await world.redeem(place, 3);
    const { runId } = await world.submitted();
    const [line] = await world.lines(runId);
    if (line) await world.settles(line);
    await world.preparer.post(`/v1/redemptions/${redemptionId}/cancellation`, { reason: 'twice' });
    const path = `/v1/places/${place.placeId}/statement${march}`;
    expect(await place.manager.get<Statement>(path)).toMatchObject({
      closing: { owedCents: -3_000, inRunCents: 0 },
      totals: { redeemedCents: 9_000, cancelledCents: 3_000, paidCents: 9_000 },
      due: [],
    });
  });

  it('is its own alone, of a year at most', async () => {
    const path = `/v1/places/${place.placeId}/statement`;
    expect(await app.as('place-manager').refusedToRead(path + march)).toBe('404 not_found');
    expect(await place.cashier.refusedToRead(path + march)).toBe('403 forbidden');
    expect(await world.orders.funder.refusedToRead(path + march)).toBe('403 forbidden');
    await place.manager.get(`${path}?from=2026-01-01&to=2027-01-01`);
    const long = `${path}?from=2026-01-01&to=2027-01-02`;
    expect(await place.manager.refusedToRead(long)).toBe('400 period_too_long');
    const backwards = `${path}?from=2026-01-02&to=2026-01-01`;
    expect(await place.manager.refusedToRead(backwards)).toBe('400 period_invalid');
    expect(await place.manager.refusedToRead(`${path}?from=2026-02-30&to=2026-03-01`)).toBe(
      '400 date_invalid',
    );
  });
});

describe('the account of an agreement', () => {
  it('says where the money is, what was used by whom, and who bears it', async () => {
    const { funder, agreementId } = world.orders;
    const path = `/v1/agreements/${agreementId}/account`;
    const year = await funder.get(`${path}?from=2026-01-01&to=2026-12-31`);
    expect(year).toMatchObject({
      opening: { availableCents: 0, cashCents: 0 },
      closing: {
        ...{ availableCents: 288_000, activeCents: 190_000, distributedCents: 4_000 },
        ...{ owedCents: 1_000, inRunCents: 0, cashCents: 495_000, feesCents: 12_000 },
        unsweptFeesCents: 12_000,
      },
      ...{ usedCents: 6_000, usedSinceStartCents: 6_000 },
      usedByPublic: [{ public: 'senior', vouchers: 6, cents: 6_000, shareBasisPoints: 10_000 }],
      coFunders: [{ shareBasisPoints: 10_000, claimCents: 6_000, claimSinceStartCents: 6_000 }],
    });
    expect(await funder.get(`${path}?from=2027-01-01&to=2027-12-31`)).toMatchObject({
      ...{ opening: { availableCents: 288_000 }, movements: [], usedCents: 0 },
      coFunders: [{ claimCents: 0, claimSinceStartCents: 6_000 }],
    });
    const asPdf = `${path}?from=2026-01-01&to=2026-12-31`;
    const pdf = await fetchAs('funder', funder.partyId, asPdf, 'application/pdf');
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await app.as('funder').refusedToRead(asPdf)).toBe('404 not_found');
    expect(await place.manager.refusedToRead(asPdf)).toBe('403 forbidden');
  });
});
