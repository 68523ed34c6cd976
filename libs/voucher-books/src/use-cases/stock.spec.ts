import { StreamAggregateStore, uuidV5, type CommandContext } from '@app/platform';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import type { HandedOutBook } from '../contract';
import { order } from '../domain/order/order';
import {
  active,
  allocated,
  CCAS,
  ORDER_ID,
  returned,
  stockCorrected,
} from '../domain/order/order.examples';
import { StockFigures } from '../ports/stock-figures';
import {
  CorrectHandedOutStock,
  CorrectHandedOutStockHandler,
  CorrectMovedStock,
  CorrectMovedStockHandler,
} from './stock';

class Views extends StockFigures {
  handedOut: readonly HandedOutBook[] = [];

  listHandedOut() {
    return Promise.resolve(this.handedOut);
  }
  getClosingSums(): never {
    throw new Error('nobody closes here');
  }
}

/** The worker, beside an api that writes to the same log. */
function worker() {
  const store = new InMemoryEventStore();
  const reads = jest.spyOn(store, 'readStream');
  const aggregates = new StreamAggregateStore({ store });
  const views = new Views();
  const moved = new CorrectMovedStockHandler(aggregates, views);
  const handedOut = new CorrectHandedOutStockHandler(aggregates);
  const range = { orderId: ORDER_ID, firstBook: 5, lastBook: 9 };
  const one = { orderId: ORDER_ID, book: 5, prescriberId: CCAS };
  return {
    ...{ store, aggregates, views, reads },
    hearsReturn: () => moved.execute(new CorrectMovedStock(range, asked('return'))),
    hearsHandOut: () => handedOut.execute(new CorrectHandedOutStock(one, asked('hand-out'))),
    last: async () => {
      const last = await Array.fromAsync(store.readStream(`order-${ORDER_ID}`));
      const { type, data } = last.at(-1) ?? {};
      return { type, data };
    },
  };
}

const asked = (name: string): CommandContext => ({
  commandId: uuidV5('6ba7b810-9dad-51d1-80b4-00c04fd430c8', name),
  requestHash: name,
  actor: { id: 'processes', partyId: 'operator', role: 'system' },
  correlationId: name,
  causationId: name,
});

const stream = `order-${ORDER_ID}`;
const history = [...active, allocated([1, 40])];

describe('a hand-out that the worker hears', () => {
  it('costs no reading where memory has the book in that stock', async () => {
    const { store, aggregates, reads, hearsHandOut, last } = worker();
    await store.given(stream, ...history);
    await aggregates.load(order, ORDER_ID);
    reads.mockClear();
    await hearsHandOut();
    expect(reads).not.toHaveBeenCalled();
    expect(await last()).toEqual(allocated([1, 40]));
  });

  it('is believed of no memory that is older than a return heard before', async () => {
    const { store, aggregates, hearsReturn, hearsHandOut, last } = worker();
    await store.given(stream, ...history);
    await aggregates.load(order, ORDER_ID);
    await store.given(stream, returned([5, 9]));
    // The hand-out is not in the log yet.
    await hearsReturn();
    expect(await last()).toEqual(returned([5, 9]));
    await hearsHandOut();
    expect(await last()).toEqual(stockCorrected(5));
    await hearsHandOut();
    expect(await last()).toEqual(stockCorrected(5));
  });

  it('is right where memory has not heard yet that the book was allocated', async () => {
    const { store, aggregates, hearsHandOut, last } = worker();
    await store.given(stream, ...active);
    await aggregates.load(order, ORDER_ID);
    await store.given(stream, allocated([1, 40]));
    await hearsHandOut();
    expect(await last()).toEqual(allocated([1, 40]));
  });
});

describe('a return that the worker hears', () => {
  it('gives back what the views know to be handed out, once', async () => {
    const { store, views, hearsReturn, last } = worker();
    await store.given(stream, ...history, returned([5, 9]));
    views.handedOut = [{ book: 5, prescriberId: CCAS }];
    await hearsReturn();
    await hearsReturn();
    expect(await last()).toEqual(stockCorrected(5));
  });
});
