import { EnqueueOrder, ReleaseOrder, RequestActivation } from '@app/funding';
import type { ActivationPermitted, OrderFunded, OrderTurnedAway } from '@app/funding/contract';
import { asks, ignore, send, type FactOf, type Process, type Reaction } from '@app/platform';
import {
  ActivateOrder,
  AllotBooks,
  IssueBooks,
  ReplaceBook,
  ReserveFunds,
  StockReplacement,
  TurnOrderAway,
} from '@app/voucher-books';
import type {
  BookReplaced,
  BooksOrdered,
  OrderCancelled,
  OrderDelivered,
  RangeAllotted,
} from '@app/voucher-books/contract';

type Fact =
  | BooksOrdered
  | OrderTurnedAway
  | OrderFunded
  | RangeAllotted
  | OrderDelivered
  | ActivationPermitted
  | OrderCancelled
  | BookReplaced;

/**
 * An order's way from wish to use: queued, funded, numbered, delivered, active. Each step is decided
 * in one stream, and the next stream hears of it here; a lost book's replacement goes the same way.
 */
export const ordersProcess: Process<Fact> = {
  name: 'orders',
  facts: [
    'BooksOrdered',
    'OrderTurnedAway',
    'OrderFunded',
    'RangeAllotted',
    'OrderDelivered',
    'ActivationPermitted',
    'OrderCancelled',
    'BookReplaced',
  ],
  instanceOf: ({ data }) => data.orderId,
  onPoison: 'stop',
  react: (fact) => react(fact),
};

const react = (fact: FactOf<Fact>): readonly Reaction<never>[] => {
  switch (fact.type) {
    case 'BooksOrdered': {
      const { agreementId, orderId, faceCents, feeCents, vatCents } = fact.data;
      return [send(asks(EnqueueOrder, { agreementId, orderId, faceCents, feeCents, vatCents }))];
    }
    case 'OrderTurnedAway': {
      const { orderId, reason } = fact.data;
      return [send(asks(TurnOrderAway, { orderId, reason }))];
    }
    case 'OrderFunded': {
      const { orderId } = fact.data;
      return [
        send(asks(ReserveFunds, { orderId }), 'reserve'),
        send(asks(AllotBooks, { orderId }), 'allot'),
      ];
    }
    case 'RangeAllotted':
      return numbered(fact.data);
    case 'OrderDelivered': {
      const { agreementId, orderId } = fact.data;
      return [send(asks(RequestActivation, { agreementId, orderId }))];
    }
    case 'ActivationPermitted':
      return [send(asks(ActivateOrder, { orderId: fact.data.orderId }))];
    case 'OrderCancelled': {
      const { agreementId, orderId, cause } = fact.data;
      if (cause === 'turned-away') return [ignore('the agreement never queued it')];
      return [send(asks(ReleaseOrder, { agreementId, orderId }))];
    }
    case 'BookReplaced': {
      const { orderId, book: replacedBook, newBook: book, prescriberId } = fact.data;
      const holder = prescriberId === undefined ? {} : { prescriberId };
      return [send(asks(StockReplacement, { orderId, replacedBook, book, ...holder }))];
    }
  }
};

const numbered = ({
  orderId,
  replacedBook,
  keyId,
  firstBook,
  lastBook,
}: RangeAllotted['data']): readonly Reaction<never>[] =>
  replacedBook === undefined
    ? [send(asks(IssueBooks, { orderId, keyId, firstBook, lastBook }))]
    : [send(asks(ReplaceBook, { book: replacedBook, newBook: firstBook }))];
