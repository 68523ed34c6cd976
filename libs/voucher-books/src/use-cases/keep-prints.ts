import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, hashOf, uuidV5, Wish, type Handled } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PrintFiles } from '../adapters/prints/print-files';
import type { PrintMade, PrintRequested } from '../contract';
import { print, refuseUnlessKept } from '../domain/print/print';
import { refuse } from '../domain/refuse';

/** The file's plain bytes, whole and as they were made; that they are handed over is on record. */
export class DownloadPrint extends Wish<{ printId: string }, Download> {}

export type Download = Pick<Handled, 'position'> &
  Readonly<{
    wanted: PrintRequested['data'];
    made: PrintMade['data'];
    content: AsyncIterable<Uint8Array>;
  }>;

@CommandHandler(DownloadPrint)
export class DownloadPrintHandler implements ICommandHandler<DownloadPrint> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: PrintFiles,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { printId }, context }: DownloadPrint): Promise<Download> {
    const { state } = await this.aggregates.load(print, printId);
    refuseUnlessKept(state);
    const { wanted, made } = state;
    const file = await this.files.examine(printId, made.sha256);
    if (file !== 'whole') return refuse(`print_file_${file}`);
    const data = { downloadedAt: instantOf(this.clock.now()) };
    const wish = { type: 'DownloadPrint', data } as const;
    const { position } = await this.aggregates.handle(print, printId, wish, context);
    return { position, wanted, made, content: this.files.read(printId) };
  }
}

/** Once its time is over. The file goes first: a crash leaves it to be told, never a file behind. */
export class ErasePrint extends Command<void> {
  constructor(readonly printId: string) {
    super();
  }
}

@CommandHandler(ErasePrint)
export class ErasePrintHandler implements ICommandHandler<ErasePrint> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: PrintFiles,
    private readonly clock: Clock,
  ) {}

  async execute({ printId }: ErasePrint): Promise<void> {
    const { state } = await this.aggregates.load(print, printId);
    if (state.status === 'erased') return;
    refuseUnlessKept(state);
    await this.files.erase(printId);
    const data = { erasedAt: instantOf(this.clock.now()) };
    await this.aggregates.handle(
      print,
      printId,
      { type: 'ErasePrint', data },
      {
        commandId: uuidV5(printId, 'erase'),
        requestHash: hashOf([printId, 'erase']),
        actor: { id: 'print', partyId: 'operator', role: 'system' },
        correlationId: printId,
        causationId: printId,
      },
    );
  }
}
