import { AggregateStore } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PaymentFiles } from '../../adapters/payment-file-store';
import type { PaymentFile } from '../../contract';
import { refuse } from '../../domain/refuse';
import { run } from '../../domain/run/run';
import type { StartedRun } from '../../domain/run/run.state';
import { refuseUnlessOrdered } from './ordered-payments';
import { filesOf } from './run-issue';

export type PaymentFileContent = Readonly<{
  file: PaymentFile;
  /** How many the run has. */
  parts: number;
  /** The bytes the bank gets: equal at every download. */
  content: Buffer;
}>;

/**
 * The pain.001 of a run.
 * @throws DomainError `run_unknown`, `run_state` before it is issued, `payments_not_ordered`,
 *   `payment_file_unknown` for a part it does not have, `payment_file_lost` when its bytes are neither
 *   on disk nor what this program would write.
 */
export class GetPaymentFile extends Command<PaymentFileContent> {
  constructor(
    readonly runId: string,
    /** From 1. */
    readonly part = 1,
  ) {
    super();
  }
}

@CommandHandler(GetPaymentFile)
export class GetPaymentFileHandler implements ICommandHandler<GetPaymentFile> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: PaymentFiles,
  ) {}

  async execute({ runId, part }: GetPaymentFile): Promise<PaymentFileContent> {
    const { state } = await this.aggregates.load(run, runId);
    if (state.status === 'none') return refuse('run_unknown');
    if (!state.issued) return refuse('run_state', { status: state.status });
    await refuseUnlessOrdered(this.aggregates, runId);
    const { files } = state.issued;
    const file = files[part - 1] ?? refuse('payment_file_unknown', { parts: files.length });
    const kept = await this.files.find(file.sha256);
    const content = kept ?? (await this.#writeAgain(state, file.sha256));
    return { file, parts: files.length, content };
  }

  /** A lost disk costs nothing: events say all that was written. */
  async #writeAgain(state: StartedRun, sha256: string): Promise<Buffer> {
    if (!state.issued) return refuse('run_state', { status: state.status });
    const file = filesOf({ state, ...state.issued }).find((each) => each.sha256 === sha256);
    if (file === undefined) return refuse('payment_file_lost', { sha256 });
    await this.files.keep(file);
    return file.content;
  }
}
