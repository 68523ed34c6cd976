import { DomainError } from '@app/kernel';
import { AggregateStore, ReadModelBehind, uuidV5, type CommandContext } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BankReportFiles } from '../../adapters/bank-report-files';
import { readBankReport } from '../../adapters/bank-reports';
import { BankTexts } from '../../adapters/bank-texts';
import type { BankEntry, FirstStatement, ItemVerdict } from '../../contract';
import { bankEntry } from '../../domain/bank/bank-entry';
import { bankReport, type BankReportWish } from '../../domain/bank/bank-report';
import { identitiesOf } from '../../domain/bank/entry-identity';
import type { ReadReport, ReadStatement } from '../../domain/bank/read-report';
import { AccountViews } from '../../ports/account-views';
import { RunSettings } from '../../ports/run-settings';
import { EntryMatching } from './entry-matching';
import { machineContext } from './machine-context';
import { PaymentAnswers } from './payment-answers';

export type ReportProgress = Readonly<{ done: number; total: number }>;

/**
 * Reads a report that was received, refuses it whole or gives each of its items a verdict. Safe to run
 * again, twice at once and after a crash anywhere: entries and answers have ids of their own, and a
 * verdict counts once.
 * @throws ReadModelBehind, PaymentNotOrdered: what the report answers is not there yet.
 */
export class HandleBankReport extends Command<void> {
  constructor(
    readonly reportId: string,
    readonly onProgress: (progress: ReportProgress) => Promise<void> = () => Promise.resolve(),
  ) {
    super();
  }
}

/** Items judged at a time, and told in one event. */
const ITEMS_MAX = 50;

type Judge = (item: number) => Promise<ItemVerdict>;
type PlacedEntry = Readonly<{ entryId: string; entry: BankEntry; statement: ReadStatement }>;

@CommandHandler(HandleBankReport)
export class HandleBankReportHandler implements ICommandHandler<HandleBankReport> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: BankReportFiles,
    private readonly texts: BankTexts,
    private readonly settings: RunSettings,
    private readonly views: AccountViews,
    private readonly matching: EntryMatching,
    private readonly answers: PaymentAnswers,
  ) {}

  async execute({ reportId, onProgress }: HandleBankReport): Promise<void> {
    const { state } = await this.aggregates.load(bankReport, reportId);
    if (state.status !== 'received' && state.status !== 'read') return;
    // What the bank answers was recorded before its report: views that saw the one saw the other.
    if (!this.views.hasReport(reportId)) throw new ReadModelBehind(`has not seen ${reportId}`);
    const bytes = await this.files.find(state);
    // Nothing is decided without the file; sending it again puts it back in its place.
    if (bytes === undefined) throw new Error(`the file of report ${reportId} is lost or damaged`);
    const report = await this.#read(reportId, bytes);
    if (report === undefined) return;
    const { judge, items } = this.#judgeOf(reportId, report);
    for (let done = state.judged; done < items;) {
      await onProgress({ done, total: items });
      const some = Array.from({ length: Math.min(ITEMS_MAX, items - done) }, (_, at) => done + at);
      const verdicts = await Promise.all(some.map(judge));
      await this.#decide(reportId, `items from ${done}`, {
        type: 'JudgeItems',
        data: { verdicts },
      });
      done += some.length;
    }
    await onProgress({ done: items, total: items });
  }

  /** Undefined where it is refused. */
  async #read(reportId: string, bytes: Buffer): Promise<ReadReport | undefined> {
    let report: ReadReport;
    try {
      report = readBankReport(bytes, { iban: this.settings.debtor.iban });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reasons = (error.details?.['reasons'] as readonly string[] | undefined) ?? [error.code];
      const wish = { type: 'RefuseReport', data: { reason: error.code, reasons } } as const;
      await this.#decide(reportId, 'refuse', wish);
      return undefined;
    }
    const { kind, messageId, createdAt } = report;
    const statements = 'statements' in report ? report.statements : [];
    const items = 'answers' in report ? report.answers.length : countEntries(statements);
    const told = statements.map(({ source: _, entries, ...statement }) => {
      return { ...statement, entries: entries.length };
    });
    const first = firstOf(statements);
    const data = { kind, messageId, createdAt, statements: told, items, ...(first && { first }) };
    await this.#decide(reportId, 'read', { type: 'ReadReport', data });
    return report;
  }

  #judgeOf(reportId: string, report: ReadReport): Readonly<{ judge: Judge; items: number }> {
    if ('answers' in report) {
      const { answers } = report;
      return {
        items: answers.length,
        judge: (item) => this.answers.judge(item, answers[item] ?? lost(item), report),
      };
    }
    const entries = placeEntries(this.settings.debtor.iban, report);
    return {
      items: entries.length,
      judge: (item) => this.#judgeEntry(reportId, item, entries[item] ?? lost(item)),
    };
  }

  async #judgeEntry(
    reportId: string,
    item: number,
    { entryId, entry, statement }: PlacedEntry,
  ): Promise<ItemVerdict> {
    if (entry.status !== 'booked') return { item, verdict: 'not_booked', reason: entry.status };
    const { source, statementId } = statement;
    const recorded = await this.texts.seal({ reportId, entryId }, entry);
    const data = { entryId, reportId, source, statementId, entry: recorded };
    const context = contextOf(reportId, `entry ${item}`);
    const wish = { type: 'RecordEntry', data } as const;
    const { events } = await this.aggregates.handle(bankEntry, entryId, wish, context);
    if (events.length === 0) return { item, entryId, verdict: 'duplicate' };
    if (source === 'notification') {
      return { item, entryId, verdict: 'not_booked', reason: 'announced' };
    }
    const { state } = await this.aggregates.load(bankEntry, entryId);
    if (state.status === 'none') return lost(item);
    return { item, entryId, ...(await this.matching.match(state)) };
  }

  async #decide(reportId: string, step: string, wish: BankReportWish): Promise<void> {
    await this.aggregates.handle(bankReport, reportId, wish, contextOf(reportId, step));
  }
}

/** Each entry with its id, in the order of the file. */
function placeEntries(
  iban: string,
  { statements, createdAt }: Extract<ReadReport, { statements: unknown }>,
): readonly PlacedEntry[] {
  return statements.flatMap((statement) => {
    const identities = identitiesOf(iban, statement.entries);
    return statement.entries.map((entry, index) => ({
      entryId: uuidV5(ENTRIES, identities[index] ?? ''),
      entry: withDay(entry, statement.toOn ?? createdAt.slice(0, 10)),
      statement,
    }));
  });
}

const withDay = (entry: BankEntry, day: string): BankEntry => {
  return { ...entry, bookedOn: entry.bookedOn ?? entry.valueOn ?? day };
};

/** By its first day; of one day, the one that the file has first. */
function firstOf(statements: readonly ReadStatement[]): FirstStatement | undefined {
  const dated = statements.flatMap(
    ({ statementId, fromOn, openingCents, closingCents }): readonly FirstStatement[] =>
      fromOn === undefined || openingCents === undefined || closingCents === undefined
        ? []
        : [{ statementId, fromOn, openingCents, closingCents }],
  );
  return dated.toSorted((a, b) => (a.fromOn < b.fromOn ? -1 : Number(a.fromOn > b.fromOn)))[0];
}

const countEntries = (statements: readonly ReadStatement[]): number =>
  statements.reduce((sum, { entries }) => sum + entries.length, 0);

function lost(item: number): never {
  throw new Error(`item ${item} is not there any more`);
}

const contextOf = (reportId: string, step: string): CommandContext =>
  machineContext(uuidV5(reportId, step), reportId);

const ENTRIES = '7b9d2f40-3c18-5e6a-a1d5-90e4f7c2b368';
