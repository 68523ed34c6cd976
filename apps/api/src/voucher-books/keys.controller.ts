import { Asked, Changed, Documented, type RequestContext } from '@app/platform';
import { RevokeKey } from '@app/voucher-books';
import type { KeyRevoked } from '@app/voucher-books/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BOOKS } from './books.documents';
import { KeyRevocationBody } from './books.dto';

@Controller('v1/keys')
export class KeysController {
  constructor(private readonly commands: CommandBus) {}

  /**
   * A master key leaked: from here every code under it is refused, and the same books can be printed
   * again with codes of the new one. Stock, hand-outs and redemptions stay as they were.
   */
  @Post('revocation')
  @Documented(BOOKS.revokeKey)
  @HttpCode(200)
  async revoke(@Body() { keyId, reason }: KeyRevocationBody, @Asked() asked: RequestContext) {
    const { position, events } = await this.commands.execute(
      new RevokeKey({ keyId, reason }, asked),
    );
    const { newKeyId } = events[0]?.data as KeyRevoked['data'];
    return new Changed(position, { keyId, newKeyId });
  }
}
