import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Problem,
  type Actor,
  type RequestContext,
} from '@app/platform';
import { BookCodes, DistributeBook } from '@app/voucher-books';
import type { BookDistributed } from '@app/voucher-books/contract';
import { Body, Controller, Ip, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BOOKS } from './books.documents';
import { DistributionBody } from './books.dto';

@Controller('v1/distributions')
export class DistributionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly codes: BookCodes,
  ) {}

  /** By the prescriber itself, out of its own stock. */
  @Post()
  @Documented(BOOKS.distributeBook)
  async distribute(
    @Body() body: DistributionBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
    @Ip() address: string,
  ) {
    const { prescriberId, vouchers, commune, beneficiaryRef } = body;
    if (prescriberId !== actor.partyId) throw notFound();
    const wish = new DistributeBook(
      {
        book: await this.#bookOf(body, asked, address),
        ...{ prescriberId, public: body.public },
        ...(vouchers !== undefined && { vouchers }),
        ...(commune !== undefined && { commune }),
        ...(beneficiaryRef !== undefined && { beneficiaryReference: beneficiaryRef }),
      },
      asked,
    );
    const { position, events } = await this.commands.execute(wish);
    const distributed = events[0]?.data as BookDistributed['data'];
    return new Changed(position, { book: distributed.book, vouchers: distributed.vouchers });
  }

  async #bookOf(
    { book, code }: DistributionBody,
    asked: RequestContext,
    address: string,
  ): Promise<number> {
    if (book !== undefined && code === undefined) return book;
    if (code !== undefined && book === undefined) return this.codes.getBook(code, asked, address);
    const detail = 'Send either the number of the book, or its code.';
    throw new Problem({ status: 400, code: 'book_or_code', detail });
  }
}
