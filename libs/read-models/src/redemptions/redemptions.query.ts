import { CommandLookup, ReadModelBehind, type CommandTrace, type ReadStore } from '@app/platform';
import { type RedemptionRow, redemptions } from './redemptions.projection';

const { redemptions: made, redemptionCancellations: cancellations } = redemptions.table;

/** One thing that happened to a redemption, or is promised; days `…On`, instants `…At`. */
export type TimelineStep =
  | Readonly<{ step: 'redeemed'; at: string }>
  | Readonly<{ step: 'payment-promised'; on: string }>
  | Readonly<{ step: 'cancelled'; at: string; by: 'place' | 'finance'; reason: string }>;

export type RedemptionView = Omit<RedemptionRow, 'position' | 'revision'> &
  Readonly<{ status: 'redeemed' | 'cancelled'; timeline: readonly TimelineStep[] }>;

/** Redemptions by id, with what became of them. */
export class RedemptionQueries {
  constructor(private readonly store: ReadStore) {}

  find(redemptionId: string): RedemptionView | undefined {
    return this.store.snapshot(() => {
      const [row] = this.store.rows(made, 'WHERE redemptionId = ?', redemptionId);
      if (row === undefined) return undefined;
      const { position: _, revision: __, ...redemption } = row;
      const cancelled = this.#cancelledSteps(redemptionId);
      const promised = { step: 'payment-promised', on: row.promisedPaymentOn } as const;
      return {
        ...redemption,
        status: cancelled.length > 0 ? 'cancelled' : 'redeemed',
        timeline: [
          { step: 'redeemed', at: row.redeemedAt },
          ...(cancelled.length > 0 ? cancelled : [promised]),
        ],
      };
    });
  }

  #cancelledSteps(redemptionId: string): readonly TimelineStep[] {
    return this.store
      .rows(cancellations, 'WHERE redemptionId = ?', redemptionId)
      .map(({ cancelledAt, cancelledBy, reason }) => {
        return { step: 'cancelled', at: cancelledAt, by: cancelledBy, reason };
      });
  }
}

const MISSING_MS = 1_000;

/** Finds the commands of redemptions, which are their ids, however long ago they were. */
export class RedemptionCommands extends CommandLookup {
  /** Instant of `performance.now()`: a view that is not there is not asked again at once. */
  #missingUntilMs = 0;

  constructor(private readonly store: ReadStore) {
    super();
  }

  find(commandId: string): CommandTrace | undefined {
    if (performance.now() < this.#missingUntilMs) return undefined;
    try {
      const found = this.store.get<{ book: number; revision: number }>(
        `SELECT book, revision FROM "${made.name}" WHERE redemptionId = ?`,
        commandId,
      );
      return found && { streamName: `book-${found.book}`, revision: found.revision };
    } catch (error) {
      // While the view is being built, the command's own stream still knows it.
      if (!(error instanceof ReadModelBehind)) throw error;
      this.#missingUntilMs = performance.now() + MISSING_MS;
      return undefined;
    }
  }

  observe(): void {
    // The projector keeps the view.
  }
}
