import type {
  AllStreamSubscription,
  Position,
  ResolvedEvent,
  StreamSubscription,
} from '@eventstore/db-client';

export type Seen = Readonly<{ id: string; streamId: string; revision: number; position: Position }>;

/** Collects what a subscription delivers; every wait ends with the spec's own timeout. */
export type Follower = Readonly<{
  events: Seen[];
  confirmed: Promise<void>;
  caughtUp: Promise<void>;
  /** Resolves with the error that ended the subscription. */
  failed: Promise<unknown>;
  /** Resolves once `count` events have come. */
  seen: (count: number) => Promise<Seen[]>;
  stop: () => Promise<void>;
}>;

export function follow(subscription: StreamSubscription | AllStreamSubscription): Follower {
  const events: Seen[] = [];
  const waiting = new Set<() => void>();
  // The two kinds differ only in the type of their events, of which both kinds have these fields.
  const source = subscription as StreamSubscription;
  const confirmed = new Promise<void>((resolve) => source.once('confirmation', resolve));
  const caughtUp = new Promise<void>((resolve) => source.once('caughtUp', resolve));
  const failed = new Promise<unknown>((resolve) => source.once('error', resolve));
  source.on('data', ({ event }: ResolvedEvent) => {
    if (!event?.position) return;
    const { id, streamId, revision, position } = event;
    events.push({ id, streamId, revision: Number(revision), position });
    waiting.forEach((check) => check());
  });
  return {
    events,
    confirmed,
    caughtUp,
    failed,
    seen: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (events.length < count) return;
          waiting.delete(check);
          resolve(events.slice(0, count));
        };
        waiting.add(check);
        check();
      }),
    stop: () => source.unsubscribe(),
  };
}
