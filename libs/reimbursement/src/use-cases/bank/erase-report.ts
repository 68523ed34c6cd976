import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, uuidV5 } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BankReportFiles } from '../../adapters/bank-report-files';
import { bankReport, isErasable } from '../../domain/bank/bank-report';
import { refuse } from '../../domain/refuse';
import { machineContext } from './machine-context';

/**
 * Takes the words of a report away: its key first, then its file, then the log is told. A crash leaves the
 * event to be told. A key that came back with a backup goes again.
 */
export class EraseBankReport extends Command<void> {
  /** @param receivedBefore what came before that instant was kept long enough. */
  constructor(
    readonly reportId: string,
    readonly receivedBefore: string,
  ) {
    super();
  }
}

@CommandHandler(EraseBankReport)
export class EraseBankReportHandler implements ICommandHandler<EraseBankReport> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: BankReportFiles,
    private readonly clock: Clock,
  ) {}

  /** Safe to run again. @throws DomainError `report_unknown`, `report_state`. */
  async execute({ reportId, receivedBefore }: EraseBankReport): Promise<void> {
    const { state } = await this.aggregates.load(bankReport, reportId);
    if (state.status === 'none') return refuse('report_unknown');
    const { status } = state;
    if (!isErasable(state, receivedBefore)) return refuse('report_state', { status });
    await this.files.erase(state);
    const data = { erasedAt: instantOf(this.clock.now()), receivedBefore };
    const context = machineContext(uuidV5(reportId, 'erase'), reportId);
    await this.aggregates.handle(bankReport, reportId, { type: 'EraseReport', data }, context);
  }
}
