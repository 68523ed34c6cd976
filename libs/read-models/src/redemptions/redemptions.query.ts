import { parisDayOf } from '@app/kernel';
import { CommandLookup, ReadModelBehind, type CommandTrace, type ReadStore } from '@app/platform';
import { type PaymentStoryStep, storyOf } from '../runs/payment-story';
import { type CancellationRow, type RedemptionRow, redemptions } from './redemptions.projection';

const { redemptions: made, redemptionCancellations: cancellations } = redemptions.table;

/** One thing that happened to a redemption, or is promised; days `…On`, instants `…At`. */
export type TimelineStep =
  | Readonly<{ step: 'redeemed'; at: string }>
  | Readonly<{ step: 'payment-promised'; on: string }>
  | Readonly<{ step: 'cancelled'; at: string; by: 'place' | 'finance'; reason: string }>
  | PaymentStoryStep;

export type RedemptionView = Omit<RedemptionRow, 'position' | 'revision' | 'agreementId'> &
  Readonly<{ status: 'redeemed' | 'cancelled'; timeline: readonly TimelineStep[] }>;

/** Redemptions by id, with what became of them. */
export class RedemptionQueries {
  constructor(private readonly store: ReadStore) {}

  find(redemptionId: string): RedemptionView | undefined {
    return this.store.snapshot(() => {
      const [row] = this.store.rows(made, 'WHERE redemptionId = ?', redemptionId);
      if (row === undefined) return undefined;
      const { position, revision: _, agreementId, ...redemption } = row;
      const [cancellation] = this.store.rows(cancellations, 'WHERE redemptionId = ?', redemptionId);
      const { placeId, redeemedAt, promisedPaymentOn } = redemption;
      const pair = { agreementId, placeId };
      const cancelledPosition = cancellation?.position;
      const story = storyOf(this.store, { ...pair, position, cancelledPosition });
      const end = story.at(-1)?.step;
      const isOver = cancellation !== undefined || end === 'settled' || end === 'set-off';
      const promised = { step: 'payment-promised', on: promisedPaymentOn } as const;
      return {
        ...redemption,
        status: cancellation === undefined ? 'redeemed' : 'cancelled',
        timeline: [
          { step: 'redeemed', at: redeemedAt },
          ...withCancellation(story, cancellation),
          ...(isOver ? [] : [promised]),
        ],
      };
    });
  }
}

/** In the order of their days: a payment may come before or after. */
const withCancellation = (
  story: readonly PaymentStoryStep[],
  cancellation: CancellationRow | undefined,
): readonly TimelineStep[] => {
  if (cancellation === undefined) return story;
  const { cancelledAt: at, cancelledBy: by, reason } = cancellation;
  const later = story.findIndex((step) => ('at' in step ? step.at > at : step.on > parisDayOf(at)));
  const before = later < 0 ? story.length : later;
  const cancelled = { step: 'cancelled', at, by, reason } as const;
  return [...story.slice(0, before), cancelled, ...story.slice(before)];
};

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
