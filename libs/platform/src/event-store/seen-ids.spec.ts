import fc from 'fast-check';
import { SeenIds } from './seen-ids';
import { uuidV5 } from '../ids/uuid';

const NAMESPACE = 'd9d2a3a0-52f5-5e4c-9d0e-0f6b1c7e5a11';
const idOf = (name: string): string => uuidV5(NAMESPACE, name);

describe('ids that were seen', () => {
  it('are never taken for new, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), fc.string())), (ids) => {
        const seen = new SeenIds();
        for (const id of ids) seen.add(id);
        expect(ids.filter((id) => !seen.mayHave(id))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('are hardly ever taken for others: less than one in a thousand with 300,000 of them', () => {
    const seen = new SeenIds();
    for (let n = 0; n < 300_000; n += 1) seen.add(idOf(`${n}`));
    let mistaken = 0;
    for (let n = 0; n < 20_000; n += 1) if (seen.mayHave(idOf(`new ${n}`))) mistaken += 1;
    expect(mistaken).toBeLessThan(20);
  });
});
