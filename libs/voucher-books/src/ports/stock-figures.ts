import type { BookRange, ClosingSums } from '../contract';

/**
 * What an order's own stream does not know of its books, from the read models: which were handed
 * out, and the sums of its closing. It may lag by seconds; the books' own streams still judge.
 */
export abstract class StockFigures {
  /** Books of the range that were handed out, in part or whole. */
  abstract listHandedOut(range: BookRange): Promise<readonly number[]> | readonly number[];

  abstract getClosingSums(orderId: string): Promise<ClosingSums> | ClosingSums;
}
