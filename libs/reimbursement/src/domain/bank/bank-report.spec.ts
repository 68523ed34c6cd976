import { given } from '@app/platform/testing/given';
import type { BankReportFact, ItemVerdict } from '../../contract';
import { bankReport, type BankReportWish } from './bank-report';

describe('a bank report', () => {
  const receive: BankReportWish = {
    type: 'ReceiveReport',
    data: {
      ...{ reportId: 'r', sha256: 'a'.repeat(64), bytes: 10, receivedBy: 'finance' },
      receivedAt: '2027-03-02T09:00:00.000Z',
    },
  };
  const received = { type: 'BankReportReceived', data: receive.data } as BankReportFact;
  const read = (items: number) => ({
    type: 'ReadReport' as const,
    data: {
      kind: 'camt.053.001.08' as const,
      messageId: 'M',
      createdAt: 'now',
      statements: [],
      items,
    },
  });
  const wasRead = (items: number): BankReportFact => ({
    type: 'BankReportRead',
    data: { reportId: 'r', ...read(items).data },
  });
  const refuse: BankReportWish = {
    type: 'RefuseReport',
    data: { reason: 'balance_differs', reasons: ['balance_differs'] },
  };
  const refused: BankReportFact = {
    type: 'BankReportRefused',
    data: { reportId: 'r', reason: 'balance_differs', reasons: ['balance_differs'] },
  };
  const verdict = (item: number, said: ItemVerdict['verdict'] = 'matched'): ItemVerdict => {
    return { item, verdict: said };
  };
  const judge = (...verdicts: ItemVerdict[]): BankReportWish => ({
    type: 'JudgeItems',
    data: { verdicts },
  });
  const judged = (...verdicts: ItemVerdict[]): BankReportFact => ({
    type: 'ReportItemsJudged',
    data: { reportId: 'r', verdicts },
  });
  const completed = (counts: object): BankReportFact => ({
    type: 'BankReportCompleted',
    data: {
      ...{ reportId: 'r', matched: 0, waiting: 0, duplicate: 0, not_booked: 0, noted: 0 },
      ...counts,
    },
  });

  it('is received once', () => {
    given(bankReport).when(receive).then(received);
    given(bankReport, received).when(receive).thenNothing();
  });

  it('is refused whole, or read', () => {
    given(bankReport, received).when(refuse).then(refused);
    given(bankReport, received, refused).when(refuse).thenNothing();
    given(bankReport, received, refused).when(read(1)).thenRefused('report_state');
    given(bankReport, received).when(read(1)).then(wasRead(1));
    given(bankReport, received, wasRead(1)).when(read(1)).thenNothing();
    given(bankReport, received, wasRead(1)).when(refuse).thenRefused('report_state');
  });

  it('that reports nothing is complete at once', () =>
    given(bankReport, received).when(read(0)).then(wasRead(0), completed({})));

  it('completes with the verdict of its last item', () => {
    const history = [received, wasRead(2), judged(verdict(0))] as const;
    given(bankReport, received, wasRead(2))
      .when(judge(verdict(0)))
      .then(judged(verdict(0)));
    given(bankReport, ...history)
      .when(judge(verdict(1, 'waiting')))
      .then(judged(verdict(1, 'waiting')), completed({ matched: 1, waiting: 1 }));
  });

  it('hears a verdict again without counting it', () => {
    const history = [received, wasRead(3), judged(verdict(0), verdict(1))] as const;
    given(bankReport, ...history)
      .when(judge(verdict(0), verdict(1)))
      .thenNothing();
    given(bankReport, ...history)
      .when(judge(verdict(1), verdict(2)))
      .then(judged(verdict(2)), completed({ matched: 3 }));
  });

  it('takes verdicts in order, and for its items only', () => {
    given(bankReport, received, wasRead(3))
      .when(judge(verdict(1)))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received, wasRead(1))
      .when(judge(verdict(0), verdict(1)))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received)
      .when(judge(verdict(0)))
      .thenRefused('report_state');
  });

  it('takes at most 200 verdicts at once', () => {
    const verdicts = Array.from({ length: 201 }, (_, item) => verdict(item));
    given(bankReport, received, wasRead(300))
      .when(judge(...verdicts))
      .thenRefused('verdicts_out_of_order');
    given(bankReport, received, wasRead(300))
      .when(judge(...verdicts.slice(0, 200)))
      .then(judged(...verdicts.slice(0, 200)));
  });
});

describe('an answer that is about nothing of ours', () => {
  const report: readonly BankReportFact[] = [
    {
      type: 'BankReportReceived',
      data: {
        ...{ reportId: 'r', sha256: 'a', bytes: 1, receivedBy: 'finance' },
        receivedAt: '2027-03-02T09:00:00.000Z',
      },
    },
    {
      type: 'ReportItemsJudged',
      data: {
        reportId: 'r',
        verdicts: [
          { item: 0, verdict: 'waiting', reason: 'message_unknown' },
          { item: 1, verdict: 'waiting', entryId: 'e' },
          { item: 2, verdict: 'noted' },
        ],
      },
    },
  ];
  const data = (item: number) => ({ item, reason: 'of another scheme', acknowledgedBy: 'finance' });
  const acknowledge = (item: number): BankReportWish => ({
    type: 'AcknowledgeAnswer',
    data: data(item),
  });
  const acknowledged: BankReportFact = {
    type: 'ReportAnswerAcknowledged',
    data: { reportId: 'r', ...data(0) },
  };

  it('waits for a person to look at it, once', () => {
    given(bankReport, ...report)
      .when(acknowledge(0))
      .then(acknowledged);
    given(bankReport, ...report, acknowledged)
      .when(acknowledge(0))
      .thenRefused('already_so');
  });

  it('is no entry, and no answer that changes nothing', () => {
    for (const item of [1, 2, 3]) {
      given(bankReport, ...report)
        .when(acknowledge(item))
        .thenRefused('item_unknown');
    }
  });
});
