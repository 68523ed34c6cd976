import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { accounting } from './accounting.projection';
import { BookQueries } from './books.query';

const recorded = (revision: number, at: string, type: string, data: object): RecordedEvent => ({
  ...{ id: `event-${revision}`, streamName: 'any-1', revision, position: BigInt(revision) },
  ...{ type, data, recordedAt: new Date(at) },
  metadata: {
    ...{ commandId: '', requestHash: '', correlationId: '', causationId: '' },
    actor: { id: '', partyId: '', role: '' },
  },
});

const deposit = recorded(1, '2026-03-31T21:59:59.000Z', 'DepositAssigned', {
  ...{ depositId: 'd', agreementId: 'a', funderId: 'f', amountCents: 500 },
  ...{ bankReference: 'VIR', valueOn: '2026-03-30', recordedBy: 'p' },
});
const proposed = recorded(2, '2026-03-31T22:00:00.000Z', 'PeriodClosingProposed', {
  ...{ month: '2026-03', proposedBy: 'p', proposedAt: '2026-03-31T22:00:00.000Z' },
});
const closedOn = (sha256: string) =>
  recorded(3, '2026-04-01T08:00:00.000Z', 'PeriodClosed', {
    ...{ month: '2026-03', proposedBy: 'p', closedBy: 'q', closedAt: '2026-04-01T08:00:00.000Z' },
    ...{ entries: 1, postings: 1, totalCents: 500, sha256 },
  });

describe('a month of the books', () => {
  it('is over once something is recorded after it, in Paris', () => {
    expect(inBooks([deposit], (books) => books.getMonth('2026-03'))).toMatchObject({
      ...{ entries: 1, postings: 1, totalCents: 500, isOver: false },
    });
    const after = inBooks([deposit, proposed], (books) => books.getMonth('2026-03'));
    expect(after).toMatchObject({ entries: 1, totalCents: 500, isOver: true });
  });

  it('is what it was closed on, or a person is called', () => {
    const { sha256 } = inBooks([deposit], (books) => books.getMonth('2026-03'));
    const count = (...events: RecordedEvent[]) =>
      inBooks(events, (books) => books.countChangedMonths());
    expect(count(deposit, proposed)).toBe(0);
    expect(count(deposit, proposed, closedOn(sha256))).toBe(0);
    expect(count(deposit, proposed, closedOn('a'.repeat(64)))).toBe(1);
    expect(count(proposed, closedOn(sha256))).toBe(1);
  });

  it('can be empty', () => {
    const { sha256, entries } = inBooks([proposed], (books) => books.getMonth('2026-03'));
    expect(entries).toBe(0);
    const closed = closedOn(sha256);
    expect(inBooks([proposed, closed], (books) => books.countChangedMonths())).toBe(0);
  });

  it('hashes every word of its postings', () => {
    const hashOf = (event: RecordedEvent) =>
      inBooks([event], (books) => books.getMonth('2026-03').sha256);
    const changes = [{ amountCents: 501 }, { bankReference: 'VIR 2' }, { valueOn: '2026-03-29' }];
    const hashes = [{}, ...changes, { agreementId: 'b' }].map((change) =>
      hashOf({ ...deposit, data: { ...(deposit.data as object), ...change } }),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

const inBooks = <T>(events: readonly RecordedEvent[], ask: (books: BookQueries) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-months-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [accounting]);
  const store = new ReadStore(path);
  try {
    model.apply(model.views, events);
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    return ask(new BookQueries(store));
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
