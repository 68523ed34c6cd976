import { hash } from 'node:crypto';
import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, uuidV5, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BankReportFiles } from '../../adapters/bank-report-files';
import { bankReport } from '../../domain/bank/bank-report';

type Received = Handled & { reportId: string };

/** Keeps a file of the bank before anything is decided on it. The same bytes are the same report. */
export class ReceiveBankReport extends Wish<{ bytes: Buffer }, Received> {}

@CommandHandler(ReceiveBankReport)
export class ReceiveBankReportHandler implements ICommandHandler<ReceiveBankReport> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: BankReportFiles,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { bytes }, context }: ReceiveBankReport): Promise<Received> {
    const sha256 = hash('sha256', bytes, 'hex');
    const reportId = uuidV5(REPORTS, sha256);
    const { state } = await this.aggregates.load(bankReport, reportId);
    // Who sends again what was erased does not bring it back.
    const isErased = state.status !== 'none' && state.erased;
    if (!isErased) await this.files.keep({ reportId, sha256 }, bytes);
    const receivedAt = instantOf(this.clock.now());
    const { id: receivedBy } = context.actor;
    const data = { reportId, sha256, bytes: bytes.length, receivedBy, receivedAt };
    const wish = { type: 'ReceiveReport', data } as const;
    const handled = await this.aggregates.handle(bankReport, reportId, wish, context);
    return { ...handled, reportId };
  }
}

const REPORTS = 'c0f2a3e5-7d61-5b84-9f0e-2a6b8d4c1e90';
