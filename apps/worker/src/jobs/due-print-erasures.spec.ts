import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { PrintQueries, prints } from '@app/read-models';
import { DuePrintErasures } from './due-print-erasures';
import { DuePrints } from './due-prints';

const folder = mkdtempSync(join(tmpdir(), 'carnet-erasures-'));
const path = join(folder, 'views.sqlite');
const model = new ReadModel(path, [prints]);
let store: ReadStore;

beforeAll(() => {
  model.apply(model.views, [
    fact('PrintRequested', 'waiting', { requestedAt: '2026-01-01T10:00:00.000Z' }),
    fact('PrintRequested', 'kept', { requestedAt: '2026-01-01T10:00:00.000Z' }),
    fact('PrintMade', 'kept', { madeAt: '2026-01-01T12:00:00.000Z' }),
    fact('PrintRequested', 'gone', { requestedAt: '2025-01-01T10:00:00.000Z' }),
    fact('PrintMade', 'gone', { madeAt: '2025-01-01T12:00:00.000Z' }),
    fact('PrintErased', 'gone', { erasedAt: '2025-02-01T12:00:00.000Z' }),
  ]);
  for (const view of model.views) {
    if (view.stopped) throw view.stopped;
    model.putLive(view);
  }
  store = new ReadStore(path);
});

afterAll(() => {
  store.close();
  model.close();
  rmSync(folder, { recursive: true, force: true });
});

let position = 0n;
function fact(type: string, printId: string, data: object): RecordedEvent {
  position += 1n;
  return {
    ...{ id: `${position}`, streamName: `print-${printId}`, revision: 0, type, position },
    data: {
      ...{ printId, orderId: 'order', format: 'csv', firstBook: 1, lastBook: 2 },
      ...{ vouchersPerBook: 10, sha256: 'ab', bytes: 1, pages: 0, ...data },
    },
    metadata: {} as RecordedEvent['metadata'],
    recordedAt: new Date(0),
  };
}

const dueAt = (now: string) =>
  new DuePrintErasures(new PrintQueries(store), { keepDays: 30 }).findDue(new Date(now));

describe('the files of prints', () => {
  it('are kept for as many days as configured, from when they were made', () =>
    expect(dueAt('2026-01-31T12:00:00.000Z')).toEqual([]));

  it('are due after that, unless they are gone', () =>
    expect(dueAt('2026-01-31T12:00:00.001Z')).toEqual([{ printId: 'kept' }]));
});

describe('prints that were asked for', () => {
  it('are due until they are made', () =>
    expect(new DuePrints(new PrintQueries(store)).findDue()).toEqual([{ printId: 'waiting' }]));
});
