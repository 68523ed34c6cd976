import { given } from '@app/platform/testing/given';
import { agreement } from './agreement';
import {
  activationPermitted,
  activationRequested,
  AGREEMENT_ID,
  approveRefund,
  confirm,
  confirmed,
  creditNote,
  enqueue,
  enqueued,
  funded,
  proposeRefund,
  recall,
  recalled,
  receive,
  received,
  refundOrdered,
  refundProposed,
  refundSent,
  release,
  released,
  requestActivation,
  signed,
  terms,
  turnedAway,
  withdrawn,
} from './agreement.examples';

describe('signing an agreement', () => {
  const sign = (change = {}) => ({ type: 'SignAgreement', data: terms(change) }) as const;

  it('keeps its rules', () => given(agreement).when(sign()).then(signed()));

  it('is refused a second time', () =>
    given(agreement, signed()).when(sign()).thenRefused('already_so'));

  it('is refused when the shares are one basis point short', () =>
    given(agreement)
      .when(sign({ coFunders: [{ name: 'Département', shareBasisPoints: 9_999 }] }))
      .thenRefused('co_funders_invalid'));

  it('is refused when the funder itself is not listed', () =>
    given(agreement)
      .when(sign({ funderName: 'Région' }))
      .thenRefused('co_funders_invalid'));

  it('is refused when one co-funder is listed twice', () =>
    given(agreement)
      .when(
        sign({
          coFunders: [
            { name: 'Département', shareBasisPoints: 5_000 },
            { name: 'Département', shareBasisPoints: 5_000 },
          ],
        }),
      )
      .thenRefused('co_funders_invalid'));
});

describe('the funding queue', () => {
  it('funds an order in the append that brings the last cent', () =>
    given(agreement, signed(), enqueued('a', 1_000), received('d1', 999))
      .when(receive('d2', 1))
      .then(received('d2', 1), funded('a', 1_000)));

  it('waits while one cent is missing', () =>
    given(agreement, signed(), enqueued('a', 1_000))
      .when(receive('d', 999))
      .then(received('d', 999)));

  it('funds an order when it is enqueued and money is there', () =>
    given(agreement, signed(), received('d', 1_000))
      .when(enqueue('a', 1_000))
      .then(enqueued('a', 1_000), funded('a', 1_000)));

  it('lets no smaller younger order overtake', () =>
    given(agreement, signed(), enqueued('old', 1_000), received('d', 500))
      .when(enqueue('young', 100))
      .then(enqueued('young', 100)));

  it('funds several orders at once, oldest first', () =>
    given(agreement, signed(), enqueued('a', 600), enqueued('b', 400), enqueued('c', 1))
      .when(receive('d', 1_000))
      .then(received('d', 1_000), funded('a', 600), funded('b', 400)));

  it('goes on behind an order that is cancelled while it waits', () =>
    given(agreement, signed(), enqueued('a', 1_000), enqueued('b', 100), received('d', 100))
      .when(release('a'))
      .then(withdrawn('a'), funded('b', 100)));

  it('gives the money of a cancelled funded order to the next', () =>
    given(
      agreement,
      signed(),
      received('d', 100),
      enqueued('a', 100),
      funded('a', 100),
      enqueued('b', 100),
    )
      .when(release('a'))
      .then(released('a', 100), funded('b', 100)));

  it('ignores the second copy of a deposit, an order and a cancellation', () => {
    const history = [signed(), received('d', 100), enqueued('a', 100), funded('a', 100)];
    given(agreement, ...history)
      .when(receive('d', 100))
      .thenNothing();
    given(agreement, ...history)
      .when(enqueue('a', 100))
      .thenNothing();
    given(agreement, ...history, released('a', 100))
      .when(release('a'))
      .thenNothing();
  });

  it('takes orders up to the ceiling and not a cent beyond', () => {
    const history = [signed({ ceilingCents: 1_000 }), enqueued('a', 400)];
    given(agreement, ...history)
      .when(enqueue('b', 600))
      .then(enqueued('b', 600));
    given(agreement, ...history)
      .when(enqueue('b', 601))
      .then(turnedAway('b', 'ceiling_exceeded'));
  });

  it('turns an order away once, and for good', () =>
    given(agreement, signed({ ceilingCents: 1 }), turnedAway('a', 'ceiling_exceeded'))
      .when(enqueue('a', 2))
      .thenNothing());

  it('counts no withdrawn order against the ceiling', () =>
    given(agreement, signed({ ceilingCents: 1_000 }), enqueued('a', 400), withdrawn('a'))
      .when(enqueue('b', 1_000))
      .then(enqueued('b', 1_000)));
});

describe('activation', () => {
  const waiting = [signed(), received('d', 100), enqueued('a', 100), funded('a', 100)];

  it('is permitted when confirmed deposits cover it', () =>
    given(agreement, ...waiting, confirmed('d', 100))
      .when(requestActivation('a'))
      .then(activationRequested('a'), activationPermitted('a', 100)));

  it('waits on a deposit that is only typed', () =>
    given(agreement, ...waiting)
      .when(requestActivation('a'))
      .then(activationRequested('a')));

  it('follows by itself when the deposit is confirmed', () =>
    given(agreement, ...waiting, activationRequested('a'))
      .when(confirm('d', 100))
      .then(confirmed('d', 100), activationPermitted('a', 100)));

  it('counts what is already active', () =>
    given(
      agreement,
      signed(),
      received('d', 199),
      confirmed('d', 199),
      enqueued('a', 100),
      funded('a', 100),
      activationRequested('a'),
      activationPermitted('a', 100),
      received('typed', 1),
      enqueued('b', 100),
      funded('b', 100),
    )
      .when(requestActivation('b'))
      .then(activationRequested('b')));

  it('is not permitted with a shortfall', () =>
    given(
      agreement,
      ...waiting,
      confirmed('d', 100),
      received('e', 100),
      enqueued('b', 100),
      funded('b', 100),
      recalled({
        depositId: 'e',
        amountCents: 100,
        wasConfirmed: false,
        cancelledRefunds: [],
        fromAvailableCents: 0,
        shortfallCents: 100,
      }),
    )
      .when(requestActivation('a'))
      .then(activationRequested('a')));

  it('is asked for once', () =>
    given(agreement, ...waiting, activationRequested('a'))
      .when(requestActivation('a'))
      .thenNothing());
});

describe('a recall', () => {
  const facts = { depositId: 'd', amountCents: 100, wasConfirmed: false };

  it('is absorbed by what is available', () =>
    given(agreement, signed(), received('d', 100))
      .when(recall('d', 100))
      .then(
        recalled({ ...facts, cancelledRefunds: [], fromAvailableCents: 100, shortfallCents: 0 }),
      ));

  it('leaves a shortfall for what orders already hold', () =>
    given(agreement, signed(), received('d', 100), enqueued('a', 60), funded('a', 60))
      .when(recall('d', 100))
      .then(
        recalled({ ...facts, cancelledRefunds: [], fromAvailableCents: 40, shortfallCents: 60 }),
      ));

  it('cancels a refund ordered but not sent before there is a shortfall', () =>
    given(agreement, signed(), received('d', 100), refundProposed('r', 30), refundOrdered('r', 30))
      .when(recall('d', 100))
      .then(
        recalled({
          ...facts,
          cancelledRefunds: [{ refundId: 'r', amountCents: 30 }],
          fromAvailableCents: 100,
          shortfallCents: 0,
        }),
      ));

  it('leaves a refund alone that was sent', () =>
    given(
      agreement,
      signed(),
      received('d', 100),
      refundProposed('r', 30),
      refundOrdered('r', 30),
      refundSent('r'),
    )
      .when(recall('d', 100))
      .then(
        recalled({ ...facts, cancelledRefunds: [], fromAvailableCents: 70, shortfallCents: 30 }),
      ));

  const short = [
    signed(),
    received('d', 100),
    enqueued('a', 100),
    funded('a', 100),
    recalled({ ...facts, cancelledRefunds: [], fromAvailableCents: 0, shortfallCents: 100 }),
  ];

  it('is repaid first by the next deposit', () =>
    given(agreement, ...short)
      .when(receive('e', 150))
      .then(received('e', 150, 100)));

  it('is repaid by a released reservation and a credit note too', () => {
    given(agreement, ...short)
      .when(release('a'))
      .then(released('a', 100, 100));
    given(agreement, ...short)
      .when(creditNote('c', 30))
      .then({
        type: 'CreditNoteIssued',
        data: {
          agreementId: AGREEMENT_ID,
          orderId: 'order',
          creditNoteId: 'c',
          amountCents: 30,
          shortfallRepaidCents: 30,
          cause: 'closing',
          issuedOn: '2026-11-02',
        },
      });
  });

  it('funds nothing while a shortfall stands', () =>
    given(agreement, ...short, enqueued('b', 10))
      .when(receive('e', 99))
      .then(received('e', 99, 99)));
});

describe('a refund', () => {
  const rich = [signed(), received('d', 100)];

  it('is proposed up to what is available', () => {
    given(agreement, ...rich)
      .when(proposeRefund('r', 100))
      .then(refundProposed('r', 100));
    given(agreement, ...rich)
      .when(proposeRefund('r', 101))
      .thenRefused('refund_exceeds_available', { availableCents: 100 });
  });

  it('never exceeds the cash of its agreement', () =>
    given(agreement, ...rich)
      .when(proposeRefund('r', 100, { cashCents: 99 }))
      .thenRefused('refund_exceeds_cash', { cashCents: 99 }));

  it('shares the cash with those ordered since it was asked for', () => {
    const two = [...rich, refundProposed('r', 60), refundProposed('s', 40), refundOrdered('r', 60)];
    const approve = (cashCents: number, refundedCents = 0) =>
      approveRefund('s', 'approver', { cashCents, refundedCents });
    given(agreement, ...two)
      .when(approve(100))
      .then(refundOrdered('s', 40));
    given(agreement, ...two)
      .when(approve(99))
      .thenRefused('refund_exceeds_cash', { cashCents: 39 });
    given(agreement, ...two)
      .when(proposeRefund('t', 40, { cashCents: 99 }))
      .thenRefused('refund_exceeds_cash', { cashCents: 39 });
    // Ordered before, it is no part of the cash that is told, booked or not.
    given(agreement, ...two)
      .when(approve(39, 60))
      .thenRefused('refund_exceeds_cash');
    given(agreement, ...two)
      .when(approve(40, 60))
      .then(refundOrdered('s', 40));
  });

  it('goes to a verified account only', () =>
    given(agreement, ...rich)
      .when(proposeRefund('r', 100, { bankAccountVerified: false }))
      .thenRefused('bank_account_not_verified'));

  it('is approved by another person', () => {
    given(agreement, ...rich, refundProposed('r', 100))
      .when(approveRefund('r'))
      .then(refundOrdered('r', 100));
    given(agreement, ...rich, refundProposed('r', 100))
      .when(approveRefund('r', 'preparer'))
      .thenRefused('same_person');
  });

  it('is checked again when approved: an order may have taken the money', () =>
    given(agreement, ...rich, refundProposed('r', 100), enqueued('a', 1), funded('a', 1))
      .when(approveRefund('r'))
      .thenRefused('refund_exceeds_available', { availableCents: 99 }));

  it('that the bank refused makes money available to the queue again', () =>
    given(agreement, ...rich, refundProposed('r', 100), refundOrdered('r', 100), enqueued('a', 100))
      .when({ type: 'FailRefund', data: { refundId: 'r', reason: 'AC04' } })
      .then(
        {
          type: 'RefundFailed',
          data: {
            agreementId: AGREEMENT_ID,
            refundId: 'r',
            amountCents: 100,
            reason: 'AC04',
            shortfallRepaidCents: 0,
          },
        },
        funded('a', 100),
      ));

  it('is booked once, however often the bank says so', () => {
    const line = { refundId: 'r', amountCents: 100, statementReference: 's' };
    const book = { type: 'BookRefund', data: line } as const;
    const booked = {
      type: 'RefundBooked',
      data: { agreementId: AGREEMENT_ID, refundId: 'r', amountCents: 100, statementReference: 's' },
    } as const;
    const history = [...rich, refundProposed('r', 100), refundOrdered('r', 100)];
    given(agreement, ...history)
      .when(book)
      .then(booked);
    given(agreement, ...history, booked)
      .when(book)
      .thenNothing();
    given(agreement, ...history)
      .when({ type: 'BookRefund', data: { ...line, amountCents: 99 } })
      .thenRefused('amount_differs');
  });

  it('that was sent back is available again, once', () => {
    const line = { refundId: 'r', amountCents: 100, statementReference: 't' };
    const sendBack = { type: 'ReturnRefund', data: line } as const;
    const returned = {
      type: 'RefundReturned',
      data: { agreementId: AGREEMENT_ID, ...line, shortfallRepaidCents: 0 },
    } as const;
    const history = [...rich, refundProposed('r', 100), refundOrdered('r', 100)];
    const booked = {
      type: 'RefundBooked',
      data: { agreementId: AGREEMENT_ID, ...line, statementReference: 's' },
    } as const;
    given(agreement, ...history)
      .when(sendBack)
      .thenRefused('refund_state', { status: 'ordered' });
    given(agreement, ...history, booked)
      .when(sendBack)
      .then(returned);
    given(agreement, ...history, booked)
      .when({ type: 'ReturnRefund', data: { ...line, amountCents: 101 } })
      .thenRefused('amount_differs');
    given(agreement, ...history, booked, returned)
      .when(sendBack)
      .thenNothing();
  });
});

describe('closing an agreement', () => {
  const close = (change = {}) =>
    ({
      type: 'CloseAgreement',
      data: {
        openOrders: 0,
        owedCents: 0,
        inRunCents: 0,
        expiredCents: 0,
        closedOn: '2026-12-31',
        ...change,
      },
    }) as const;
  const closed = {
    type: 'AgreementClosed',
    data: { agreementId: AGREEMENT_ID, closedOn: '2026-12-31' },
  } as const;

  it('takes an agreement in which nothing is open', () =>
    given(agreement, signed(), received('d', 100)).when(close()).then(closed));

  it('is refused while anything is owed, in a run, expired or ordered', () => {
    for (const open of [
      { openOrders: 1 },
      { owedCents: 1 },
      { owedCents: -1 },
      { inRunCents: 1 },
      { expiredCents: 1 },
    ]) {
      given(agreement, signed()).when(close(open)).thenRefused('agreement_not_empty');
    }
    given(agreement, signed(), enqueued('a', 1)).when(close()).thenRefused('agreement_not_empty');
  });

  it('takes no further order but still records money', () => {
    given(agreement, signed(), closed)
      .when(enqueue('a', 1))
      .then(turnedAway('a', 'agreement_closed'));
    given(agreement, signed(), closed).when(receive('d', 1)).then(received('d', 1));
  });
});
