import type { BookRange, ClosingSums } from '../contract';

/** What an order's own stream does not know of its books, from the read models. */
export abstract class StockFigures {
  /**
   * Books of the range that were handed out, in part or whole: all that the log held when it was asked.
   * One handed out in the milliseconds after that its own stream still keeps from a second hand-out.
   * @throws ReadModelBehind where the views do not get there in 2 s.
   */
  abstract listHandedOut(range: BookRange): Promise<readonly number[]>;

  /** They are told, and decide nothing: they may lag by seconds. */
  abstract getClosingSums(orderId: string): Promise<ClosingSums> | ClosingSums;
}
