import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { addDays, DomainError, type Event } from '@app/kernel';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { ClosingQueries, ledger, placedOrders, type ClosingTimer } from '@app/read-models';
import { order, type Order, type OrderWish } from '@app/voucher-books';
import {
  activate,
  cancel,
  closeOrder,
  deliver,
  drawStatement,
  FIGURES,
  issueBooks,
  onDay,
  openClosing,
  orderBooks,
  ORDER_ID,
  reserveFunds,
} from '../../libs/voucher-books/src/domain/order/order.examples';

/** Around each day on which something of the example order's end is due. */
const DAYS = ['2026-12-01', '2026-12-16', '2026-12-24', '2027-01-31', '2027-02-06', '2027-02-22']
  .flatMap((day) => [addDays(day, -1), day, addDays(day, 1)])
  .sort();

const TIMERS: Readonly<Record<ClosingTimer, (today: string) => OrderWish>> = {
  OpenClosing: (today) => openClosing(today),
  SettleStockBlock: (today) => onDay('SettleStockBlock', today),
  SettleAcknowledgement: (today) => onDay('SettleAcknowledgement', today),
  EndValidity: (today) => onDay('EndValidity', today),
  OpenStatement: (today) => onDay('OpenStatement', today),
  DrawStatement: (today) => drawStatement(today),
  SettleStatement: (today) => onDay('SettleStatement', today),
};

const anyDay = fc.constantFrom(...DAYS);
const anyWish = anyDay.chain((today) =>
  fc.constantFrom<OrderWish>(
    ...[orderBooks(), reserveFunds, issueBooks(), deliver(), activate(), cancel()],
    ...Object.values(TIMERS).map((timer) => timer(today)),
    ...[onDay('RequestStockBlock', today), onDay('AcknowledgeLateHandOuts', today)],
    ...[onDay('AgreeStatement', today), closeOrder(FIGURES.unusedCents)],
  ),
);
/** Mostly forward, so that histories reach their end. */
const PATH: readonly OrderWish[] = [
  ...[orderBooks(), reserveFunds, issueBooks(), deliver(), activate()],
  ...[openClosing('2026-12-01'), onDay('SettleStockBlock', '2026-12-16')],
  ...[onDay('SettleAcknowledgement', '2026-12-24'), onDay('EndValidity', '2027-02-06')],
  ...[onDay('OpenStatement', '2027-02-07'), drawStatement('2027-02-07')],
  ...[onDay('SettleStatement', '2027-02-23'), closeOrder(FIGURES.unusedCents)],
];
const anyHistory = fc
  .tuple(
    fc.nat(PATH.length),
    fc.array(fc.array(anyWish, { maxLength: 2 }), { minLength: 13, maxLength: 13 }),
  )
  .map(([steps, strays]) =>
    PATH.slice(0, steps).flatMap((wish, at) => [...(strays[at] ?? []), wish]),
  );

const decide = (wish: OrderWish, state: Order): readonly Event[] => {
  try {
    return order.decide(wish, state);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
};

describe('a step that is due', () => {
  it('is one that decides something, and where none is due no timer would', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyHistory, (wishes) => {
        const folder = mkdtempSync(join(tmpdir(), 'carnet-due-'));
        const file = join(folder, 'views.sqlite');
        const model = new ReadModel(file, [ledger, placedOrders]);
        const store = new ReadStore(file);
        const closings = new ClosingQueries(store);
        try {
          for (const view of model.views) model.putLive(view);
          let state: Order = order.initialState;
          let position = 0;
          const record = (event: Event): void => {
            position += 1;
            model.apply(model.views, [recorded(event, position)]);
            const stopped = model.views.find((view) => view.stopped)?.stopped;
            if (stopped) throw stopped;
          };
          FUNDED.forEach(record);
          for (const wish of wishes) {
            const decided = decide(wish, state);
            if (decided.length === 0) continue;
            for (const event of decided) {
              record(event);
              state = order.evolve(state, event as Parameters<typeof order.evolve>[1]);
            }
            for (const today of DAYS) {
              const due = closings.listDue(today);
              for (const { orderId, step, dueOn } of due) {
                seen.add(step);
                expect(orderId).toBe(ORDER_ID);
                expect(dueOn <= today).toBe(true);
                expect([step, decide(TIMERS[step](today), state)]).not.toEqual([step, []]);
                // Not a day before; drawing follows opening, on whatever day that was.
                if (step === 'DrawStatement') continue;
                expect([step, decide(TIMERS[step](addDays(dueOn, -1)), state)]).toEqual([step, []]);
              }
              if (due.length > 0) continue;
              for (const [step, timer] of Object.entries(TIMERS)) {
                if (step === 'DrawStatement') continue;
                expect([step, today, decide(timer(today), state)]).toEqual([step, today, []]);
              }
            }
          }
        } finally {
          store.close();
          model.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect([...seen].sort()).toEqual(Object.keys(TIMERS).sort());
  });
});

/** What the ledger has to know before an order becomes active. */
const AGREEMENT_ID = (orderBooks().data as { agreementId: string }).agreementId;
const FUNDED: readonly Event[] = [
  {
    type: 'AgreementSigned',
    data: { agreementId: AGREEMENT_ID, funderId: 'f', faceValueCents: 1_000 },
  },
  { type: 'DepositAssigned', data: { agreementId: AGREEMENT_ID, amountCents: 1_060_000 } },
];

function recorded({ type, data }: Event, at: number): RecordedEvent {
  return {
    ...{ type, data, revision: at - 1, position: BigInt(at), streamName: 'log-1' },
    id: `00000000-0000-5000-8000-${String(at).padStart(12, '0')}`,
    metadata: {
      commandId: '00000000-0000-5000-8000-000000000001',
      requestHash: '0'.repeat(64),
      actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
      correlationId: 'correlation-1',
      causationId: 'causation-1',
    },
    recordedAt: new Date(Date.UTC(2026, 0, 15, 10, 0, at)),
  };
}
