import fc from 'fast-check';
import type { AgreementFact } from '../contract';
import { agreement } from './agreement';
import {
  confirm,
  creditNote,
  enqueue,
  recall,
  receive,
  release,
  requestActivation,
  terms,
} from './agreement.examples';
import { proposeRefund, approveRefund } from './agreement.examples';
import type { AgreementWish } from './agreement.messages';
import { DomainError } from '@app/kernel';

const id = fc.integer({ min: 1, max: 8 }).map(String);
const cents = fc.integer({ min: 1, max: 1_000 });

/** What the world may ask, in any order; amounts of one deposit or order never change. */
const wish: fc.Arbitrary<AgreementWish> = fc.oneof(
  fc.record({ id, cents }).map((a) => receive(a.id, amountOf(a.id))),
  id.map((d) => confirm(d, amountOf(d))),
  fc.record({ id, was: fc.boolean() }).map(({ id: d, was }) => recall(d, amountOf(d), was)),
  id.map((o) => enqueue(o, amountOf(o))),
  id.map(release),
  id.map(requestActivation),
  id.map((r) => proposeRefund(r, amountOf(r))),
  id.map((r) => approveRefund(r)),
  id.map((r): AgreementWish => ({ type: 'FailRefund', data: { refundId: r, reason: 'AC04' } })),
  id.map((r): AgreementWish => ({
    type: 'BookRefund',
    data: { refundId: r, amountCents: amountOf(r), statementReference: `s${r}` },
  })),
  fc.record({ id, cents }).map((c) => creditNote(c.id, c.cents)),
);

const amountOf = (name: string): number => Number(name) * 137;

/**
 * The sums of an agreement, folded apart from the decider by the table of design.md. Activated
 * orders and credit notes are outside money here: what left reserved for good, what came back.
 */
type Sums = {
  deposited: number;
  shortfall: number;
  available: number;
  reserved: number;
  returned: number;
  credited: number;
};

const sumsOf = (facts: readonly AgreementFact[]): Sums => {
  const s: Sums = {
    deposited: 0,
    shortfall: 0,
    available: 0,
    reserved: 0,
    returned: 0,
    credited: 0,
  };
  for (const { type, data } of facts) {
    if (type === 'FundsReceived') {
      s.deposited += data.amountCents;
      s.available += data.amountCents - data.shortfallRepaidCents;
      s.shortfall -= data.shortfallRepaidCents;
    } else if (type === 'FundsRecalled') {
      for (const { amountCents } of data.cancelledRefunds) {
        s.reserved -= amountCents;
        s.available += amountCents;
      }
      s.deposited -= data.amountCents;
      s.available -= data.fromAvailableCents;
      s.shortfall += data.shortfallCents;
    } else if (type === 'OrderFunded') {
      s.available -= data.faceCents + data.feeCents + data.vatCents;
      s.reserved += data.faceCents + data.feeCents + data.vatCents;
    } else if (type === 'ReservationReleased' || type === 'RefundFailed') {
      s.reserved -= data.amountCents;
      s.available += data.amountCents - data.shortfallRepaidCents;
      s.shortfall -= data.shortfallRepaidCents;
    } else if (type === 'CreditNoteIssued') {
      s.credited += data.amountCents;
      s.available += data.amountCents - data.shortfallRepaidCents;
      s.shortfall -= data.shortfallRepaidCents;
    } else if (type === 'RefundOrdered') {
      s.available -= data.amountCents;
      s.reserved += data.amountCents;
    } else if (type === 'RefundBooked') {
      s.reserved -= data.amountCents;
      s.returned += data.amountCents;
    }
  }
  return s;
};

const historyOf = (wishes: readonly AgreementWish[]): readonly AgreementFact[] => {
  const facts: AgreementFact[] = [{ type: 'AgreementSigned', data: terms() }];
  for (const asked of wishes) {
    const state = facts.reduce(agreement.evolve, agreement.initialState);
    try {
      facts.push(...agreement.decide(asked, state));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return facts;
};

const everyPrefix = (
  facts: readonly AgreementFact[],
  holds: (prefix: readonly AgreementFact[]) => void,
): void => facts.forEach((_, i) => holds(facts.slice(0, i + 1)));

describe('whatever is asked of an agreement, in any order', () => {
  const check = (holds: (facts: readonly AgreementFact[]) => void): void =>
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => holds(historyOf(wishes))),
      { numRuns: 300 },
    );

  it('loses no cent: deposited + shortfall = available + reserved + returned − credited', () =>
    check((facts) =>
      everyPrefix(facts, (prefix) => {
        const s = sumsOf(prefix);
        expect(s.deposited + s.credited + s.shortfall).toBe(s.available + s.reserved + s.returned);
      }),
    ));

  it('never lets available, reserved or shortfall fall below zero', () =>
    check((facts) =>
      everyPrefix(facts, (prefix) => {
        const { available, reserved, shortfall } = sumsOf(prefix);
        expect(Math.min(available, reserved, shortfall)).toBeGreaterThanOrEqual(0);
      }),
    ));

  it('funds orders once, and strictly in the order they were enqueued', () =>
    check((facts) => {
      const funded = facts.flatMap((f) => (f.type === 'OrderFunded' ? [f.data.orderId] : []));
      const withdrawn = new Set(
        facts.flatMap((f) => (f.type === 'OrderWithdrawn' ? [f.data.orderId] : [])),
      );
      const enqueued = facts.flatMap((f) => (f.type === 'OrderEnqueued' ? [f.data.orderId] : []));
      const servedInTurn = enqueued.filter((orderId) => !withdrawn.has(orderId));
      expect(funded).toEqual(servedInTurn.slice(0, funded.length));
    }));

  it('permits no activation beyond confirmed money', () =>
    check((facts) =>
      everyPrefix(facts, (prefix) => {
        if (prefix.at(-1)?.type !== 'ActivationPermitted') return;
        const state = prefix.reduce(agreement.evolve, agreement.initialState);
        if (state.status === 'unknown') throw new Error('an agreement without rules');
        const permittedCents = state.orders
          .filter(({ status }) => status === 'permitted')
          .reduce((sum, order) => sum + order.faceCents + order.feeCents + order.vatCents, 0);
        expect(permittedCents).toBeLessThanOrEqual(
          state.confirmedCents + state.creditedCents - state.refundedCents,
        );
      }),
    ));

  it('answers the second copy of every copied fact with nothing', () =>
    check((facts) => {
      const state = facts.reduce(agreement.evolve, agreement.initialState);
      for (const { type, data } of facts) {
        if (type === 'FundsReceived') {
          expect(agreement.decide(receive(data.depositId, data.amountCents), state)).toEqual([]);
        }
        if (type === 'FundsConfirmed') {
          expect(agreement.decide(confirm(data.depositId, data.amountCents), state)).toEqual([]);
        }
        if (type === 'OrderEnqueued') {
          expect(agreement.decide(enqueue(data.orderId, data.faceCents), state)).toEqual([]);
        }
        if (type === 'CreditNoteIssued') {
          expect(agreement.decide(creditNote(data.creditNoteId, data.amountCents), state)).toEqual(
            [],
          );
        }
      }
    }));
});
