import { AggregateStore, CommandLookup, type CommandContext } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { CodeGate } from '../adapters/code-gate';
import { VoucherCodes } from '../adapters/voucher-codes';
import { parseCode } from '../domain/codes/code-layout';
import { refuse } from '../domain/refuse';
import {
  currentKeyOf,
  findRangeOf,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';

/** A book named by the code on its cover instead of its number. */
@Injectable()
export class BookCodes {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly voucherCodes: VoucherCodes,
    private readonly gate: CodeGate,
    private readonly commands: CommandLookup,
  ) {}

  /**
   * The book's number.
   * @param address the network's, as the server saw it.
   * @throws DomainError `code_format`, `code_check`, `book_code_required` for a voucher's own code,
   * `too_many_attempts`, `voucher_unknown`.
   */
  async getBook(
    typed: string,
    { actor, commandId }: Pick<CommandContext, 'actor' | 'commandId'>,
    address: string,
  ): Promise<number> {
    const code = parseCode(typed);
    if (code.voucher !== 0) return refuse('book_code_required');
    // What was done with this code is answered again, though its key leaked or its asker is locked.
    if ((await this.commands.find(commandId)) !== undefined) return code.book;
    const asker = { deviceId: actor.id, organisationId: actor.partyId, address };
    await this.gate.refuseGuesser(asker);
    const { state } = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const range = findRangeOf(state, code.book);
    const origin = range && {
      orderId: range.orderId,
      keyId: currentKeyOf(state.revokedKeys, range.keyId),
    };
    if (this.voucherCodes.isGenuine(origin, code)) return code.book;
    await this.gate.countWrongCode(asker);
    return refuse('voucher_unknown');
  }
}
