import type { Command, Decider, Instant } from '@app/kernel';
import type {
  BankReportCompleted,
  BankReportFact,
  BankReportRead,
  ItemVerdict,
} from '../../contract';
import { refuse } from '../refuse';

export type ReceiveReport = Command<
  'ReceiveReport',
  { reportId: string; sha256: string; bytes: number; receivedBy: string; receivedAt: Instant }
>;
export type RefuseReport = Command<'RefuseReport', { reason: string; reasons: readonly string[] }>;
export type ReadReport = Command<'ReadReport', Omit<BankReportRead['data'], 'reportId'>>;

/** The next items' verdicts; a job that was killed may send those it had sent before. */
export type JudgeItems = Command<'JudgeItems', { verdicts: readonly ItemVerdict[] }>;

/** Of a pain.002's answer that waits: entries of a camt are resolved instead. */
export type AcknowledgeAnswer = Command<
  'AcknowledgeAnswer',
  { item: number; reason: string; acknowledgedBy: string }
>;

/** Once it is at its end, and was received before that instant. */
export type EraseReport = Command<'EraseReport', { erasedAt: Instant; receivedBefore: Instant }>;

export type BankReportWish =
  ReceiveReport | RefuseReport | ReadReport | JudgeItems | AcknowledgeAnswer | EraseReport;

type Counts = Readonly<Record<ItemVerdict['verdict'], number>>;

export type BankReport =
  | { status: 'none' }
  | Readonly<{
      status: 'received' | 'refused' | 'read' | 'completed';
      reportId: string;
      sha256: string;
      receivedAt: string;
      /** Its file and its texts are gone. */
      erased: boolean;
      items: number;
      judged: number;
      counts: Counts;
      /** Items of a pain.002 that wait for a person, or did. */
      answers: Readonly<Record<number, 'waiting' | 'acknowledged'>>;
    }>;

type Received = Exclude<BankReport, { status: 'none' }>;

/** An append of the event store holds 1 MiB. */
export const VERDICTS_PER_EVENT_MAX = 200;

/** received → refused; received → read → completed, once each item has its verdict. */
export const bankReport: Decider<BankReportWish, BankReport, BankReportFact> = {
  name: 'bank-report',
  initialState: { status: 'none' },

  decide: (wish, state) => {
    if (wish.type === 'ReceiveReport') {
      // The id derives from the bytes: what is there already is this very file.
      return state.status === 'none' ? [{ type: 'BankReportReceived', data: wish.data }] : [];
    }
    if (state.status === 'none') return refuse('report_unknown');
    const { reportId, status } = state;
    switch (wish.type) {
      case 'RefuseReport':
        if (status === 'refused') return [];
        if (status !== 'received') return refuse('report_state', { status });
        return [{ type: 'BankReportRefused', data: { reportId, ...wish.data } }];
      case 'ReadReport':
        return readReport(wish, state);
      case 'JudgeItems':
        return judge(wish, state);
      case 'AcknowledgeAnswer': {
        const answer = state.answers[wish.data.item];
        if (answer === undefined) return refuse('item_unknown');
        if (answer === 'acknowledged') return refuse('already_so');
        return [{ type: 'ReportAnswerAcknowledged', data: { reportId, ...wish.data } }];
      }
      case 'EraseReport': {
        if (state.erased) return [];
        if (!isErasable(state, wish.data.receivedBefore)) return refuse('report_state', { status });
        const { erasedAt } = wish.data;
        return [{ type: 'BankReportErased', data: { reportId, erasedAt } }];
      }
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'BankReportReceived') {
      const { reportId, sha256, receivedAt } = data;
      const none = { erased: false, items: 0, judged: 0, counts: NO_COUNTS, answers: {} };
      return { status: 'received', reportId, sha256, receivedAt, ...none };
    }
    if (state.status === 'none') return state;
    switch (type) {
      case 'BankReportRefused':
        return { ...state, status: 'refused' };
      case 'BankReportRead':
        return { ...state, status: 'read', items: data.items };
      case 'ReportItemsJudged': {
        const judged = state.judged + data.verdicts.length;
        const waiting = data.verdicts.flatMap(({ item, verdict, entryId }) =>
          verdict === 'waiting' && entryId === undefined ? [[item, 'waiting'] as const] : [],
        );
        const answers = { ...state.answers, ...Object.fromEntries(waiting) };
        return { ...state, judged, answers, counts: counted(state.counts, data.verdicts) };
      }
      case 'BankReportCompleted':
        return { ...state, status: 'completed' };
      case 'ReportAnswerAcknowledged': {
        return { ...state, answers: { ...state.answers, [data.item]: 'acknowledged' } };
      }
      case 'BankReportErased':
        return { ...state, erased: true };
    }
  },
};

/** At its end, or erased before, and received before that instant. */
export const isErasable = (state: BankReport, receivedBefore: string): boolean =>
  (state.status === 'completed' || state.status === 'refused') &&
  (state.erased || state.receivedAt < receivedBefore);

const NO_COUNTS: Counts = { matched: 0, waiting: 0, duplicate: 0, not_booked: 0, noted: 0 };

function readReport({ data }: ReadReport, state: Received): readonly BankReportFact[] {
  const { reportId, status } = state;
  if (status === 'read' || status === 'completed') return [];
  if (status === 'refused') return refuse('report_state', { status });
  const read: BankReportFact = { type: 'BankReportRead', data: { reportId, ...data } };
  return data.items > 0 ? [read] : [read, completed(reportId, NO_COUNTS)];
}

function judge({ data }: JudgeItems, state: Received): readonly BankReportFact[] {
  const { reportId, status, items, judged, counts } = state;
  if (status !== 'read' && status !== 'completed') return refuse('report_state', { status });
  const verdicts = data.verdicts.filter(({ item }) => item >= judged);
  if (verdicts.length === 0) return [];
  const inOrder = verdicts.every(({ item }, index) => item === judged + index);
  if (!inOrder || judged + verdicts.length > items || verdicts.length > VERDICTS_PER_EVENT_MAX) {
    return refuse('verdicts_out_of_order', { judged, items });
  }
  const facts: BankReportFact[] = [{ type: 'ReportItemsJudged', data: { reportId, verdicts } }];
  if (judged + verdicts.length === items)
    facts.push(completed(reportId, counted(counts, verdicts)));
  return facts;
}

const completed = (reportId: string, counts: Counts): BankReportCompleted => ({
  type: 'BankReportCompleted',
  data: { reportId, ...counts },
});

const counted = (counts: Counts, verdicts: readonly ItemVerdict[]): Counts =>
  verdicts.reduce((sum, { verdict }) => ({ ...sum, [verdict]: sum[verdict] + 1 }), counts);
