import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQr from 'jsqr';
import { eventually } from '../support/caller';
import { Carnet } from '../support/carnet';
import {
  BOOK_COSTS_CENTS,
  hireStaff,
  labelPlaces,
  orderBooks,
  registerPrescribers,
  signAgreement,
  today,
  typeDeposit,
  type Funding,
  type OrderAnswer,
  type Place,
  type Staff,
} from './cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

let carnet: Carnet;
let staff: Staff;
let funding: Funding;
let places: readonly Place[];
let orderId: string;
const folder = mkdtempSync(join(tmpdir(), 'carnet-printed-'));

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
  funding = await signAgreement(carnet, staff);
  places = await labelPlaces(carnet, staff, 3);
  const { agreementId } = funding;
  const money = { agreementId, amountCents: 100 * BOOK_COSTS_CENTS, bankReference: 'VIR 1' };
  const { depositId } = await typeDeposit(staff, money);
  const statement = { statementReference: 'S 1' };
  await staff.approver.post(`/v1/deposits/${depositId}/confirmation`, statement);
  orderId = (await orderBooks(funding, 40)).orderId;
  await eventually('its books have numbers', async () => {
    const { status } = await staff.operator.get<OrderAnswer>(`/v1/orders/${orderId}`);
    return status === 'issued';
  });
});

afterAll(async () => {
  await carnet.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Asked = Readonly<{ jobId: string; printId: string }>;
type Job = Readonly<{
  state: string;
  progress: { done: number; total: number };
  resultUrl?: string;
}>;
type Manifest = Readonly<{ sha256: string; bytes: number; pages: number; downloads: number }>;

const ask = (body: object) => staff.operator.post<Asked>(`/v1/orders/${orderId}/prints`, body);

const jobEnds = (jobId: string) =>
  eventually('the print is made', async () => {
    const job = await staff.operator.get<Job>(`/v1/jobs/${jobId}`);
    return job.state === 'done' && job;
  });

async function print(body: object) {
  const { jobId, printId } = await ask(body);
  const job = await jobEnds(jobId);
  const { headers, bytes } = await staff.operator.fetchFile(job.resultUrl ?? '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { printId, headers, bytes, sha256 };
}

const CODE = /[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}/g;

describe('a print of an order', () => {
  it('is made once and whole, though its worker is killed over it', async () => {
    const { jobId, printId } = await ask({ format: 'pdf', layout: '4-up' });
    await eventually('it is under way', async () => {
      const { state, progress } = await staff.operator.get<Job>(`/v1/jobs/${jobId}`);
      return state !== 'waiting' || progress.done > 0;
    });
    await carnet.kill('worker');
    await carnet.restart('worker');
    await jobEnds(jobId);
    const events = (await carnet.events()).filter(
      ({ streamName }) => streamName === `print-${printId}`,
    );
    expect(events.map(({ type }) => type)).toEqual(['PrintRequested', 'PrintMade']);
    const { bytes } = await staff.operator.fetchFile(`/v1/prints/${printId}/file`);
    const manifest = await staff.operator.get<Manifest>(`/v1/prints/${printId}`);
    expect(manifest).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...{
        status: 'made',
        bytes: bytes.length,
        pages: 120,
        downloads: 1,
        fileName: 'carnets-1-40-4-up.pdf',
      },
    });
  });

  it('tells who follows it how far it is, until it is done', async () => {
    const { jobId } = await ask({ format: 'pdf' });
    const told = await staff.operator.listen<Job>(`/v1/jobs/${jobId}/events`);
    expect(told.at(-1)).toMatchObject({ jobId, state: 'done', progress: { done: 40, total: 40 } });
    expect(told.slice(0, -1).map(({ state }) => state)).not.toContain('done');
  });

  it('comes to a printer as a CSV that its manifest accounts for', async () => {
    const { printId, bytes, sha256, headers } = await print({
      format: 'csv',
      firstBook: 3,
      lastBook: 4,
    });
    const lines = bytes.toString().split('\r\n');
    expect(await staff.operator.get(`/v1/prints/${printId}`)).toMatchObject({
      ...{ sha256, books: 2, vouchers: 20, codes: 22, lines: lines.length - 1 },
    });
    expect(headers.get('digest')).toBe(`sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`);
    expect(headers.get('content-disposition')).toBe('attachment; filename="carnets-3-4.csv"');
  });

  it('is refused outside the order, of an order without numbers, and to everyone else', async () => {
    const { orderId: waiting } = await orderBooks(funding, 90);
    const { operator, approver, auditor } = staff;
    const wish = { format: 'pdf' };
    expect(await operator.refused(`/v1/orders/${waiting}/prints`, wish)).toBe(
      '409 order_not_issued',
    );
    const path = `/v1/orders/${orderId}/prints`;
    const outside = { ...wish, firstBook: 40, lastBook: 41 };
    expect(await operator.refused(path, outside)).toBe('422 range_invalid');
    expect(await operator.refused(path, { ...wish, firstBook: 4 })).toBe('422 range_invalid');
    for (const other of [approver, auditor, funding.funder]) {
      expect(await other.refused(path, wish)).toBe('403 forbidden');
    }
    const { printId } = await print({ format: 'csv', firstBook: 1, lastBook: 1 });
    for (const other of [approver, auditor, funding.funder]) {
      const { status } = await other.ask('GET', `/v1/prints/${printId}/file`);
      expect(status).toBe(403);
    }
  });
});

describe('a printed voucher', () => {
  const hasPoppler = spawnSync('pdftoppm', ['-v']).status === 0;
  if (!hasPoppler)
    process.stderr.write('poppler-utils is not installed: nothing is read off paper\n');

  (hasPoppler ? it : it.skip)('redeems by what another decoder reads in its picture', async () => {
    const { bytes } = await print({ format: 'pdf', firstBook: 7, lastBook: 7 });
    const url = readVoucher(bytes);
    const [host, code = ''] = url.split('#');
    expect(host).toBe('https://pass.example/v');
    await staff.operator.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() });
    await eventually('the order is active', async () => {
      const { status } = await staff.operator.get<OrderAnswer>(`/v1/orders/${orderId}`);
      return status === 'active';
    });
    const [ccas] = await registerPrescribers(carnet, staff, 1);
    const [place] = places;
    if (ccas === undefined || place === undefined) throw new Error('nobody is there');
    const { prescriberId, caller } = ccas;
    const range = { firstBook: 7, lastBook: 7 };
    await staff.operator.post(`/v1/orders/${orderId}/allocations`, { prescriberId, ...range });
    await caller.post('/v1/distributions', { book: 7, prescriberId, public: 'senior' });
    const redemption = { placeId: place.placeId, codes: [code], service: 'online-forms' };
    expect(
      await place.cashier.post('/v1/redemptions', { ...redemption, priceCents: 1_000 }),
    ).toMatchObject({ book: 7, vouchers: [1], coveredCents: 1_000 });
  });
});

describe('the codes', () => {
  it('are in no event, no name and no file as they are', async () => {
    const { bytes } = await print({ format: 'csv', firstBook: 1, lastBook: 40 });
    const found = new Set(bytes.toString().match(CODE));
    expect(found.size).toBe(40 * 11);
    const events = JSON.stringify(await carnet.events(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const prints = join(carnet.dataDir, 'prints');
    const files = readdirSync(prints);
    expect(files.length).toBeGreaterThan(3);
    const kept = files.map((name) => name + readFileSync(join(prints, name)).toString('latin1'));
    for (const code of found) {
      expect(events.includes(code)).toBe(false);
      expect(kept.some((text) => text.includes(code))).toBe(false);
    }
    expect(carnet.logged.match(CODE)).toBeNull();
  });
});

/** The first voucher of a book, off its sheet: A4 in grey, then the top quarter of its left half. */
function readVoucher(pdf: Buffer): string {
  const file = join(folder, 'book.pdf');
  writeFileSync(file, pdf);
  const sheet = ['-r', '150', '-gray', '-f', '2', '-l', '2', '-singlefile'];
  execFileSync('pdftoppm', [...sheet, file, join(folder, 'sheet')]);
  const pgm = readFileSync(join(folder, 'sheet.pgm'));
  const [head = '', sheetWidth = ''] =
    /^P5\s+(\d+)\s+\d+\s+255\s/.exec(pgm.toString('latin1', 0, 40)) ?? [];
  const [width, height] = [Math.floor(Number(sheetWidth) / 2), 438];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      pixels.fill(pgm.readUInt8(head.length + y * Number(sheetWidth) + x), at, at + 3);
    }
  }
  // A CommonJS package with a `default` inside.
  const decode = (jsQr as unknown as { default?: typeof jsQr }).default ?? jsQr;
  const read = decode(pixels, width, height);
  if (read === null) throw new Error('no QR code was found on the sheet');
  return read.data;
}
