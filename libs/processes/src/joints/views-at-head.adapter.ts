import { AggregateStore, ReadStore, ViewProgress, type Projection } from '@app/platform';
import { Injectable } from '@nestjs/common';

type View = Pick<Projection, 'name'>;

/**
 * Views as the log is when they are asked, and not as it was some seconds ago: what a command is decided
 * on must not be older than the command.
 */
@Injectable()
export class ViewsAtHead {
  readonly #progress: ViewProgress;

  constructor(
    private readonly aggregates: AggregateStore,
    readStore: ReadStore,
  ) {
    this.#progress = new ViewProgress(readStore);
  }

  /**
   * Waits until these views have seen all that is in the log now.
   * @throws ReadModelBehind after 2 s: nothing was decided, and whoever asked asks again.
   */
  async reach(...views: readonly [View, ...View[]]): Promise<void> {
    const head = await this.aggregates.fetchHead();
    if (head !== undefined) await this.#progress.waitFor(head, views);
  }

  /**
   * What never changes once it is there is taken as it is found; that it is not there is believed of
   * views only that have seen the whole log.
   */
  async find<T>(look: () => T | undefined, ...views: readonly [View, ...View[]]) {
    const found = look();
    if (found !== undefined) return found;
    await this.reach(...views);
    return look();
  }
}
