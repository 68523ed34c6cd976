/** Consecutive book numbers; both ends belong to it. */
export type BookRange = Readonly<{ firstBook: number; lastBook: number }>;

/** Ranges of books in order, apart from each other: 100,000 books in one piece are one entry. */
export type Intervals = readonly BookRange[];

export const countBooks = (intervals: Intervals): number =>
  intervals.reduce((sum, { firstBook, lastBook }) => sum + lastBook - firstBook + 1, 0);

/** Whether every book of the range is in. */
export const holdsRange = (intervals: Intervals, range: BookRange): boolean =>
  intervals.some(
    ({ firstBook, lastBook }) => firstBook <= range.firstBook && range.lastBook <= lastBook,
  );

/** The first piece long enough, cut to `books`; undefined where none is. */
export function findRange(intervals: Intervals, books: number): BookRange | undefined {
  const piece = intervals.find(({ firstBook, lastBook }) => lastBook - firstBook + 1 >= books);
  return piece && { firstBook: piece.firstBook, lastBook: piece.firstBook + books - 1 };
}

/** With the range; pieces that touch become one. */
export function addRange(intervals: Intervals, range: BookRange): Intervals {
  let { firstBook, lastBook } = range;
  const apart: BookRange[] = [];
  for (const piece of intervals) {
    if (piece.lastBook < firstBook - 1 || piece.firstBook > lastBook + 1) {
      apart.push(piece);
    } else {
      firstBook = Math.min(firstBook, piece.firstBook);
      lastBook = Math.max(lastBook, piece.lastBook);
    }
  }
  return [...apart, { firstBook, lastBook }].sort((a, b) => a.firstBook - b.firstBook);
}

/** Without the range's books, whether they were in or not. */
export const subtractRange = (intervals: Intervals, range: BookRange): Intervals =>
  intervals.flatMap((piece) =>
    [
      { firstBook: piece.firstBook, lastBook: Math.min(piece.lastBook, range.firstBook - 1) },
      { firstBook: Math.max(piece.firstBook, range.lastBook + 1), lastBook: piece.lastBook },
    ].filter(({ firstBook, lastBook }) => firstBook <= lastBook),
  );
