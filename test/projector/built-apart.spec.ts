import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ReadModel, type EventStore, type RecordedEvent } from '@app/platform';
import { PROJECTIONS, REBUILT_TOGETHER } from '@app/read-models';
import { historyOf } from '../../libs/read-models/src/accounting/history.model';
import { buildApart } from '../../libs/platform/src/read-store/views-apart';

const HISTORIES = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.nat(400_000_000)), {
      minLength: 60,
      maxLength: 120,
    }),
    fc.array(fc.nat(10_000), { minLength: 40, maxLength: 80 }),
  )
  .map(([choices, seeds]) =>
    historyOf(
      choices.map(([what, which, how, stepMs]) => ({ what, which, how, stepMs })),
      seeds,
    ),
  );

const folder = mkdtempSync(join(tmpdir(), 'carnet-spec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('views of a scheme, built by two threads and taken over', () => {
  it('are those of one thread, in any history, and stay so', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, fc.integer({ min: 1, max: 100 }), async (history, share) => {
        const known = history.slice(0, Math.ceil((history.length * share) / 100));
        const model = new ReadModel(':memory:', PROJECTIONS);
        for (const group of REBUILT_TOGETHER) {
          const path = join(folder, 'thread');
          const upTo = known.at(-1)?.position ?? 0n;
          const built = await buildApart({ store: logOf(known), projections: group, path, upTo });
          const whole = model.views.filter(({ projection: { name } }) =>
            built?.views.includes(name),
          );
          if (built) model.takeOver(whole, built);
          rmSync(path);
        }
        const taken = model.views.filter(({ position }) => position !== undefined);
        const names = taken.map(({ projection }) => projection.name);
        expect(names).toEqual(expect.arrayContaining(['ledger', 'accounting']));
        model.apply(model.views, history);
        const fold = new ReadModel(':memory:', PROJECTIONS);
        fold.apply(fold.views, history);
        expect(standOf(model)).toEqual(standOf(fold));
        model.close();
        fold.close();
      }),
      { numRuns: 15, endOnFailure: true },
    ));
});

function logOf(events: readonly RecordedEvent[]): Pick<EventStore, 'follow'> {
  return {
    follow: ({ onBatch, onLive }) => {
      const stopped = Promise.withResolvers<void>();
      void (async () => {
        for (let at = 0; at < events.length; at += 7) await onBatch(events.slice(at, at + 7));
        onLive?.();
      })();
      return { ended: stopped.promise, stop: async () => stopped.resolve() };
    },
  };
}

/** These histories leave out what a few views need: those stop, in both, at the same event. */
const standOf = (model: ReadModel) =>
  model.views.map((view) => {
    const { projection, position, stopped } = view;
    const stands = stopped ? { why: stopped.message } : { position, rows: model.hash(view) };
    return { view: projection.name, ...stands };
  });
