import { setTimeout as sleep } from 'node:timers/promises';
import { manyAtOnce } from './many-at-once';

describe('many at once', () => {
  it('are answered in their order, at most so many under way', async () => {
    let underWay = 0;
    let most = 0;
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, (underWay += 1));
      await sleep(n % 3);
      underWay -= 1;
      return n * 2;
    };
    const items = [...Array(50).keys()];
    expect(await manyAtOnce(items, 8, work)).toEqual(items.map((n) => n * 2));
    expect(most).toBe(8);
    expect(await manyAtOnce([], 8, work)).toEqual([]);
  });

  it('begin nothing more after a failure, and leave nothing under way', async () => {
    let [begun, ended] = [0, 0];
    const work = async (n: number): Promise<void> => {
      begun += 1;
      await sleep(1);
      ended += 1;
      if (n === 3) throw new Error('the third');
    };
    const items = [...Array(100).keys()];
    await expect(manyAtOnce(items, 4, work)).rejects.toThrow('the third');
    expect(begun).toBeLessThan(12);
    expect(ended).toBe(begun);
  });
});
