import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hashOf,
  StoreUnavailable,
  StreamAggregateStore,
  SystemRandomness,
  uuidV5,
  type Appended,
  type AppendInput,
  type CommandContext,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { KeyRing } from '../adapters/key-ring';
import { PrintFiles } from '../adapters/prints/print-files';
import { order } from '../domain/order/order';
import {
  cancel,
  issueBooks,
  ORDER_ID,
  orderBooks,
  reserveFunds,
} from '../domain/order/order.examples';
import { SERIAL_REGISTER_ID, serialRegister } from '../domain/serial-register/serial-register';
import { LetterFacts } from '../ports/letter-facts';
import { DownloadPrint, DownloadPrintHandler, ErasePrint, ErasePrintHandler } from './keep-prints';
import { MakePrint, MakePrintHandler } from './make-print';
import { RequestPrint, RequestPrintHandler } from './request-print';

let dataDir: string;
let keyRing: KeyRing;
let log: MortalStore;
const clock = new FakeClock('2026-03-01T10:00:00Z');
const randomness = new SystemRandomness();

/** Refuses the next append, before or after it is written, as a process that dies at it. */
class MortalStore extends InMemoryEventStore {
  dies: 'before' | 'after' | undefined;

  override append(input: AppendInput): Promise<Appended> {
    const { dies } = this;
    this.dies = undefined;
    if (dies === 'after') void super.append(input);
    return dies ? Promise.reject(new StoreUnavailable('killed')) : super.append(input);
  }
}

class Facts extends LetterFacts {
  listPayers = () => Promise.resolve(['Département de la Nièvre']);
  listPlaces = () => Promise.resolve([]);
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'carnet-prints-'));
  keyRing = KeyRing.open({ file: join(dataDir, 'keys.json'), clock, randomness });
  log = new MortalStore();
  const { aggregates } = program();
  const wishes = [orderBooks(), reserveFunds, issueBooks()];
  for (const [step, wish] of wishes.entries()) {
    await aggregates.handle(order, ORDER_ID, wish, by(`order ${step}`));
  }
  const range = { orderId: ORDER_ID, books: 100, keyId: keyRing.currentKeyId };
  const allot = { type: 'AllotRange', data: range } as const;
  await aggregates.handle(serialRegister, SERIAL_REGISTER_ID, allot, by('allot'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const by = (wish: string): CommandContext => ({
  commandId: uuidV5(KEYS, wish),
  requestHash: hashOf(wish),
  actor: { id: 'ana', partyId: 'operator', role: 'operator' },
  correlationId: 'c',
  causationId: 'c',
});

const KEYS = '00000000-0000-5000-8000-000000000000';

/** A process with a memory of its own. */
function program() {
  const aggregates = new StreamAggregateStore({ store: log });
  const files = new PrintFiles({ dataDir, keyRing, randomness });
  const request = new RequestPrintHandler(aggregates, new Facts(), clock);
  const make = new MakePrintHandler(aggregates, files, keyRing, clock);
  const download = new DownloadPrintHandler(aggregates, files, clock);
  const erase = new ErasePrintHandler(aggregates, files, clock);
  return {
    aggregates,
    request: async (key: string, lastBook = 3) => {
      const wanted = { format: 'pdf', layout: 'a4', publicHost: 'pass.example' } as const;
      const input = { ...wanted, orderId: ORDER_ID, range: { firstBook: 1, lastBook } };
      await request.execute(new RequestPrint(input, by(key)));
      return by(key).commandId;
    },
    make: (printId: string, onProgress?: MakePrint['onProgress']) =>
      make.execute(new MakePrint(printId, onProgress)),
    download: async (printId: string, key = 'download') => {
      const { content } = await download.execute(new DownloadPrint({ printId }, by(key)));
      const bytes = Buffer.concat(await Array.fromAsync(content));
      return createHash('sha256').update(bytes).digest('hex');
    },
    erase: (printId: string) => erase.execute(new ErasePrint(printId)),
  };
}

async function told(printId: string) {
  const events = await Array.fromAsync(log.readStream(`print-${printId}`));
  return events.map(({ type, data }) => ({ type, data: data as Record<string, unknown> }));
}

const typesOf = async (printId: string) => (await told(printId)).map(({ type }) => type);
const names = () => readdirSync(join(dataDir, 'prints'));

describe('a print', () => {
  it('is asked for once under one key, and once more under another', async () => {
    const { request } = program();
    const [first, again, other] = [await request('a'), await request('a'), await request('b')];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(await typesOf(first)).toEqual(['PrintRequested']);
  });

  it('gives the same bytes as its reprint asked for at the same instant', async () => {
    const { request, make, download } = program();
    const [first, second] = [await request('a'), await request('b')];
    await Promise.all([make(first), make(second)]);
    expect(await download(first, '1')).toBe(await download(second, '2'));
  });

  it.each(['before', 'after'] as const)(
    'is made once and with the same bytes, killed %s it is told',
    async (dies) => {
      const printId = await program().request('a');
      const whole = await program().request('b');
      await program().make(whole);
      log.dies = dies;
      await expect(program().make(printId)).rejects.toThrow('killed');
      await program().make(printId);
      await program().make(printId);
      expect(await typesOf(printId)).toEqual(['PrintRequested', 'PrintMade']);
      expect(await program().download(printId)).toBe((await told(whole))[1]?.data['sha256']);
      expect(names().toSorted()).toEqual([`${printId}.sealed`, `${whole}.sealed`].toSorted());
    },
  );

  it('is made from its beginning where a worker died half-way, and leaves no half behind', async () => {
    const printId = await program().request('a', 60);
    const dies = ({ done }: { done: number }) =>
      done >= 40 ? Promise.reject(new Error('killed')) : Promise.resolve();
    await expect(program().make(printId, dies)).rejects.toThrow('killed');
    expect(names()).toHaveLength(1);
    expect(names()).not.toContain(`${printId}.sealed`);
    const progress: unknown[] = [];
    await program().make(printId, (at) => Promise.resolve(void progress.push(at)));
    expect(progress).toEqual([0, 20, 40, 60].map((done) => ({ done, total: 60 })));
    expect(names()).toEqual([`${printId}.sealed`]);
  });

  it('counts once when two workers make it at once', async () => {
    const printId = await program().request('a');
    await Promise.allSettled([program().make(printId), program().make(printId)]);
    expect(await typesOf(printId)).toEqual(['PrintRequested', 'PrintMade']);
    const [, made] = await told(printId);
    expect(await program().download(printId)).toBe(made?.data['sha256']);
  });

  it('is given up when its key was revoked meanwhile, and new codes are printed then', async () => {
    const { request, make, aggregates } = program();
    const printId = await request('a');
    const keyId = keyRing.currentKeyId;
    const newKeyId = keyRing.rotate({ clock, randomness });
    const data = { keyId, newKeyId, reason: 'leaked', revokedAt: '2026-03-01T10:00:00.000Z' };
    const revoke = { type: 'RevokeKey', data } as const;
    await aggregates.handle(serialRegister, SERIAL_REGISTER_ID, revoke, by('revoke'));
    await make(printId);
    expect((await told(printId))[1]).toMatchObject({
      ...{ type: 'PrintAbandoned', data: { reason: 'key_revoked' } },
    });
    const again = await request('b');
    await make(again);
    expect((await told(again))[0]?.data['keyId']).toBe(newKeyId);
    expect(await typesOf(again)).toEqual(['PrintRequested', 'PrintMade']);
  });

  it('is given up when its order was cancelled meanwhile', async () => {
    const { request, make, aggregates } = program();
    const printId = await request('a');
    await aggregates.handle(order, ORDER_ID, cancel(), by('cancel'));
    await make(printId);
    expect(await typesOf(printId)).toEqual(['PrintRequested', 'PrintAbandoned']);
    await expect(request('b')).rejects.toMatchObject({ code: 'order_cancelled' });
    expect(await request('a')).toBe(printId);
  });
});

describe('the file of a print', () => {
  it('is handed over with a record each time, whoever asks', async () => {
    const { request, make, download } = program();
    const printId = await request('a');
    await expect(download(printId)).rejects.toMatchObject({ code: 'print_not_made' });
    await make(printId);
    await download(printId, '1');
    await download(printId, '2');
    expect((await typesOf(printId)).slice(2)).toEqual(['PrintDownloaded', 'PrintDownloaded']);
  });

  it('is not handed over changed, and no record says it was', async () => {
    const { request, make, download } = program();
    const printId = await request('a');
    await make(printId);
    writeFileSync(join(dataDir, 'prints', `${printId}.sealed`), 'else');
    await expect(download(printId)).rejects.toMatchObject({ code: 'print_file_damaged' });
    expect(await typesOf(printId)).toEqual(['PrintRequested', 'PrintMade']);
  });

  it('is gone before that is told, so that a crash leaves none behind', async () => {
    const printId = await program().request('a');
    await program().make(printId);
    log.dies = 'before';
    await expect(program().erase(printId)).rejects.toThrow('killed');
    expect(names()).toEqual([]);
    const gone = { code: 'print_file_missing' };
    await expect(program().download(printId)).rejects.toMatchObject(gone);
    await program().erase(printId);
    await program().erase(printId);
    expect((await typesOf(printId)).slice(2)).toEqual(['PrintErased']);
    await expect(program().download(printId)).rejects.toMatchObject({ code: 'print_erased' });
  });
});
