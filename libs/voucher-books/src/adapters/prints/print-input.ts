import type { PrintRequested } from '../../contract';

/** What printed bytes are made from: what was asked for, its codes, and who wants to know how far. */
export type PrintInput = Readonly<{
  wanted: PrintRequested['data'];
  /** `XXXX-XXXX-XXXX-XXXX`; voucher 0 is the book itself. */
  codeOf: (book: number, voucher: number) => string;
  /** Told now and then, with the books that are done. */
  onBooks: (done: number) => Promise<void>;
}>;

/** Books between two words of progress: a fraction of a second's work. */
export const BOOKS_PER_SLICE = 20;
