import { asks, send, type Process } from '@app/platform';
import {
  messageOf,
  PlanDeliveries,
  PUBLISHED_TYPES,
  ReplayPeriod,
  type PublishedFact,
} from '@app/webhooks';
import type { ReplayRequested } from '@app/webhooks/contract';

type Fact = PublishedFact | ReplayRequested;

/** Who asked to be told of something is told; who asked for it again, again. */
export const webhooksProcess: Process<Fact> = {
  name: 'webhooks',
  facts: [...PUBLISHED_TYPES, 'ReplayRequested'],
  // Messages say when it happened and may come in any order: none waits for another.
  instanceOf: ({ id }) => id,
  onPoison: 'park',
  react: (fact) => {
    if (fact.type === 'ReplayRequested') return [send(asks(ReplayPeriod, fact.data), 'replay')];
    const message = messageOf(fact);
    return [send(asks(PlanDeliveries, { factId: fact.id, message }), 'plan')];
  },
};
