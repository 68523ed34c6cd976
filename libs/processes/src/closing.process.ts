import { IssueCreditNote } from '@app/funding';
import type { CreditNoteIssued } from '@app/funding/contract';
import { parisDayOf, type Event } from '@app/kernel';
import {
  asks,
  ignore,
  publish,
  send,
  type FactOf,
  type Process,
  type Reaction,
} from '@app/platform';
import { CloseOrder } from '@app/voucher-books';
import type {
  RedemptionCancelled,
  StatementAgreed,
  StatementOpened,
} from '@app/voucher-books/contract';

type Fact = StatementOpened | StatementAgreed | CreditNoteIssued | RedemptionCancelled;
type Own = Event<'StatementPassed', { orderId: string }>;
type Memory = Readonly<{ statementPassed: boolean }>;

/**
 * What an order's end gives back to its funder. The statement counts what was unused at its place in
 * the log; a redemption cancelled behind that place has a credit note of its own.
 */
export const closingProcess: Process<Fact, Memory, Own> = {
  name: 'closing',
  facts: ['StatementOpened', 'StatementAgreed', 'CreditNoteIssued', 'RedemptionCancelled'],
  instanceOf: ({ data }) => data.orderId,
  memory: {
    initialState: { statementPassed: false },
    evolve: () => ({ statementPassed: true }),
  },
  onPoison: 'stop',
  react: (fact, memory) => react(fact, memory),
};

const react = (fact: FactOf<Fact>, { statementPassed }: Memory): readonly Reaction<Own>[] => {
  const { orderId, agreementId } = fact.data;
  const issuedOn = parisDayOf(fact.recordedAt);
  switch (fact.type) {
    case 'StatementOpened':
      return [publish({ type: 'StatementPassed', data: { orderId } })];
    case 'StatementAgreed': {
      const amountCents = fact.data.unusedCents;
      if (amountCents === 0) return [send(asks(CloseOrder, { orderId }))];
      const note = { creditNoteId: fact.id, amountCents, cause: 'closing', issuedOn } as const;
      return [send(asks(IssueCreditNote, { agreementId, orderId, ...note }))];
    }
    case 'CreditNoteIssued': {
      const { cause, creditNoteId, amountCents } = fact.data;
      if (cause === 'cancellation') return [ignore('the order was closed by its own')];
      return [send(asks(CloseOrder, { orderId, creditNote: { creditNoteId, amountCents } }))];
    }
    case 'RedemptionCancelled': {
      if (!statementPassed) return [ignore('the statement counts it')];
      const amountCents = fact.data.coveredCents;
      const note = { creditNoteId: fact.id, amountCents, cause: 'cancellation', issuedOn } as const;
      return [send(asks(IssueCreditNote, { agreementId, orderId, ...note }))];
    }
  }
};
