import { countBooks, instantOf } from '@app/kernel';
import { AggregateStore, Clock, hashOf, uuidV5, type CommandContext } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { KeyRing } from '../adapters/key-ring';
import { countSheets } from '../adapters/prints/imposition';
import { pdfOf } from '../adapters/prints/pdf';
import { PrintFiles } from '../adapters/prints/print-files';
import { csvOf } from '../adapters/prints/printer-csv';
import { VoucherCodes } from '../adapters/voucher-codes';
import type { PrintAbandoned, PrintRequested } from '../contract';
import { order } from '../domain/order/order';
import { print } from '../domain/print/print';
import {
  currentKeyOf,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';

/** In books. */
export type PrintProgress = Readonly<{ done: number; total: number }>;

/**
 * Makes a print that was requested. Safe to run again, and twice at once: the same request gives the
 * same bytes, the file takes its name when it is whole, and that it was made counts once.
 */
export class MakePrint extends Command<void> {
  constructor(
    readonly printId: string,
    readonly onProgress: (progress: PrintProgress) => Promise<void> = () => Promise.resolve(),
  ) {
    super();
  }
}

@CommandHandler(MakePrint)
export class MakePrintHandler implements ICommandHandler<MakePrint> {
  readonly #codes: VoucherCodes;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly files: PrintFiles,
    keyRing: KeyRing,
    private readonly clock: Clock,
  ) {
    this.#codes = new VoucherCodes(keyRing);
  }

  async execute({ printId, onProgress }: MakePrint): Promise<void> {
    const { state } = await this.aggregates.load(print, printId);
    if (state.status !== 'requested') return;
    const { wanted } = state;
    const reason = await this.#findObstacle(wanted);
    if (reason !== undefined) return this.#abandon(printId, reason);
    const { orderId, keyId, vouchersPerBook, layout } = wanted;
    const books = countBooks([wanted]);
    await onProgress({ done: 0, total: books });
    const input = {
      wanted,
      codeOf: (book: number, voucher: number) =>
        this.#codes.codeOf({ orderId, keyId }, { book, voucher }),
      onBooks: (done: number) => onProgress({ done, total: books }),
    };
    const bytes = layout === undefined ? csvOf(input) : pdfOf(input, layout);
    const kept = await this.files.keep(printId, bytes);
    const pages = layout === undefined ? 0 : countSheets({ layout, books, vouchersPerBook });
    const data = {
      ...{ ...kept, pages, books, vouchers: books * vouchersPerBook },
      madeAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'RecordPrint', data } as const;
    await this.aggregates.handle(print, printId, wish, contextOf(printId, 'make'));
    await this.files.dropDrafts(printId);
  }

  /** Looked at when the work begins: codes nobody may use any more are not put on paper. */
  async #findObstacle({
    orderId,
    keyId,
  }: PrintRequested['data']): Promise<PrintAbandoned['data']['reason'] | undefined> {
    const { state: placed } = await this.aggregates.load(order, orderId);
    if (placed.status === 'cancelled') return 'order_cancelled';
    const { state: register } = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    return currentKeyOf(register.revokedKeys, keyId) === keyId ? undefined : 'key_revoked';
  }

  async #abandon(printId: string, reason: PrintAbandoned['data']['reason']): Promise<void> {
    const wish = { type: 'AbandonPrint', data: { reason } } as const;
    await this.aggregates.handle(print, printId, wish, contextOf(printId, 'abandon'));
  }
}

const contextOf = (printId: string, step: string): CommandContext => ({
  commandId: uuidV5(printId, step),
  requestHash: hashOf([printId, step]),
  actor: { id: 'print', partyId: 'operator', role: 'system' },
  correlationId: printId,
  causationId: printId,
});
