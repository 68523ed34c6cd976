import * as fc from 'fast-check';
import {
  addRange,
  countBooks,
  findRange,
  holdsRange,
  type Intervals,
  subtractRange,
} from './book-ranges';

const LAST = 30;
const anyRange = fc
  .tuple(fc.integer({ min: 1, max: LAST }), fc.integer({ min: 1, max: LAST }))
  .map(([a, b]) => ({ firstBook: Math.min(a, b), lastBook: Math.max(a, b) }));
const anySteps = fc.array(fc.record({ adds: fc.boolean(), range: anyRange }), { maxLength: 20 });

const booksOf = (intervals: Intervals): number[] =>
  intervals.flatMap(({ firstBook, lastBook }) =>
    Array.from({ length: lastBook - firstBook + 1 }, (_, i) => firstBook + i),
  );

describe('intervals', () => {
  it('are the same as the set of their books, in order and as few as can be', () => {
    fc.assert(
      fc.property(anySteps, anyRange, fc.integer({ min: 1, max: LAST }), (steps, asked, count) => {
        let intervals: Intervals = [];
        const books = new Set<number>();
        for (const { adds, range } of steps) {
          intervals = adds ? addRange(intervals, range) : subtractRange(intervals, range);
          for (const book of booksOf([range])) {
            if (adds) books.add(book);
            else books.delete(book);
          }
        }
        expect(booksOf(intervals)).toEqual([...books].sort((a, b) => a - b));
        expect(countBooks(intervals)).toBe(books.size);
        for (const [i, piece] of intervals.entries()) {
          expect(piece.firstBook).toBeGreaterThan((intervals[i - 1]?.lastBook ?? -1) + 1);
        }
        expect(holdsRange(intervals, asked)).toBe(
          booksOf([asked]).every((book) => books.has(book)),
        );
        const found = findRange(intervals, count);
        if (found) {
          expect(holdsRange(intervals, found)).toBe(true);
          expect(countBooks([found])).toBe(count);
        } else {
          expect(intervals.every((piece) => countBooks([piece]) < count)).toBe(true);
        }
      }),
    );
  });
});
