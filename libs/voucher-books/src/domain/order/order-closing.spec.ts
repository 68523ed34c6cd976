import { given } from '@app/platform/testing/given';
import type { OrderFact } from '../../contract';
import { order } from './order';
import {
  acknowledgementUnanswered,
  active,
  cancelled,
  closed,
  closeOrder,
  closingOpened,
  drawStatement,
  FIGURES,
  lateHandOutsAcknowledged,
  onDay,
  openClosing,
  ordered,
  statementAgreed,
  statementDrawn,
  statementOpened,
  stockBlocked,
  stockBlockRequested,
  stockBlockUnanswered,
  SUMS,
  validityEnded,
} from './order.examples';

const closing = [...active, closingOpened()];
const ended = [...closing, validityEnded()];
const drawn = [...ended, statementOpened(), statementDrawn()];
const agreed = [...drawn, statementAgreed('2027-02-10')];

describe('30 days before the end', () => {
  it('the funder is told four sums, and not a day before', () => {
    given(order, ...active)
      .when(openClosing('2026-11-30'))
      .thenRefused('closing_not_due', { dueOn: '2026-12-01' });
    given(order, ...active)
      .when(openClosing('2026-12-01'))
      .then(closingOpened());
    given(order, ...active)
      .when(openClosing('2026-12-20'))
      .then(closingOpened('2026-12-20'));
  });

  it('the sums add up', () => {
    const less = { ...SUMS, inStockCents: SUMS.inStockCents - 1 };
    given(order, ...active)
      .when(openClosing('2026-12-01', less))
      .thenRefused('figures_unbalanced');
    const others = { ...SUMS, issuedCents: 1, inStockCents: 1, outOfStockCents: 0 };
    given(order, ...active)
      .when(openClosing('2026-12-01', others))
      .thenRefused('figures_unbalanced');
  });

  it('it happens once, to active orders', () => {
    given(order, ...closing)
      .when(openClosing('2026-12-01'))
      .thenNothing();
    given(order, ordered()).when(openClosing('2026-12-01')).thenRefused('order_not_active');
    given(order, ordered(), cancelled('asked', '')).when(openClosing('2026-12-01')).thenNothing();
  });
});

describe('15 days before the end', () => {
  const settle = (today: string) => onDay('SettleStockBlock', today);
  const request = (today: string) => onDay('RequestStockBlock', today);

  it('the stock is blocked if the funder said so before', () => {
    given(order, ...closing)
      .when(request('2026-12-15'))
      .then(stockBlockRequested('2026-12-15'));
    const told = [...closing, stockBlockRequested('2026-12-15')];
    given(order, ...told)
      .when(settle('2026-12-15'))
      .thenRefused('closing_not_due');
    given(order, ...told)
      .when(settle('2026-12-16'))
      .then(stockBlocked());
  });

  it('a missing answer is recorded, once', () => {
    given(order, ...closing)
      .when(settle('2026-12-15'))
      .thenRefused('closing_not_due');
    given(order, ...closing)
      .when(settle('2026-12-16'))
      .then(stockBlockUnanswered);
    given(order, ...closing, stockBlockUnanswered)
      .when(settle('2026-12-17'))
      .thenNothing();
  });

  it('the funder’s word counts at once, also when it comes late', () => {
    const both = [stockBlockRequested('2026-12-16'), stockBlocked()] as const;
    given(order, ...closing)
      .when(request('2026-12-16'))
      .then(...both);
    given(order, ...closing, stockBlockUnanswered)
      .when(request('2026-12-16'))
      .then(...both);
    given(order, ...closing, ...both)
      .when(settle('2026-12-16'))
      .thenNothing();
  });

  it('the word is given once, between the first letter and the end of validity', () => {
    given(order, ...active)
      .when(request('2026-12-16'))
      .thenRefused('closing_not_open');
    given(order, ...ended)
      .when(request('2026-12-16'))
      .thenRefused('validity_ended');
    given(order, ...closing, stockBlockRequested('2026-12-15'))
      .when(request('2026-12-15'))
      .thenRefused('already_so');
    given(order, ...closing, stockBlockRequested('2026-12-15'), stockBlocked())
      .when(request('2026-12-17'))
      .thenRefused('already_so');
  });

  it('waits for the first letter, and is nothing after the validity', () => {
    given(order, ...active)
      .when(settle('2026-12-16'))
      .thenRefused('closing_not_open');
    given(order, ...ended)
      .when(settle('2027-02-06'))
      .thenNothing();
  });
});

describe('7 days before the end', () => {
  const settle = (today: string) => onDay('SettleAcknowledgement', today);
  const acknowledge = (today: string) => onDay('AcknowledgeLateHandOuts', today);

  it('the funder has acknowledged that later hand-outs are at its charge', () => {
    const given23 = lateHandOutsAcknowledged('2026-12-23');
    given(order, ...closing)
      .when(acknowledge('2026-12-23'))
      .then(given23);
    given(order, ...closing, given23)
      .when(settle('2026-12-24'))
      .thenNothing();
    given(order, ...closing, given23)
      .when(acknowledge('2026-12-24'))
      .thenRefused('already_so');
  });

  it('or a missing answer is recorded, once, and may still come', () => {
    given(order, ...closing)
      .when(settle('2026-12-23'))
      .thenRefused('closing_not_due');
    given(order, ...closing)
      .when(settle('2026-12-24'))
      .then(acknowledgementUnanswered);
    const unanswered = [...closing, acknowledgementUnanswered];
    given(order, ...unanswered)
      .when(settle('2026-12-25'))
      .thenNothing();
    given(order, ...unanswered)
      .when(acknowledge('2027-02-05'))
      .then(lateHandOutsAcknowledged('2027-02-05'));
  });

  it('has its place between the first letter and the end of validity', () => {
    given(order, ...active)
      .when(acknowledge('2026-12-23'))
      .thenRefused('closing_not_open');
    given(order, ...active)
      .when(settle('2026-12-24'))
      .thenRefused('closing_not_open');
    given(order, ...ended)
      .when(acknowledge('2027-02-06'))
      .thenRefused('validity_ended');
    given(order, ...ended)
      .when(settle('2027-02-06'))
      .thenNothing();
  });
});

describe('the end of validity', () => {
  const end = (today: string) => onDay('EndValidity', today);

  it('is the day after the last hand-in, once, whatever letters were missed', () => {
    given(order, ...closing)
      .when(end('2027-02-05'))
      .thenRefused('closing_not_due');
    given(order, ...closing)
      .when(end('2027-02-06'))
      .then(validityEnded());
    given(order, ...active)
      .when(end('2027-02-06'))
      .then(validityEnded());
    given(order, ...ended)
      .when(end('2027-02-07'))
      .thenNothing();
    given(order, ...active, validityEnded())
      .when(openClosing('2027-02-07'))
      .thenNothing();
  });

  it('is nothing to a cancelled order', () =>
    given(order, ordered(), cancelled('asked', '')).when(end('2027-02-06')).thenNothing());
});

describe('the statement', () => {
  const open = (today: string) => onDay('OpenStatement', today);

  it('is opened two days after the last hand-in, once', () => {
    given(order, ...closing)
      .when(open('2027-02-07'))
      .thenRefused('validity_running');
    given(order, ...ended)
      .when(open('2027-02-06'))
      .thenRefused('closing_not_due');
    given(order, ...ended)
      .when(open('2027-02-07'))
      .then(statementOpened());
    given(order, ...ended, statementOpened())
      .when(open('2027-02-08'))
      .thenNothing();
  });

  it('is drawn with what the log held then, once', () => {
    const opened = [...ended, statementOpened()];
    given(order, ...ended)
      .when(drawStatement('2027-02-07'))
      .thenRefused('validity_running');
    given(order, ...opened)
      .when(drawStatement('2027-02-07'))
      .then(statementDrawn());
    given(order, ...drawn)
      .when(drawStatement('2027-02-08'))
      .thenNothing();
  });

  it.each([
    ['a cent is missing', { ...FIGURES, unusedCents: FIGURES.unusedCents - 1 }],
    ['more was redeemed than issued', { ...FIGURES, redeemedCents: 1_000_001, unusedCents: -1 }],
    ['it is about other books', { issuedCents: 1, redeemedCents: 1, unusedCents: 0 }],
  ])('is refused when %s', (_, figures) =>
    given(order, ...ended, statementOpened())
      .when(drawStatement('2027-02-07', figures))
      .thenRefused('figures_unbalanced'),
  );

  it('is agreed by the funder', () => {
    const agree = onDay('AgreeStatement', '2027-02-22');
    given(order, ...drawn)
      .when(agree)
      .then(statementAgreed('2027-02-22'));
    given(order, ...ended)
      .when(agree)
      .thenRefused('statement_not_drawn');
    given(order, ...agreed)
      .when(agree)
      .thenRefused('already_so');
  });

  it('is agreed by default when 15 days have passed', () => {
    const settle = (today: string) => onDay('SettleStatement', today);
    given(order, ...drawn)
      .when(settle('2027-02-22'))
      .thenRefused('closing_not_due');
    given(order, ...drawn)
      .when(settle('2027-02-23'))
      .then(statementAgreed('2027-02-23', true));
    given(order, ...agreed)
      .when(settle('2027-02-23'))
      .thenNothing();
    given(order, ...ended)
      .when(settle('2027-02-23'))
      .thenRefused('statement_not_drawn');
  });
});

describe('closing an order', () => {
  it('takes the credit note on what was not used', () => {
    given(order, ...agreed)
      .when(closeOrder(750_000))
      .then(closed());
    given(order, ...agreed)
      .when(closeOrder(749_999))
      .thenRefused('credit_note_differs');
    given(order, ...agreed)
      .when(closeOrder())
      .thenRefused('credit_note_differs');
    given(order, ...agreed, closed())
      .when(closeOrder(750_000))
      .thenNothing();
  });

  it('waits for the statement to be agreed', () =>
    given(order, ...drawn)
      .when(closeOrder(750_000))
      .thenRefused('statement_not_agreed'));

  it('needs no credit note where all was used', () => {
    const figures = { issuedCents: 1_000_000, redeemedCents: 1_000_000, unusedCents: 0 };
    const none: OrderFact[] = [statementOpened(), statementDrawn(figures)];
    given(order, ...ended, ...none, statementAgreed('2027-02-10'))
      .when(closeOrder())
      .then(closed({}));
  });
});
